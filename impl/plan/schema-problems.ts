/** Turns schema errors of a value from a file into sentences, one a field. */
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

export interface Problem {
  /** The path in the file: `operations[3].client`; empty for the whole file. */
  readonly field: string;
  /** The expectation, and the value that was found instead. */
  readonly sentence: string;
}

/** Formats the path `['operations', 3, 'client']` as `operations[3].client`. */
export function fieldPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = String(step);
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

export function problemsOf(error: z.ZodError, value: unknown): readonly Problem[] {
  return error.issues.flatMap((issue) => problemOf(issue, [], value));
}

function problemOf(issue: Issue, above: Path, value: unknown): Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: fieldPath([...path, key]),
      sentence: 'there is no such field',
    }));
  }
  const found = quoted(at(value, path));
  const field = fieldPath(path);
  if (issue.code === 'invalid_union') {
    const branches: readonly (readonly Issue[])[] = issue.errors;
    const meant = branches.toSorted((one, other) => distance(one) - distance(other))[0];
    if (meant !== undefined && distance(meant) < ANOTHER_FORM) {
      return meant.flatMap((inner) => problemOf(inner, path, value));
    }
    const expected =
      branches.length === 0 ? expectedOf(issue) : [...new Set(branches.flat().map(expectedOf))].join(' or ');
    return [{ field, sentence: `expected ${expected}, found ${found}` }];
  }
  return [{ field, sentence: `expected ${expectedOf(issue)}, found ${found}` }];
}

const ANOTHER_FORM = 1000;

/**
 * The distance of a value from one form of a union: a wrong field is near, a missing field or another type is far.
 */
function distance(branch: readonly Issue[]): number {
  const another = branch.some((issue) => issue.path.length === 0 && issue.code !== 'unrecognized_keys');
  const missing = branch.some(
    (issue) => issue.code === 'invalid_type' && issue.message.endsWith('undefined'),
  );
  return branch.length + (another || missing ? ANOTHER_FORM : 0);
}

function expectedOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'a whole number' : article(issue.expected);
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'too_small':
      return bounded(issue.origin, 'at least', issue.minimum);
    case 'too_big':
      return bounded(issue.origin, 'at most', issue.maximum);
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? issue.options.map((option) => JSON.stringify(option)).join(' or ')
        : 'one of its forms';
    case 'invalid_format':
      return issue.message.startsWith('expected ')
        ? issue.message.slice('expected '.length)
        : `text of the form ${issue.pattern ?? issue.format}`;
    default:
      return issue.message;
  }
}

function bounded(origin: string, relation: string, limit: number | bigint): string {
  if (origin === 'array' || origin === 'set') return `${relation} ${limit} elements`;
  if (origin === 'string') return `${relation} ${limit} characters`;
  return `${relation} ${limit}`;
}

function article(type: string): string {
  if (type === 'object' || type === 'record') return 'an object';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function at(value: unknown, path: Path): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || typeof step === 'symbol') return undefined;
    current = Object.entries(current).find(([name]) => name === String(step))?.[1];
  }
  return current;
}

function quoted(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
