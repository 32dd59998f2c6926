import { expect, test } from 'vitest';

import { maxRecordsOfBatch, sequencesAreFree } from './idempotent-producer.ts';

test('new sequences stop before the oldest undecided one, also after they wrap', () => {
  expect(sequencesAreFree(0, 25, 1, 26)).toBe(true);
  expect(sequencesAreFree(0, 26, 1, 26)).toBe(false);
  expect(sequencesAreFree(0, 24, 3, 26)).toBe(false);
  expect(sequencesAreFree(20, 18, 1, 26)).toBe(true);
  expect(sequencesAreFree(20, 19, 1, 26)).toBe(false);
});

test('a batch that starts at 0 again waits until no batch is undecided: a new partition would accept it first (KAFKA-15591)', () => {
  expect(sequencesAreFree(25, 0, 1, 26)).toBe(false);
  expect(sequencesAreFree(25, 1, 1, 26)).toBe(true);
});

test('as many batches as a broker may remember or expect fit into the sequences, however large each is', () => {
  const [maxSequence, maxInFlight] = [30, 2];
  const inARow = 5 + 3 * maxInFlight;
  const sizes: number[] = [];
  // A producer that fills each batch completely, or with one record.
  for (let batch = 0; batch < 60; batch++) {
    const most = maxRecordsOfBatch(sizes, maxSequence, maxInFlight);
    sizes.push(batch % 7 === 3 ? 1 : most);
  }
  for (let first = 0; first + inARow <= sizes.length; first++) {
    const records = sizes.slice(first, first + inARow).reduce((sum, size) => sum + size, 0);
    expect(records).toBeLessThanOrEqual(maxSequence + 1);
  }
  expect(Math.min(...sizes)).toBe(1);
  expect(Math.max(...sizes)).toBeGreaterThan(1);
});
