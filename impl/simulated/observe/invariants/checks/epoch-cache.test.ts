import { describe, expect, test } from 'vitest';

import { PartitionLog } from '../../../log/partition-log.ts';
import { plainBatch } from '../../../../kafka/records.ts';
import { Disk } from '../../../kernel/disk.ts';
import { appendedEpochMismatch, epochCacheMismatch } from './epoch-cache.ts';
import { recordsOf } from '../../../broker/testing/scripted-replicas.ts';
import { commit, restart, watchedReplicas } from '../testing/watched-replicas.ts';

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

describe('epoch-cache (W11)', () => {
  test('is reported when an epoch is cached beyond the end of the log', () => {
    const { replicas, anomalies } = watchedReplicas();
    commit(replicas, 'a', 'b');
    const follower = replicas.replica(2);
    follower.appendFetched({ baseOffset: 2, lastOffset: 2, leaderEpoch: 0, ...recordsOf('c') });
    follower.log.epochs.assign(9, 7);
    follower.log.truncateTo = (): number => 1;
    follower.truncateTo(2);
    expect(anomalies()).toEqual(['epoch-cache']);
  });

  test('is reported when a follower does not cache the epoch of what it has just appended', () => {
    const watched = watchedReplicas();
    const follower = watched.replicas.replica(2);
    const batch = { baseOffset: 0, lastOffset: 0, leaderEpoch: 0, ...recordsOf('a') };
    follower.log.appendAsFollower(batch);
    follower.log.epochs.clear();
    watched.invariants.appended(follower, batch, false);
    expect(watched.anomalies()).toEqual(['epoch-cache']);
  });

  test('is reported when a log is opened whose cached epochs are not those of its batches', () => {
    const watched = watchedReplicas();
    commit(watched.replicas, 'a');
    watched.invariants.brokerStopped(2, true);
    watched.replicas.replica(2).log.epochs.clear();
    restart(watched, 2);
    expect(watched.anomalies()).toEqual(['epoch-cache']);
  });

  test('is not reported when a new leader caches its epoch before it has written anything', () => {
    const { replicas, anomalies } = watchedReplicas();
    commit(replicas, 'a');
    replicas.elect(2);
    expect(replicas.replica(2).log.epochs.latestEpoch).toBe(1);
    expect(anomalies()).toEqual([]);
  });
});
