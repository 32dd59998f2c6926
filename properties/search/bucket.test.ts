import { describe, expect, test } from 'vitest';

import type { RunResult } from '../../impl/result/run-result.ts';
import type { Violation } from '../../model/guarantee.ts';
import { bucketOf, bucketOfError, fileNameOf } from './bucket.ts';

const lost: Violation = {
  guarantee: 'no-loss',
  anomaly: 'lost-write',
  sentence: 'it is gone',
  place: { topic: 'orders', partition: 3, offset: 17 },
  timeUs: 5,
  evidence: [],
};

function run(...violations: Violation[]): RunResult {
  const verdict = violations.length === 0 ? 'passed' : 'violated';
  return { verdict, violations, hash: '0123456789abcdef', events: 1, virtualUs: 1, probes: {} };
}

describe('a bucket', () => {
  test('is no matter of topics, partitions, offsets and times', () => {
    const elsewhere = { ...lost, place: { topic: 'payments', partition: 0, offset: 4 }, timeUs: 99 };
    expect(bucketOf(run(lost))).toBe('no-loss lost-write record');
    expect(bucketOf(run(elsewhere))).toBe(bucketOf(run(lost)));
  });

  test('tells a record from a whole partition', () => {
    expect(bucketOf(run({ ...lost, place: { topic: 'orders', partition: 0 } }))).toBe(
      'no-loss lost-write partition',
    );
  });

  test("tells Kafka's own topics from those of its users", () => {
    const place = { topic: '__cluster_metadata', partition: 0, offset: 4 };
    expect(bucketOf(run({ ...lost, guarantee: 'invariant', anomaly: 'log-matching', place }))).toBe(
      'invariant log-matching __cluster_metadata record',
    );
  });

  test('tells what was promised from what was not', () => {
    expect(bucketOf(run({ ...lost, notPromisedBecause: 'acks=1' }))).toBe(
      'no-loss lost-write record, not promised: acks=1',
    );
  });

  test('is no matter of amounts that may be drawn for a run', () => {
    const of = (reason: string) => bucketOf(run({ ...lost, notPromisedBecause: reason }));
    const expiring = 'producer.id.expiration.ms may be over while a copy of a batch is under way';
    expect(of(expiring.replace('.ms', '.ms=929'))).toBe(
      `no-loss lost-write record, not promised: ${expiring}`,
    );
    const inFlight = (requests: number) =>
      of(`max.in.flight.requests.per.connection=${requests} with retries`);
    expect(inFlight(4)).toBe(inFlight(10));
    expect(of('transaction.version=0')).not.toBe(of('transaction.version=1'));
  });

  test('is that of what a client saw, whatever else was broken before', () => {
    expect(bucketOf(run({ ...lost, guarantee: 'invariant', anomaly: 'log-matching' }, lost))).toBe(
      'no-loss lost-write record',
    );
  });

  test('there is none for a run that passed, and one for a run without end', () => {
    expect(bucketOf(run())).toBeNull();
    expect(bucketOf({ ...run(), verdict: 'budget' })).toBe('budget');
  });

  test('of an error is its first line, without numbers and quoted names', () => {
    expect(bucketOfError('offset 5 of "orders" is negative\n  at x')).toBe('error offset # of … is negative');
  });
});

test('a bucket in a file name is told by its kind, and where that is not all of it by a key', () => {
  const promised = 'no-loss lost-write record';
  const unpromised = `${promised}, not promised: acks=1`;
  expect(fileNameOf(promised, promised, 60)).toBe('no-loss-lost-write-record');
  expect(fileNameOf(promised, unpromised, 60)).toMatch(/^no-loss-lost-write-record-[0-9a-f]{4}$/);
  expect(fileNameOf(promised, `${promised}, not promised: acks=0`, 60)).not.toBe(
    fileNameOf(promised, unpromised, 60),
  );
});
