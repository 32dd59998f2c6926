/** Fields of saved files that earlier versions wrote under another name. */
import { z } from 'zod';

/** The former name of each field and its present one. */
const FORMER_NAMES: ReadonlyMap<string, string> = new Map([
  ['bucket', 'failureClass'],
  ['signature', 'failureClass'],
  ['deaf', 'canaryMissed'],
  ['doubts', 'soundnessProblems'],
]);

/** Accepts an object of the schema in which fields have their former names; a nested object needs its own call. */
export function acceptingFormerNames<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(withPresentNames, schema);
}

function withPresentNames(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const names = Object.keys(value);
  if (!names.some((name) => FORMER_NAMES.has(name))) return value;
  const fields: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(fields.map(([name, field]) => [FORMER_NAMES.get(name) ?? name, field]));
}
