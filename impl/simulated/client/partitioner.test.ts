import { describe, expect, test } from 'vitest';

import type { PartitionMetadata } from '../protocol/messages.ts';
import { Draws } from '../kernel/draws.ts';
import { murmur2 } from './murmur2.ts';
import { partitionForKey, StickyPartitioner } from './partitioner.ts';

function partitions(leaders: readonly number[]): PartitionMetadata[] {
  return leaders.map((leader, index) => ({
    partition: `orders-${index}`,
    topic: 'orders',
    topicId: 1,
    index,
    leader,
    leaderEpoch: 0,
    replicas: [1],
    isr: [1],
  }));
}

describe('partition of a key', () => {
  test.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])("hashes %s as Kafka's own tests do", (key, hash) => {
    expect(murmur2(new TextEncoder().encode(key))).toBe(hash);
  });

  test('clears the sign bit instead of taking the absolute value', () => {
    expect(partitionForKey('foobar', 1000)).toBe((-790332482 & 0x7fffffff) % 1000);
    expect(partitionForKey('foobar', 1000)).not.toBe(790332482 % 1000);
  });

  test('hashes the UTF-8 bytes, not the characters', () => {
    expect(murmur2(new TextEncoder().encode('é'))).toBe(murmur2(Uint8Array.of(0xc3, 0xa9)));
  });
});

describe('sticky partitioner', () => {
  test('moves to another partition each time', () => {
    const sticky = new StickyPartitioner(new Draws('seed'));
    expect(sticky.current('orders')).toBeUndefined();
    for (let op = 0; op < 50; op++) {
      const before = sticky.current('orders');
      expect(sticky.next('orders', partitions([1, 1, 1]), op)).not.toBe(before);
    }
  });

  test('reaches every partition', () => {
    const sticky = new StickyPartitioner(new Draws('seed'));
    const reached = new Set<number>();
    for (let op = 0; op < 50; op++) reached.add(sticky.next('orders', partitions([1, 1, 1, 1]), op));
    expect(reached.size).toBe(4);
  });

  test('prefers partitions that have a leader', () => {
    const sticky = new StickyPartitioner(new Draws('seed'));
    for (let op = 0; op < 20; op++) expect(sticky.next('orders', partitions([-1, 1, -1]), op)).toBe(1);
  });

  test('draws by the operation: what else was sent changes no first choice', () => {
    for (let op = 0; op < 20; op++) {
      const alone = new StickyPartitioner(new Draws('seed'));
      const busy = new StickyPartitioner(new Draws('seed'));
      busy.next('payments', partitions([1, 1, 1]), 100 + op);
      expect(busy.next('orders', partitions([1, 1, 1]), op)).toBe(
        alone.next('orders', partitions([1, 1, 1]), op),
      );
    }
  });
});
