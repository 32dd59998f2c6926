import { describe, expect, test } from 'vitest';

import type { Violation } from '../../model/guarantee.ts';
import { failureClassOf, failureClassOfError } from './failure-class.ts';
import type { RunResult } from './run-result.ts';

const lost: Violation = {
  guarantee: 'no-loss',
  anomaly: 'lost-write',
  sentence: 'the record is missing',
  place: { topic: 'orders', partition: 3, offset: 17 },
  timeUs: 5,
  evidence: [],
};

function run(...violations: Violation[]): RunResult {
  const verdict = violations.length === 0 ? 'passed' : 'violated';
  return { verdict, violations };
}

describe('the failure class of a run', () => {
  test('does not depend on topics, partitions, offsets and times', () => {
    const elsewhere = { ...lost, place: { topic: 'payments', partition: 0, offset: 4 }, timeUs: 99 };
    expect(failureClassOf(run(lost))).toBe('no-loss lost-write record');
    expect(failureClassOf(run(elsewhere))).toBe(failureClassOf(run(lost)));
  });

  test('distinguishes a record from a whole partition', () => {
    expect(failureClassOf(run({ ...lost, place: { topic: 'orders', partition: 0 } }))).toBe(
      'no-loss lost-write partition',
    );
  });

  test('distinguishes internal topics from those of users', () => {
    const place = { topic: '__cluster_metadata', partition: 0, offset: 4 };
    expect(failureClassOf(run({ ...lost, guarantee: 'invariant', anomaly: 'log-matching', place }))).toBe(
      'invariant log-matching __cluster_metadata record',
    );
  });

  test('says why a guarantee was not promised', () => {
    expect(failureClassOf(run({ ...lost, notPromisedBecause: 'acks=1' }))).toBe(
      'no-loss lost-write record, not promised: acks=1',
    );
  });

  test('does not depend on amounts that are drawn for each run', () => {
    const of = (reason: string) => failureClassOf(run({ ...lost, notPromisedBecause: reason }));
    const expiring = 'producer.id.expiration.ms may be over while a copy of a batch is under way';
    expect(of(expiring.replace('.ms', '.ms=929'))).toBe(
      `no-loss lost-write record, not promised: ${expiring}`,
    );
    const inFlight = (requests: number) =>
      of(`max.in.flight.requests.per.connection=${requests} with retries`);
    expect(inFlight(4)).toBe(inFlight(10));
    expect(of('transaction.version=0')).not.toBe(of('transaction.version=1'));
  });

  test('is that of the violation which a client saw, even after one between replicas', () => {
    expect(failureClassOf(run({ ...lost, guarantee: 'invariant', anomaly: 'log-matching' }, lost))).toBe(
      'no-loss lost-write record',
    );
  });

  test('is null for a run that passed, and `budget` for one that used up its events', () => {
    expect(failureClassOf(run())).toBeNull();
    expect(failureClassOf({ ...run(), verdict: 'budget' })).toBe('budget');
  });

  test('of an error is the first line of its message without numbers and quoted names', () => {
    expect(failureClassOfError('offset 5 of "orders" is negative\n  at x')).toBe(
      'error offset # of … is negative',
    );
  });
});
