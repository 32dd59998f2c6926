import { describe, expect, test } from 'vitest';

import type { Violation } from '../../model/guarantee.ts';
import { primaryViolation } from './primary-violation.ts';

const seen: Violation = {
  guarantee: 'no-loss',
  anomaly: 'lost-write',
  sentence: 'the record is missing',
  place: { topic: 'orders', partition: 3, offset: 17 },
  timeUs: 5,
  evidence: [],
};
const inner: Violation = { ...seen, guarantee: 'invariant', anomaly: 'log-matching' };
const stuck: Violation = { ...seen, guarantee: 'progress', anomaly: 'stuck-operation' };
const hanging: Violation = { ...stuck, anomaly: 'hanging-transaction' };

describe('the violation that names a failure', () => {
  test('is the first one that a client saw, even after one between replicas', () => {
    expect(primaryViolation({ violations: [inner, stuck, seen] })).toBe(seen);
  });

  test('is one between replicas where no client saw any, even after a cluster that did not converge', () => {
    expect(primaryViolation({ violations: [stuck, inner] })).toBe(inner);
  });

  test('is a hanging transaction before one between replicas', () => {
    expect(primaryViolation({ violations: [inner, hanging] })).toBe(hanging);
  });

  test('is missing from a run that only used up its budget', () => {
    expect(primaryViolation({ violations: [] })).toBeNull();
  });
});
