import { describe, expect, test } from 'vitest';

import { isrWithout, nextEligibleLeaderReplicas } from './eligible-leader-replicas.ts';

const MIN_ISR = 2;
const before = { isr: [1, 2, 3], leader: 1, elr: [] as number[], lastKnownElr: [] as number[] };
type Before = typeof before;
const next = (change: Partial<Before>, newIsr: readonly number[], unclean: readonly number[] = []) =>
  nextEligibleLeaderReplicas({ ...before, ...change }, newIsr, MIN_ISR, unclean);

describe('eligible leader replicas (KIP-966)', () => {
  test('none while enough are in sync: the high watermark moves without those who have left', () => {
    expect(next({}, [1, 2])).toEqual({ elr: [], lastKnownElr: [] });
  });

  test('whoever leaves while the high watermark stands still holds all that is committed', () => {
    expect(next({ isr: [1, 2] }, [1])).toEqual({ elr: [2], lastKnownElr: [] });
    expect(next({}, [1])).toEqual({ elr: [2, 3], lastKnownElr: [] });
  });

  test('whoever was eligible stays so', () => {
    expect(next({ isr: [1], elr: [2] }, [])).toMatchObject({ elr: [2, 1] });
  });

  test('whoever comes back into the ISR is no longer among them', () => {
    expect(next({ isr: [1], elr: [2, 3] }, [2])).toMatchObject({ elr: [3, 1] });
  });

  test('all are forgotten once enough are in sync again', () => {
    expect(next({ isr: [1], elr: [2], lastKnownElr: [3] }, [1, 2])).toEqual({ elr: [], lastKnownElr: [] });
  });

  test('an unclean shutdown makes ineligible: the end of the log may be gone with the page cache', () => {
    expect(next({ isr: [1], elr: [2, 3] }, [1], [2])).toMatchObject({ elr: [3] });
    expect(next({ isr: [1, 2] }, [1], [2])).toMatchObject({ elr: [] });
    expect(next({ isr: [1], elr: [2] }, [], [1])).toMatchObject({ elr: [2] });
  });
});

describe('the last known leader', () => {
  test('is remembered from the moment when nobody is in sync', () => {
    expect(next({ isr: [1] }, [])).toMatchObject({ lastKnownElr: [1] });
    expect(next({ isr: [1], elr: [2] }, [1])).toMatchObject({ lastKnownElr: [] });
  });

  test('and not replaced while there is no leader', () => {
    expect(next({ isr: [], leader: -1, elr: [1], lastKnownElr: [1] }, [], [1])).toEqual({
      elr: [],
      lastKnownElr: [1],
    });
  });
});

describe('leaving the ISR', () => {
  test('without KIP-966 the last member stays: an empty ISR could never elect again', () => {
    expect(isrWithout([2], [2], false)).toEqual([2]);
    expect(isrWithout([2], [2], true)).toEqual([]);
  });

  test.each([true, false])('others go (KIP-966: %s), and the order of the rest is kept', (elrEnabled) => {
    expect(isrWithout([3, 1, 2], [1], elrEnabled)).toEqual([3, 2]);
    expect(isrWithout([3, 1], [9], elrEnabled)).toEqual([3, 1]);
  });
});
