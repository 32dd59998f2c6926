import { describe, expect, test } from 'vitest';

import { isrWithout, nextEligibleLeaderReplicas } from './eligible-leader-replicas.ts';

const MIN_ISR = 2;
const before = { isr: [1, 2, 3], leader: 1, elr: [] as number[], lastKnownElr: [] as number[] };
type Before = typeof before;
const next = (change: Partial<Before>, newIsr: readonly number[], unclean: readonly number[] = []) =>
  nextEligibleLeaderReplicas({ ...before, ...change }, newIsr, MIN_ISR, unclean);

describe('eligible leader replicas (KIP-966)', () => {
  test('are none while enough replicas are in sync: the high watermark advances without those that have left', () => {
    expect(next({}, [1, 2])).toEqual({ elr: [], lastKnownElr: [] });
  });

  test('include a replica that leaves while the high watermark stands still: it holds everything that is committed', () => {
    expect(next({ isr: [1, 2] }, [1])).toEqual({ elr: [2], lastKnownElr: [] });
    expect(next({}, [1])).toEqual({ elr: [2, 3], lastKnownElr: [] });
  });

  test('stay eligible', () => {
    expect(next({ isr: [1], elr: [2] }, [])).toMatchObject({ elr: [2, 1] });
  });

  test('do not include a replica that rejoins the ISR', () => {
    expect(next({ isr: [1], elr: [2, 3] }, [2])).toMatchObject({ elr: [3, 1] });
  });

  test('are dropped once enough replicas are in sync again', () => {
    expect(next({ isr: [1], elr: [2], lastKnownElr: [3] }, [1, 2])).toEqual({ elr: [], lastKnownElr: [] });
  });

  test('do not include a replica after an unclean shutdown: the end of its log may be lost with the page cache', () => {
    expect(next({ isr: [1], elr: [2, 3] }, [1], [2])).toMatchObject({ elr: [3] });
    expect(next({ isr: [1, 2] }, [1], [2])).toMatchObject({ elr: [] });
    expect(next({ isr: [1], elr: [2] }, [], [1])).toMatchObject({ elr: [2] });
  });
});

describe('the last known leader', () => {
  test('is remembered once no replica is in sync', () => {
    expect(next({ isr: [1] }, [])).toMatchObject({ lastKnownElr: [1] });
    expect(next({ isr: [1], elr: [2] }, [1])).toMatchObject({ lastKnownElr: [] });
  });

  test('is not replaced while there is no leader', () => {
    expect(next({ isr: [], leader: -1, elr: [1], lastKnownElr: [1] }, [], [1])).toEqual({
      elr: [],
      lastKnownElr: [1],
    });
  });
});

describe('leaving the ISR', () => {
  test('keeps the last member without KIP-966: no leader could ever be elected from an empty ISR', () => {
    expect(isrWithout([2], [2], false)).toEqual([2]);
    expect(isrWithout([2], [2], true)).toEqual([]);
  });

  test.each([true, false])(
    'removes other members and keeps the order of the rest (KIP-966: %s)',
    (elrEnabled) => {
      expect(isrWithout([3, 1, 2], [1], elrEnabled)).toEqual([3, 2]);
      expect(isrWithout([3, 1], [9], elrEnabled)).toEqual([3, 1]);
    },
  );
});
