import fc from 'fast-check';
import { expect, test } from 'vitest';

import { placeReplicas } from './placement.ts';

test('each partition starts one broker further on', () => {
  expect(placeReplicas([3, 1, 2], 4, 2)).toEqual([
    [1, 2],
    [2, 3],
    [3, 1],
    [1, 2],
  ]);
});

test('no partition has two replicas on one broker, and leaders and replicas are balanced', () => {
  const cluster = fc.integer({ min: 1, max: 15 }).chain((brokers) =>
    fc.record({
      brokers: fc.constant(brokers),
      factor: fc.integer({ min: 1, max: brokers }),
      partitions: fc.integer({ min: 1, max: 64 }),
    }),
  );
  fc.assert(
    fc.property(cluster, ({ brokers, factor, partitions }) => {
      const ids = Array.from({ length: brokers }, (_, i) => i + 1);
      const placed = placeReplicas(ids, partitions, factor);
      expect(placed).toHaveLength(partitions);
      const led = new Map(ids.map((id) => [id, 0]));
      const held = new Map(ids.map((id) => [id, 0]));
      for (const replicas of placed) {
        expect(new Set(replicas).size).toBe(factor);
        led.set(replicas[0]!, led.get(replicas[0]!)! + 1);
        for (const broker of replicas) held.set(broker, held.get(broker)! + 1);
      }
      expect(Math.max(...led.values()) - Math.min(...led.values())).toBeLessThanOrEqual(1);
      expect(Math.max(...held.values()) - Math.min(...held.values())).toBeLessThanOrEqual(factor);
    }),
  );
});

test('neighbours are in different racks, so that the failure of a rack takes few replicas', () => {
  const rackOf = (broker: number): string => (broker <= 2 ? 'a' : 'b');
  expect(placeReplicas([1, 2, 3, 4], 4, 2, rackOf)).toEqual([
    [1, 3],
    [3, 2],
    [2, 4],
    [4, 1],
  ]);
});
