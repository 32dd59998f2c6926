import { expect, test } from 'vitest';

import { internalPartitionOf, isInternalTopic } from './internal-records.ts';

test('a key finds the same partition as in Kafka', () => {
  const javaHash = (key: string) => internalPartitionOf(key, 0x7fffffff);
  expect(javaHash('a')).toBe(97);
  expect(javaHash('ab')).toBe(3105);
});

test('a key with a negative hash has a partition', () => {
  expect(internalPartitionOf('my-transactional-id', 50)).toBeGreaterThanOrEqual(0);
});

test('topics of clients are not internal', () => {
  expect(['orders', '__transaction_state', '__consumer_offsets'].map(isInternalTopic)).toEqual([
    false,
    true,
    true,
  ]);
});
