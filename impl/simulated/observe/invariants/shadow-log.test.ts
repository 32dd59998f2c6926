import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { PartitionLog } from '../../log/partition-log.ts';
import { plainBatch } from '../../../kafka/records.ts';
import { Disk } from '../../kernel/disk.ts';
import { ShadowLog } from './shadow-log.ts';

/** A log of records that differ in a number. */
function shadowOf(records: readonly number[], epoch = 0): ShadowLog {
  const shadow = new ShadowLog();
  for (const [baseOffset, op] of records.entries()) {
    const record = { key: null, value: '', timestamp: 0, op };
    shadow.append({ baseOffset, lastOffset: baseOffset, leaderEpoch: epoch, ...plainBatch([record]) });
  }
  return shadow;
}

const logOf = fc.array(fc.nat({ max: 2 }), { maxLength: 20 });

describe('two logs', () => {
  test('share exactly the longest common prefix, as a comparison record by record shows', () => {
    fc.assert(
      fc.property(logOf, logOf, (a, b) => {
        let shared = 0;
        while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
        expect(shadowOf(a).commonPrefix(shadowOf(b))).toBe(shared);
      }),
    );
  });

  test('agree below an offset when all records before it are the same', () => {
    const [a, b] = [shadowOf([1, 2, 3]), shadowOf([1, 2, 4])];
    expect([0, 1, 2, 3].map((offset) => a.agreesBelow(b, offset))).toEqual([true, true, true, false]);
  });

  test('do not agree below an offset that one of them does not reach', () => {
    expect(shadowOf([1, 2]).agreesBelow(shadowOf([1]), 2)).toBe(false);
    expect(shadowOf([1]).agreesBelow(shadowOf([1]), 2)).toBe(false);
  });

  test('differ where the same record was written in another epoch', () => {
    expect(shadowOf([1], 0).agreesBelow(shadowOf([1], 1), 1)).toBe(false);
  });
});

test('a batch counts record by record', () => {
  const log = new PartitionLog('t-0', new Disk());
  const records = [5, 6].map((op) => ({ key: null, value: '', timestamp: 0, op }));
  log.appendAsLeader(plainBatch(records), 0);
  const shadow = new ShadowLog();
  shadow.rebuildFrom(log, new ShadowLog());
  expect(shadow.endOffset).toBe(2);
  expect(shadow.agreesBelow(shadowOf([5, 6]), 2)).toBe(true);
});

test('truncation and extension give the log that they should', () => {
  const shadow = shadowOf([1, 2, 3]);
  shadow.truncateTo(1);
  shadow.truncateTo(9);
  shadow.extendFrom(shadowOf([1, 7, 8, 9]), 3);
  expect(shadow.endOffset).toBe(3);
  expect(shadow.commonPrefix(shadowOf([1, 7, 8]))).toBe(3);
});
