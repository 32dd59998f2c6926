/** A line of a history file as a value, or an error that names the line, the field, and what was expected there. */
import { z } from 'zod';

/** A line that does not follow the format; the message names the line and what was expected there. */
export class HistoryFormatError extends Error {
  /** From 1. */
  readonly lineNumber: number;
  /** The field within the line, `partitions[0].from`; empty for the line as a whole. */
  readonly path: string;

  constructor(lineNumber: number, path: string, expected: string) {
    super(`line ${lineNumber}${path === '' ? '' : `, ${path}`}: ${expected}`);
    this.name = 'HistoryFormatError';
    this.lineNumber = lineNumber;
    this.path = path;
  }
}

/** @throws HistoryFormatError */
export function parseJson(line: string, lineNumber: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    const cutOff = line.trimStart().startsWith('{') && !line.trimEnd().endsWith('}');
    const expected = cutOff ? 'the line is cut off: expected a whole JSON object' : 'expected a JSON object';
    throw new HistoryFormatError(lineNumber, '', expected);
  }
}

/** @throws HistoryFormatError for the first field that does not follow the schema. */
export function validated<Value>(schema: z.ZodType<Value>, json: unknown, lineNumber: number): Value {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path ?? [];
  const found = path.reduce<unknown>((value, key) => childOf(value, key), json);
  throw new HistoryFormatError(lineNumber, shownPath(path), `${expectation(issue)}, found ${shown(found)}`);
}

function expectation(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'expected something else';
  if (issue.code === 'invalid_type')
    return `expected ${issue.expected === 'int' ? 'a whole number' : issue.expected}`;
  if (issue.code === 'invalid_value')
    return `expected ${issue.values.map((value) => shown(value)).join(' or ')}`;
  if (issue.code === 'too_small') return `expected at least ${issue.minimum}`;
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'position') {
    return 'expected "earliest", "latest" or an offset';
  }
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'f') return 'expected the name of an operation';
  return issue.message;
}

function childOf(value: unknown, key: PropertyKey): unknown {
  const parent = z.record(z.string(), z.unknown()).or(z.array(z.unknown())).safeParse(value);
  if (!parent.success) return undefined;
  return Array.isArray(parent.data) ? parent.data[Number(key)] : parent.data[String(key)];
}

function shownPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((shownSoFar, key) => {
    if (typeof key === 'number') return `${shownSoFar}[${key}]`;
    return shownSoFar === '' ? String(key) : `${shownSoFar}.${String(key)}`;
  }, '');
}

const LONGEST_SHOWN = 60;

/** A value as messages show it. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'bigint' ? `${value}` : (JSON.stringify(value) ?? 'nothing');
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}...`;
}
