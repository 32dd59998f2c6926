import { describe, expect, test } from 'vitest';

import { PartitionLog } from '../../../log/partition-log.ts';
import type { LogSettings } from '../../../log/producer-state-manager.ts';
import { markerBatch, plainBatch } from '../../../../kafka/records.ts';
import type { UnplacedBatch } from '../../../../kafka/records.ts';
import { kafkaRules, rulesWith } from '../../../rules/rules.ts';
import type { Rules } from '../../../rules/rules.ts';
import { Disk } from '../../../kernel/disk.ts';
import { producerStateMismatch } from './producer-state.ts';

const settings = (rules: Rules = kafkaRules, wallMs = (): number => 0): LogSettings => ({
  rules,
  maxSequence: 99,
  producerIdExpirationMs: 1000,
  wallMs,
});

function batch(baseSequence: number, transactional = false): UnplacedBatch {
  const record = { key: null, value: 'x', timestamp: 0, op: baseSequence };
  return { ...plainBatch([record]), producerId: 7, producerEpoch: 0, baseSequence, transactional };
}

const abort = markerBatch(7, 1, { type: 'abort', coordinatorEpoch: 3 }, 0);

test('what a log is fed it says, through truncation, restarts and deletion', () => {
  const disk = new Disk();
  const log = new PartitionLog('t-0', disk, settings());
  for (const unplaced of [batch(0, true), batch(1, true), abort, batch(0, true)])
    log.appendAsLeader(unplaced, 0);
  expect(producerStateMismatch(log)).toBeNull();
  log.advanceStart(1);
  log.truncateTo(3);
  expect(producerStateMismatch(log)).toBeNull();
  log.close();
  expect(producerStateMismatch(new PartitionLog('t-0', disk, settings(), true))).toBeNull();
});

test('a producer may be known of which all records are deleted', () => {
  const log = new PartitionLog('t-0', new Disk(), settings());
  log.appendAsLeader(batch(0), 0);
  log.advanceStart(1);
  expect([producerStateMismatch(log), log.producers.producers.size]).toEqual([null, 1]);
});

describe('what only deleted records say', () => {
  const after = (start: number, ...unplaced: UnplacedBatch[]): PartitionLog => {
    const log = new PartitionLog('t-0', new Disk(), settings());
    for (const each of unplaced) log.appendAsLeader(each, 0);
    log.advanceStart(start);
    return log;
  };
  const next = { ...batch(0, true), producerEpoch: 1 };

  test('stays known: the coordinator epoch of a marker, the batch before one, the start of a transaction', () => {
    expect(producerStateMismatch(after(2, batch(0, true), abort, next))).toBeNull();
    expect(producerStateMismatch(after(1, batch(0, true), { ...abort, producerEpoch: 0 }))).toBeNull();
    expect(producerStateMismatch(after(1, batch(0, true), batch(1, true)))).toBeNull();
  });

  test('is no excuse where nothing was deleted, or what is left says otherwise', () => {
    const log = after(0, batch(0, true), abort, next);
    const { producers } = log;
    const left = log.batches.slice(2);
    expect(producerStateMismatch({ producers, logStartOffset: 0, batches: left })).toBe(
      'the log says of producer 7: coordinator epoch -1; known is 3',
    );
    const marker = markerBatch(7, 1, { type: 'abort', coordinatorEpoch: 2 }, 0);
    const other = [{ ...log.batches[1]!, control: marker.control }, ...left];
    expect(producerStateMismatch({ producers, logStartOffset: 1, batches: other })).toBe(
      'the log says of producer 7: coordinator epoch 2; known is 3',
    );
  });
});

test('a snapshot that the power took is missed (KAFKA-9892)', () => {
  const disk = new Disk();
  const unflushed = settings(rulesWith([{ flushesProducerSnapshot: () => false }]));
  const log = new PartitionLog('t-0', disk, unflushed);
  log.appendAsLeader(batch(0), 0);
  log.close();
  disk.losePower(() => 0);
  expect(producerStateMismatch(new PartitionLog('t-0', disk, unflushed, true))).toBe(
    'the log holds batches of producer 7, of which nothing is known',
  );
});

test('what was known before a truncation must be forgotten', () => {
  const log = new PartitionLog('t-0', new Disk(), settings());
  for (const unplaced of [batch(0), batch(1), batch(2)]) log.appendAsLeader(unplaced, 0);
  const cut = { producers: log.producers, logStartOffset: 0, batches: log.batches.slice(0, 2) };
  expect(producerStateMismatch(cut)).toBe('the log says of producer 7: last batch at offset 1; known is 2');
});

describe('a producer that has expired', () => {
  const expiredBefore = (...unplaced: UnplacedBatch[]): { log: PartitionLog; disk: Disk } => {
    let nowMs = 0;
    const disk = new Disk();
    const log = new PartitionLog(
      't-0',
      disk,
      settings(kafkaRules, () => nowMs),
    );
    log.appendAsLeader(batch(0, true), 0);
    log.appendAsLeader(abort, 0);
    nowMs = 5000;
    log.producers.removeExpired();
    for (const each of unplaced) log.appendAsLeader(each, 0);
    return { log, disk };
  };

  test('may be unknown, and may come again with less than the log says of it', () => {
    expect(producerStateMismatch(expiredBefore().log)).toBeNull();
    expect(producerStateMismatch(expiredBefore({ ...batch(0), producerEpoch: 1 }).log)).toBeNull();
  });

  test('stays unknown after a restart that reads a snapshot', () => {
    const { log, disk } = expiredBefore();
    log.close();
    const reopened = new PartitionLog('t-0', disk, settings(), true);
    expect(producerStateMismatch(reopened)).toContain('of which nothing is known');
    expect(producerStateMismatch(reopened, log.producers.forgotten)).toBeNull();
  });

  test('has its transaction again when the marker is cut off', () => {
    const { log } = expiredBefore();
    log.truncateTo(1);
    expect(producerStateMismatch(log)).toBeNull();
    expect([...log.producers.openTransactions]).toEqual([[0, 7]]);
  });

  test('is missed if its transaction is not open again then', () => {
    let nowMs = 0;
    const published = rulesWith([{ rebuildsProducersAfterTruncation: (noneWereKnown) => !noneWereKnown }]);
    const log = new PartitionLog(
      't-0',
      new Disk(),
      settings(published, () => nowMs),
    );
    log.appendAsLeader(batch(0, true), 0);
    log.appendAsLeader(abort, 0);
    log.producers.onHighWatermarkUpdated(2);
    nowMs = 5000;
    log.producers.removeExpired();
    log.truncateTo(1);
    expect(producerStateMismatch(log)).toBe('the log holds batches of producer 7, of which nothing is known');
  });
});
