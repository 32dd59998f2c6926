import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { CheckpointFile } from '../kernel/disk.ts';
import { LeaderEpochCache } from './leader-epoch-cache.ts';
import type { EpochEntry } from '../../kafka/leader-epoch.ts';

function cacheOf(...entries: readonly (readonly [epoch: number, startOffset: number])[]): LeaderEpochCache {
  const cache = new LeaderEpochCache(new CheckpointFile<readonly EpochEntry[]>());
  for (const [epoch, startOffset] of entries) cache.assign(epoch, startOffset);
  return cache;
}

const inside = (cache: LeaderEpochCache) =>
  cache.entries.map(({ epoch, startOffset }) => [epoch, startOffset]);

describe('assign', () => {
  test('a later epoch at a later offset is added', () => {
    expect(inside(cacheOf([0, 0], [2, 5], [3, 9]))).toEqual([
      [0, 0],
      [2, 5],
      [3, 9],
    ]);
  });

  test('an epoch that wrote nothing gives way to the next one at the same offset', () => {
    expect(inside(cacheOf([0, 0], [1, 5], [2, 5]))).toEqual([
      [0, 0],
      [2, 5],
    ]);
  });

  test('an earlier start takes away all that began at it or later, whatever the epoch', () => {
    expect(inside(cacheOf([0, 0], [1, 5], [2, 9], [4, 3]))).toEqual([
      [0, 0],
      [4, 3],
    ]);
  });

  test('an earlier epoch takes away all later ones: they are of another history', () => {
    expect(inside(cacheOf([0, 0], [3, 5], [4, 9], [1, 12]))).toEqual([
      [0, 0],
      [1, 12],
    ]);
  });

  test('the epoch that is the latest already keeps its start', () => {
    expect(inside(cacheOf([0, 0], [1, 5], [1, 8]))).toEqual([
      [0, 0],
      [1, 5],
    ]);
  });

  test('but not when it turns out to have begun earlier', () => {
    expect(inside(cacheOf([0, 0], [1, 5], [1, 3]))).toEqual([
      [0, 0],
      [1, 3],
    ]);
  });
});

describe('truncation', () => {
  test('forgets epochs that began at the new end or above', () => {
    const cache = cacheOf([0, 0], [1, 5], [2, 9]);
    cache.truncateFromEnd(6);
    expect(inside(cache)).toEqual([
      [0, 0],
      [1, 5],
    ]);
    cache.truncateFromEnd(5);
    expect(inside(cache)).toEqual([[0, 0]]);
  });

  test('to the very offset at which an epoch began forgets it, though no record went (KAFKA-10706)', () => {
    const cache = cacheOf([0, 0], [7, 4]);
    cache.truncateFromEnd(4);
    expect([inside(cache), cache.latestEpoch]).toEqual([[[0, 0]], 0]);
  });

  test('above everything changes nothing', () => {
    const cache = cacheOf([0, 0], [1, 5]);
    cache.truncateFromEnd(100);
    expect(inside(cache)).toEqual([
      [0, 0],
      [1, 5],
    ]);
  });
});

test('the latest epoch of an empty cache is -1', () => {
  const cache = cacheOf([3, 0]);
  expect(cache.latestEpoch).toBe(3);
  cache.clear();
  expect([cache.latestEpoch, cache.entries]).toEqual([-1, []]);
});

test('every change is on the disk at once, and survives the process and the power', () => {
  const file = new CheckpointFile<readonly EpochEntry[]>();
  const cache = new LeaderEpochCache(file);
  cache.assign(0, 0);
  cache.assign(1, 5);
  cache.truncateFromEnd(5);
  file.losePower(() => 0);
  expect(inside(new LeaderEpochCache(file))).toEqual([[0, 0]]);
});

test('whatever is done to it, epochs and offsets both strictly increase', () => {
  const step = fc.oneof(
    fc.record({ epoch: fc.nat({ max: 6 }), startOffset: fc.nat({ max: 12 }) }),
    fc.record({ end: fc.nat({ max: 12 }) }),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const cache = cacheOf();
      for (const taken of steps) {
        if ('end' in taken) cache.truncateFromEnd(taken.end);
        else cache.assign(taken.epoch, taken.startOffset);
        cache.entries.reduce(
          (before, entry) => {
            expect(entry.epoch).toBeGreaterThan(before.epoch);
            expect(entry.startOffset).toBeGreaterThan(before.startOffset);
            return entry;
          },
          { epoch: -1, startOffset: -1 },
        );
      }
    }),
  );
});
