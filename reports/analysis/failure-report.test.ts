import { describe, expect, test } from 'vitest';

import { exampleReport } from '../testing/example-run.ts';
import { primaryViolation, traceOf } from './failure-report.ts';

describe('the violation that names a failure', () => {
  const { result } = exampleReport();
  const [seen] = result.violations;
  if (seen === undefined) throw new Error('the example has a violation');
  const inner = { ...seen, guarantee: 'invariant' as const };

  test('is the first one that a client saw', () => {
    expect(primaryViolation({ ...result, violations: [inner, seen] })).toBe(seen);
  });

  test('is one between replicas where no client saw any', () => {
    expect(primaryViolation({ ...result, violations: [inner] })).toBe(inner);
  });

  test('is missing from a run that only used up its budget', () => {
    expect(primaryViolation({ ...result, violations: [] })).toBeNull();
  });
});

test('a run without a trace, as of a real cluster, has one made of its history', () => {
  const { trace: _, ...result } = exampleReport().result;
  const made = traceOf(result);
  expect(made.nodes.map(({ name }) => name)).toEqual(['producer-1', 'reader-1']);
  expect(made.entries).toHaveLength((result.history?.length ?? 0) + 1);
  expect(made.entries.at(-1)?.kind).toBe('violation');
});
