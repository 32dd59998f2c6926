import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { plainBatch } from '../../kafka/records.ts';
import type { RecordBatch, UnplacedBatch } from '../../kafka/records.ts';
import { AppendFile, Disk } from '../kernel/disk.ts';
import { PartitionLog } from './partition-log.ts';

const records = (...values: readonly string[]): UnplacedBatch =>
  plainBatch(values.map((value, op) => ({ key: null, value, timestamp: 0, op })));

function batch(baseOffset: number, leaderEpoch: number, ...values: readonly string[]): RecordBatch {
  return { ...records(...values), baseOffset, lastOffset: baseOffset + values.length - 1, leaderEpoch };
}

/** A log of batches [0..2] and [3] of epoch 0, [4..5] of epoch 2. */
function filled(disk = new Disk()): PartitionLog {
  const log = new PartitionLog('t-0', disk);
  log.appendAsLeader(records('a', 'b', 'c'), 0);
  log.appendAsLeader(records('d'), 0);
  log.appendAsLeader(records('e', 'f'), 2);
  return log;
}

const valuesIn = (batches: readonly RecordBatch[]): string =>
  batches.map(({ records: inBatch }) => inBatch.map(({ value }) => value).join('')).join(' ');
const epochsOf = (log: PartitionLog) =>
  log.epochs.entries.map(({ epoch, startOffset }) => [epoch, startOffset]);

describe('append', () => {
  test('a leader gives records the next offsets, and notes where each epoch begins', () => {
    const log = filled();
    expect(valuesIn(log.batches)).toBe('abc d ef');
    expect([log.logEndOffset, log.lastBatchEpoch]).toEqual([6, 2]);
    expect(epochsOf(log)).toEqual([
      [0, 0],
      [2, 4],
    ]);
  });

  test('a follower takes the batch as it is', () => {
    const log = filled();
    log.appendAsFollower(batch(6, 3, 'g'));
    expect([log.logEndOffset, log.lastBatchEpoch]).toEqual([7, 3]);
    expect(epochsOf(log).at(-1)).toEqual([3, 6]);
  });

  test.each([5, 7])('a batch at %d is refused when the log ends at 6', (baseOffset) => {
    expect(() => filled().appendAsFollower(batch(baseOffset, 2, 'x'))).toThrow(RangeError);
  });

  test('an empty log ends where it begins, in no epoch', () => {
    const log = new PartitionLog('t-0', new Disk());
    expect([log.logEndOffset, log.lastBatchEpoch, log.flushedOffset]).toEqual([0, -1, 0]);
  });
});

describe('read', () => {
  test.each([
    { from: 0, to: 6, read: 'abc d ef' },
    { from: 3, to: 6, read: 'd ef' },
    { from: 0, to: 4, read: 'abc d' },
    { from: 6, to: 6, read: '' },
    { from: 5, to: 3, read: '' },
  ])('[$from, $to)', ({ from, to, read }) => {
    expect(valuesIn(filled().read(from, to))).toBe(read);
  });

  test('whole batches: the one that holds the offset, and the one that reaches across the end', () => {
    expect(valuesIn(filled().read(1, 5))).toBe('abc d ef');
  });
});

describe('truncate', () => {
  test.each([
    { to: 4, left: 'abc d', removed: 2, end: 4, epochs: [[0, 0]] },
    { to: 5, left: 'abc d', removed: 2, end: 4, epochs: [[0, 0]] },
    { to: 1, left: '', removed: 6, end: 0, epochs: [] },
    { to: 0, left: '', removed: 6, end: 0, epochs: [] },
  ])('to $to drops every batch that reaches it', ({ to, left, removed, end, epochs }) => {
    const log = filled();
    expect(log.truncateTo(to)).toBe(removed);
    expect(valuesIn(log.batches)).toBe(left);
    expect(log.logEndOffset).toBe(end);
    expect(epochsOf(log)).toEqual(epochs);
  });

  test('to the end or above drops no record', () => {
    const log = filled();
    expect(log.truncateTo(6)).toBe(0);
    expect(log.truncateTo(60)).toBe(0);
    expect(valuesIn(log.batches)).toBe('abc d ef');
  });

  test('but the entry of an epoch in which it led and wrote nothing goes (KAFKA-10706)', () => {
    const log = filled();
    log.epochs.assign(5, 6);
    log.truncateTo(6);
    expect(log.epochs.latestEpoch).toBe(2);
  });
});

describe('after the process has gone', () => {
  test('the next one finds the log as it was', () => {
    const disk = new Disk();
    filled(disk);
    const log = new PartitionLog('t-0', disk);
    expect([valuesIn(log.batches), log.logEndOffset]).toEqual(['abc d ef', 6]);
    expect(epochsOf(log)).toEqual([
      [0, 0],
      [2, 4],
    ]);
  });

  test('two partitions on one disk do not mix', () => {
    const disk = new Disk();
    filled(disk);
    expect(new PartitionLog('t-1', disk).logEndOffset).toBe(0);
  });
});

describe('recovery after a loss of power', () => {
  /** Keeps so many batches; `torn`: and half of the next. */
  function powerLost(kept: number, torn: boolean): { log: PartitionLog; torn: boolean } {
    const disk = new Disk();
    filled(disk);
    disk
      .open('t-0/log', () => new AppendFile<RecordBatch>())
      .losePower(
        () => kept,
        () => torn,
      );
    const log = new PartitionLog('t-0', disk);
    return { log, torn: log.recover(0) };
  }

  test('drops epochs beyond the end, though the checkpoint still knew them', () => {
    const { log, torn } = powerLost(2, false);
    expect([valuesIn(log.batches), log.logEndOffset, torn]).toEqual(['abc d', 4, false]);
    expect(epochsOf(log)).toEqual([[0, 0]]);
  });

  test('cuts half a batch off, and says so', () => {
    const { log, torn } = powerLost(1, true);
    expect([valuesIn(log.batches), log.logEndOffset, torn]).toEqual(['abc', 3, true]);
    expect(log.recover(0)).toBe(false);
  });

  test('finds epochs again that the batches prove', () => {
    const disk = new Disk();
    const log = filled(disk);
    log.epochs.clear();
    log.recover(0);
    expect(epochsOf(log)).toEqual([
      [0, 0],
      [2, 4],
    ]);
  });

  test('what was flushed survives for certain, batch by batch', () => {
    const disk = new Disk();
    const log = filled(disk);
    expect([log.flushedOffset, log.unflushed]).toEqual([0, 3]);
    log.flush();
    log.appendAsLeader(records('g'), 2);
    expect([log.flushedOffset, log.unflushed]).toEqual([6, 1]);
    disk.losePower(() => 0);
    expect(valuesIn(new PartitionLog('t-0', disk).batches)).toBe('abc d ef');
  });
});

describe('against a plain array of batches', () => {
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('append' as const),
        count: fc.integer({ min: 1, max: 4 }),
        bump: fc.nat({ max: 2 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('truncate' as const), to: fc.nat({ max: 40 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('flush' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('power-loss' as const), kept: fc.nat() }) },
  );

  test('it holds the same, says the same, and its epoch cache is a replay of its batches', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.nat({ max: 40 }),
        fc.nat({ max: 40 }),
        (steps, from, to) => {
          const disk = new Disk();
          let log = new PartitionLog('t-0', disk);
          let model: RecordBatch[] = [];
          let flushed = 0;
          let epoch = 0;
          let op = 0;
          for (const taken of steps) {
            switch (taken.kind) {
              case 'append': {
                epoch += taken.bump;
                const values = Array.from({ length: taken.count }, () => `${op++}`);
                model.push(
                  batch(model.at(-1) === undefined ? 0 : model.at(-1)!.lastOffset + 1, epoch, ...values),
                );
                log.appendAsLeader(records(...values), epoch);
                break;
              }
              case 'truncate':
                model = model.filter(({ lastOffset }) => lastOffset < taken.to);
                flushed = Math.min(flushed, model.length);
                log.truncateTo(taken.to);
                break;
              case 'flush':
                flushed = model.length;
                log.flush();
                break;
              case 'restart':
                log = new PartitionLog('t-0', disk);
                break;
              case 'power-loss':
                disk.losePower((_file, n) => (n === 0 ? taken.kept : 1));
                model = model.slice(0, flushed + (taken.kept % (model.length - flushed + 1)));
                flushed = model.length;
                log = new PartitionLog('t-0', disk);
                log.recover(0);
                break;
            }
            expect(log.batches).toEqual(model);
            const end = model.at(-1);
            expect(log.logEndOffset).toBe(end === undefined ? 0 : end.lastOffset + 1);
            expect(log.unflushed).toBe(model.length - flushed);
          }
          const starts = model.filter((entry, i) => entry.leaderEpoch !== model[i - 1]?.leaderEpoch);
          expect(epochsOf(log)).toEqual(
            starts.map(({ leaderEpoch, baseOffset }) => [leaderEpoch, baseOffset]),
          );
          const wanted = model.filter(
            (entry) => from < to && entry.lastOffset >= from && entry.baseOffset < to,
          );
          expect(log.read(from, to)).toEqual(wanted);
        },
      ),
    );
  });
});

describe('log start', () => {
  test('what lies below it is forgotten by the epoch cache, and the epoch that holds it begins there', () => {
    const log = filled();
    expect(log.advanceStart(5)).toBe(true);
    expect([log.logStartOffset, log.logEndOffset]).toEqual([5, 6]);
    expect(epochsOf(log)).toEqual([[2, 5]]);
  });

  test('it never goes back by a deletion', () => {
    const log = filled();
    log.advanceStart(3);
    expect(log.advanceStart(2)).toBe(false);
    expect(log.logStartOffset).toBe(3);
  });

  test('a new process finds it on the disk', () => {
    const disk = new Disk();
    filled(disk).advanceStart(4);
    expect(new PartitionLog('t-0', disk).logStartOffset).toBe(4);
  });

  test('a log that is truncated fully is empty at its new start, in no epoch', () => {
    const log = filled();
    expect(log.truncateFullyAndStartAt(10)).toBe(6);
    expect([log.logStartOffset, log.logEndOffset, log.flushedOffset]).toEqual([10, 10, 10]);
    expect(epochsOf(log)).toEqual([]);
  });

  test('a truncation below the log start truncates the log fully there', () => {
    const log = filled();
    log.advanceStart(5);
    log.truncateTo(3);
    expect([log.logStartOffset, log.logEndOffset]).toEqual([3, 3]);
  });

  test('a truncation of the batch around it leaves the log empty at its start', () => {
    const log = filled();
    log.advanceStart(5);
    log.truncateTo(5);
    expect([log.logStartOffset, log.logEndOffset, epochsOf(log)]).toEqual([5, 5, []]);
  });

  test('records that the power took away below it leave the log empty at its start', () => {
    const disk = new Disk();
    filled(disk).advanceStart(6);
    disk.losePower(() => 0);
    const log = new PartitionLog('t-0', disk);
    log.recover(0);
    expect([log.logStartOffset, log.logEndOffset]).toEqual([6, 6]);
  });

  test('recovery finds all epochs again when the checkpoint is gone', () => {
    const disk = new Disk();
    filled(disk).flush();
    disk.delete('t-0/leader-epoch-checkpoint');
    const log = new PartitionLog('t-0', disk);
    log.recover(6);
    expect(epochsOf(log)).toEqual([
      [0, 0],
      [2, 4],
    ]);
  });
});
