import { describe, expect, test } from 'vitest';

import { defects } from '../defects/index.ts';
import { Errors } from '../../kafka/errors.ts';
import { markerBatch, plainBatch } from '../../kafka/records.ts';
import type { UnplacedBatch } from '../../kafka/records.ts';
import { kafkaRules, rulesWith } from '../rules/rules.ts';
import { Disk } from '../kernel/disk.ts';
import { PartitionLog } from './partition-log.ts';
import type { LogSettings } from './producer-state-manager.ts';

const settings: LogSettings = {
  rules: kafkaRules,
  maxSequence: 99,
  producerIdExpirationMs: 1000,
  wallMs: () => 0,
};

/** A batch of producer 7 with so many records, from a sequence on. */
function batch(baseSequence: number, count = 1, identity: Partial<UnplacedBatch> = {}): UnplacedBatch {
  const records = Array.from({ length: count }, (_, op) => ({ key: null, value: 'x', timestamp: 0, op }));
  return { ...plainBatch(records), producerId: 7, producerEpoch: 0, baseSequence, ...identity };
}

const transactional = (baseSequence: number, producerId = 7): UnplacedBatch =>
  batch(baseSequence, 1, { transactional: true, producerId });
const marker = (type: 'commit' | 'abort', producerId = 7, coordinatorEpoch = 0): UnplacedBatch =>
  markerBatch(producerId, 0, { type, coordinatorEpoch }, 0);

function logOf(...batches: readonly UnplacedBatch[]): PartitionLog {
  return onDisk(new Disk(), ...batches);
}

function onDisk(disk: Disk, ...batches: readonly UnplacedBatch[]): PartitionLog {
  const log = new PartitionLog('t-0', disk, settings);
  for (const unplaced of batches) log.appendAsLeader(unplaced, 0);
  return log;
}

const sequencesOf = (log: PartitionLog, producerId = 7) =>
  log.producers.producers
    .get(producerId)
    ?.batches.map(({ firstSequence, lastSequence }) => [firstSequence, lastSequence]);

describe('before an append', () => {
  test('the next sequence is taken', () => {
    expect(logOf(batch(0, 3)).producers.validate(batch(3), 'client')).toEqual({ type: 'append' });
  });

  test('a duplicate batch is recognised with its offsets, as long as it is among the last five', () => {
    const log = logOf(...[0, 1, 2, 3, 4, 5].map((sequence) => batch(sequence)));
    expect(log.producers.validate(batch(1), 'client')).toMatchObject({
      type: 'duplicate',
      batch: { firstOffset: 1, lastOffset: 1 },
    });
    expect(log.producers.validate(batch(0), 'client')).toEqual({
      type: 'refused',
      error: Errors.OUT_OF_ORDER_SEQUENCE_NUMBER,
    });
  });

  test('a coordinator writes without sequences, and is fenced by its epoch', () => {
    const log = logOf(transactional(0), marker('commit', 7, 5));
    expect(log.producers.validate(marker('commit', 7, 5), 'coordinator')).toEqual({ type: 'append' });
    expect(log.producers.validate(marker('commit', 7, 4), 'coordinator')).toEqual({
      type: 'refused',
      error: Errors.TRANSACTION_COORDINATOR_FENCED,
    });
  });

  test('nothing is written outside of the transaction that is open', () => {
    expect(logOf(transactional(0)).producers.validate(batch(1), 'client')).toEqual({
      type: 'refused',
      error: Errors.INVALID_TXN_STATE,
    });
  });
});

test('a new epoch makes the sequences of the old one void', () => {
  const log = logOf(batch(0, 2), batch(2), batch(0, 1, { producerEpoch: 1 }));
  expect(sequencesOf(log)).toEqual([[0, 0]]);
});

test('sequences begin at 0 again after the greatest', () => {
  expect(sequencesOf(logOf(batch(97, 5), batch(2)))).toEqual([
    [97, 1],
    [2, 2],
  ]);
});

test('where a batch began its sequences do not tell, for they may have wrapped (KAFKA-7692)', () => {
  const firstOffsets = (rules: LogSettings['rules']) => {
    const log = new PartitionLog('t-0', new Disk(), { ...settings, rules });
    for (const unplaced of [batch(95, 3), batch(98, 4)]) log.appendAsLeader(unplaced, 0);
    return log.producers.producers.get(7)?.batches.map(({ firstOffset }) => firstOffset);
  };
  expect(firstOffsets(kafkaRules)).toEqual([0, 3]);
  const [defect] = defects.filter(({ slug }) => slug === 'wrapped_batch_misplaced');
  expect(firstOffsets(rulesWith([defect!.rules]))).toEqual([0, 103]);
});

test('a follower takes the sequences that its leader took, also of a producer of which it knows nothing (KAFKA-6003)', () => {
  expect(logOf().producers.validateReplicated(batch(5))).toBe(Errors.NONE);
  const [defect] = defects.filter(({ slug }) => slug === 'follower_validates_sequences');
  const log = new PartitionLog('t-0', new Disk(), { ...settings, rules: rulesWith([defect!.rules]) });
  expect(log.producers.validateReplicated(batch(5))).toBe(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
  expect(log.producers.validateReplicated(batch(0))).toBe(Errors.NONE);
});

describe('the first unstable offset', () => {
  const unstable = (log: PartitionLog) => log.producers.firstUnstableOffset;

  test('is where the oldest open transaction began', () => {
    const log = logOf(batch(0), transactional(0, 8), transactional(0, 9));
    expect(unstable(log)).toBe(1);
    log.appendAsLeader(marker('commit', 9), 0);
    expect(unstable(log)).toBe(1);
  });

  test('moves on when the marker is below the high watermark, not before', () => {
    const log = logOf(transactional(0), marker('commit'), transactional(1));
    log.producers.onHighWatermarkUpdated(1);
    expect(unstable(log)).toBe(0);
    log.producers.onHighWatermarkUpdated(2);
    expect(unstable(log)).toBe(2);
  });

  test('there is none without transactions', () => {
    expect(unstable(logOf(batch(0), batch(1)))).toBeNull();
  });

  test('comes back when the marker is truncated away', () => {
    const log = logOf(transactional(0), marker('commit'));
    log.producers.onHighWatermarkUpdated(2);
    expect(unstable(log)).toBeNull();
    log.truncateTo(1);
    expect(unstable(log)).toBe(0);
  });
});

describe('the index of aborted transactions', () => {
  const log = () =>
    logOf(
      transactional(0, 8),
      transactional(0, 9),
      marker('abort', 8),
      marker('commit', 9),
      transactional(1, 8),
      marker('abort', 8),
    );

  test('names them with their first record and their marker', () => {
    expect(log().producers.abortedTransactions).toEqual([
      { producerId: 8, firstOffset: 0, lastOffset: 2 },
      { producerId: 8, firstOffset: 4, lastOffset: 5 },
    ]);
  });

  test('answers for what was fetched', () => {
    const aborted = (from: number, end: number) =>
      log()
        .producers.abortedIn(from, end)
        .map(({ firstOffset }) => firstOffset);
    expect([aborted(0, 4), aborted(2, 6), aborted(3, 4), aborted(3, 5)]).toEqual([[0], [0, 4], [], [4]]);
  });

  test('forgets those whose marker is truncated away, and is found again after a restart', () => {
    const disk = new Disk();
    const cut = onDisk(disk, transactional(0), marker('abort'), transactional(1), marker('abort'));
    cut.truncateTo(3);
    expect(cut.producers.abortedTransactions).toHaveLength(1);
    expect(new PartitionLog('t-0', disk, settings).producers.abortedTransactions).toEqual([
      { producerId: 7, firstOffset: 0, lastOffset: 1 },
    ]);
  });
});

describe('when the log is cut', () => {
  test('the state is that of the batches which are left', () => {
    const log = logOf(batch(0), batch(1), batch(2));
    log.truncateTo(1);
    expect(sequencesOf(log)).toEqual([[0, 0]]);
    expect(log.producers.validate(batch(1), 'client').type).toBe('append');
  });

  test('a log that is truncated fully has no producers', () => {
    const log = logOf(batch(0), transactional(0, 8));
    log.truncateFullyAndStartAt(10);
    expect([log.producers.producers.size, log.producers.firstUnstableOffset]).toEqual([0, null]);
  });

  test('at the front, by deletion, producers are still known (KIP-360)', () => {
    const log = logOf(batch(0), batch(1));
    log.advanceStart(2);
    expect(log.producers.validate(batch(1), 'client').type).toBe('duplicate');
  });
});

describe('a snapshot', () => {
  test('written when the log is closed spares the next process the log, and keeps the last batch only', () => {
    const disk = new Disk();
    onDisk(disk, batch(0), batch(1)).close();
    const log = new PartitionLog('t-0', disk, settings, true);
    expect(sequencesOf(log)).toEqual([[1, 1]]);
    expect(log.producers.validate(batch(2), 'client').type).toBe('append');
  });

  test('keeps a transaction open', () => {
    const disk = new Disk();
    onDisk(disk, batch(0, 1, { producerId: 8 }), transactional(0)).close();
    expect(new PartitionLog('t-0', disk, settings, true).producers.firstUnstableOffset).toBe(1);
  });

  test('without one, after a crash, the whole log is read', () => {
    const disk = new Disk();
    onDisk(disk, batch(0), batch(1));
    expect(sequencesOf(new PartitionLog('t-0', disk, settings))).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  test('beyond the end of the log counts for nothing', () => {
    const disk = new Disk();
    const log = onDisk(disk, batch(0), batch(1));
    log.producers.takeSnapshot();
    log.truncateTo(1);
    expect(log.producers.snapshots.map(({ offset }) => offset)).toEqual([1]);
  });

  test('of which the power took the file leaves the next process without producers (KAFKA-9892)', () => {
    const disk = new Disk();
    const unflushed = { ...settings, rules: rulesWith([{ flushesProducerSnapshot: () => false }]) };
    const log = new PartitionLog('t-0', disk, unflushed);
    log.appendAsLeader(batch(0), 0);
    log.close();
    disk.losePower(() => 0);
    expect(new PartitionLog('t-0', disk, unflushed, true).producers.producers.size).toBe(0);
  });
});

test('who wrote nothing for too long is forgotten', () => {
  let nowMs = 0;
  const log = new PartitionLog('t-0', new Disk(), { ...settings, wallMs: () => nowMs });
  log.appendAsLeader(batch(0), 0);
  log.appendAsLeader(transactional(0, 8), 0);
  nowMs = 1000;
  expect(log.producers.removeExpired()).toBe(1);
  expect([...log.producers.producers.keys()]).toEqual([8]);
});
