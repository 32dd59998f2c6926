import { describe, expect, test } from 'vitest';

import { PartitionLog } from '../../../log/partition-log.ts';
import { markerBatch, plainBatch } from '../../../../kafka/records.ts';
import type { UnplacedBatch } from '../../../../kafka/records.ts';
import { Disk } from '../../../kernel/disk.ts';
import { epochRegression } from './producer-epoch-regression.ts';

const NO_PRODUCERS: ReadonlySet<number> = new Set();

function data(producerId: number, producerEpoch: number): UnplacedBatch {
  const batch = plainBatch([{ key: null, value: 'x', timestamp: 0, op: 0 }]);
  return { ...batch, producerId, producerEpoch, baseSequence: 0, transactional: true };
}

const abort = (producerId: number, producerEpoch: number, coordinatorEpoch: number): UnplacedBatch =>
  markerBatch(producerId, producerEpoch, { type: 'abort', coordinatorEpoch }, 0);

/** Returns the result for the last batch, as if none had been checked before it. */
function said(...unplaced: UnplacedBatch[]): string | null {
  return regressionIn(logOf(unplaced));
}

function logOf(unplaced: readonly UnplacedBatch[]): PartitionLog {
  const log = new PartitionLog('t-0', new Disk());
  for (const batch of unplaced) log.appendAsLeader(batch, 0);
  return log;
}

function regressionIn(log: PartitionLog, forgotten = NO_PRODUCERS): string | null {
  return epochRegression(log, log.batches.at(-1)!, forgotten);
}

describe('in a log', () => {
  test('the epochs of a producer, and of its coordinators, stay or go up; each producer has its own', () => {
    expect(said(data(7, 2), data(8, 0), abort(7, 3, 5), data(7, 3))).toBeNull();
    expect(said(data(7, 2), abort(7, 3, 5), abort(8, 0, 1), abort(7, 3, 5))).toBeNull();
  });

  test('a producer that was fenced writes nothing more', () => {
    expect(said(data(7, 2), abort(7, 3, 5), data(7, 2))).toBe(
      'producer 7 is in epoch 2 at offset 2, after epoch 3 at offset 1',
    );
  });

  test('a coordinator that was replaced ends nothing more, whatever lies in between', () => {
    expect(said(data(7, 2), abort(7, 3, 5), data(7, 3), abort(7, 4, 4))).toBe(
      'the marker of producer 7 at offset 3 is of coordinator epoch 4, the one before it at offset 1 of 5',
    );
  });
});

describe('nothing can be said', () => {
  test('of what lies below the log start', () => {
    const log = logOf([abort(7, 3, 5), data(7, 2)]);
    expect(regressionIn(log)).not.toBeNull();
    log.advanceStart(1);
    expect(regressionIn(log)).toBeNull();
  });

  test('of a producer that has expired', () => {
    const log = logOf([abort(7, 3, 5), data(7, 2)]);
    expect(regressionIn(log, new Set([7]))).toBeNull();
  });
});
