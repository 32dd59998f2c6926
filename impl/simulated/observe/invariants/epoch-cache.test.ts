import { describe, expect, test } from 'vitest';

import { PartitionLog } from '../../log/partition-log.ts';
import { plainBatch } from '../../../kafka/records.ts';
import { Disk } from '../../kernel/disk.ts';
import { appendedEpochMismatch, epochCacheMismatch } from './epoch-cache.ts';

/** A log with one record for each epoch given. */
function logOf(...epochs: readonly number[]): PartitionLog {
  const log = new PartitionLog('t-0', new Disk());
  for (const epoch of epochs)
    log.appendAsLeader(plainBatch([{ key: null, value: '', timestamp: 0, op: 0 }]), epoch);
  return log;
}

describe('the epoch cache says what the batches say', () => {
  test.each([[], [0], [0, 0, 2, 2, 5]])('%j', (...epochs) => {
    expect(epochCacheMismatch(logOf(...epochs))).toBeNull();
  });

  test('and may know one epoch more, which has written nothing yet', () => {
    const log = logOf(0, 1);
    log.epochs.assign(4, 2);
    expect(epochCacheMismatch(log)).toBeNull();
  });
});

describe('it does not', () => {
  test('when it does not know an epoch', () => {
    const log = logOf(0, 1);
    log.epochs.truncateFromEnd(1);
    expect(epochCacheMismatch(log)).toContain('does not know it');
  });

  test('when it puts a beginning elsewhere', () => {
    const log = logOf(0, 1, 1);
    log.epochs.truncateFromEnd(1);
    log.epochs.assign(1, 2);
    expect(epochCacheMismatch(log)).toContain(
      'epoch 1 begins at offset 1, the epoch cache says that epoch 1 begins at 2',
    );
  });

  test('when it knows an epoch beyond the end of the log (KAFKA-10706)', () => {
    const log = logOf(0, 1);
    log.epochs.assign(4, 9);
    expect(epochCacheMismatch(log)).toContain('epoch 4 begins at offset 9, the log ends at 2');
  });

  test('when it is wholly empty', () => {
    const log = logOf(3);
    log.epochs.clear();
    expect(epochCacheMismatch(log)).toContain('epoch 3 begins at offset 0');
  });
});

describe('after one append', () => {
  test('the last entry is that of the batch', () => {
    expect(appendedEpochMismatch(logOf(0, 2), 1, 2)).toBeNull();
    expect(appendedEpochMismatch(logOf(0, 2, 2), 2, 2)).toBeNull();
  });

  test('else the batch is of an epoch that the cache does not end with', () => {
    expect(appendedEpochMismatch(logOf(0, 2), 2, 1)).toContain('ends with epoch 2 at 1');
    const log = logOf(0);
    log.epochs.clear();
    expect(appendedEpochMismatch(log, 0, 0)).toContain('ends with nothing');
  });
});
