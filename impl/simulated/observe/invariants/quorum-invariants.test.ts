import { describe, expect, test } from 'vitest';

import type { Violation } from '../../../../model/guarantee.ts';
import { RaftLog } from '../../metadata/raft-log.ts';
import type { MetadataEntry } from '../../protocol/quorum-messages.ts';
import { Disk } from '../../kernel/disk.ts';
import { QuorumInvariants } from './quorum-invariants.ts';

const entry = (epoch: number, topicId = 0): MetadataEntry => ({
  epoch,
  record: { type: 'Topic', topic: `t${topicId}`, topicId },
});

/** Logs of controllers, written to by hand. */
class Quorum {
  readonly violations: Violation[] = [];
  readonly invariants = new QuorumInvariants({
    partitionCommitted: () => {},
    topicRemoved: () => {},
    nowUs: () => 0,
    report: (violation) => void this.violations.push(violation),
  });
  readonly #logs = new Map<number, RaftLog>();

  log(controller: number): RaftLog {
    let log = this.#logs.get(controller);
    if (log === undefined) this.#logs.set(controller, (log = new RaftLog(new Disk())));
    return log;
  }

  append(controller: number, ...entries: MetadataEntry[]): void {
    const log = this.log(controller);
    const base = log.endOffset;
    for (const each of entries) log.append(each);
    this.invariants.entriesAppended(controller, log, base);
  }

  elect(controller: number, epoch: number): void {
    this.invariants.leaderElected(controller, epoch, this.log(controller));
  }

  commit(controller: number, epoch: number, from: number, to: number): void {
    this.invariants.committed(controller, epoch, this.log(controller), from, to);
  }

  get anomalies(): string[] {
    return this.violations.map(({ anomaly }) => anomaly);
  }
}

describe('election safety', () => {
  test('is violated by two leaders in one epoch', () => {
    const quorum = new Quorum();
    quorum.elect(1, 1);
    quorum.elect(2, 2);
    expect(quorum.anomalies).toEqual([]);
    quorum.elect(3, 2);
    expect(quorum.anomalies).toEqual(['two-quorum-leaders-in-one-epoch']);
  });
});

describe('leader completeness', () => {
  test('is violated by a new leader without a committed entry', () => {
    const quorum = new Quorum();
    quorum.append(1, entry(1));
    quorum.commit(1, 1, 0, 1);
    quorum.elect(2, 2);
    expect(quorum.anomalies).toEqual(['quorum-leader-completeness']);
  });

  test('does not require the late winner of an old epoch to hold entries of later epochs', () => {
    const quorum = new Quorum();
    quorum.append(1, entry(3));
    quorum.commit(1, 3, 0, 1);
    quorum.elect(2, 2);
    expect(quorum.anomalies).toEqual([]);
  });
});

describe('log matching', () => {
  test('holds for the same entry after the same entries', () => {
    const quorum = new Quorum();
    const shared = [entry(1), entry(1)];
    quorum.append(1, ...shared);
    quorum.append(2, ...shared);
    expect(quorum.anomalies).toEqual([]);
  });

  test('is violated by two entries at one offset in one epoch', () => {
    const quorum = new Quorum();
    quorum.append(1, entry(1, 1));
    quorum.append(2, entry(1, 2));
    expect(quorum.anomalies).toEqual(['quorum-log-matching']);
  });

  test('is violated by one entry after different entries', () => {
    const quorum = new Quorum();
    const shared = entry(3);
    quorum.append(1, entry(1), shared);
    quorum.append(2, entry(2), shared);
    expect(quorum.anomalies).toEqual(['quorum-log-matching']);
  });
});

describe('a committed entry', () => {
  test('must not be replaced by another controller', () => {
    const quorum = new Quorum();
    quorum.append(1, entry(1));
    quorum.append(2, entry(2));
    quorum.commit(1, 1, 0, 1);
    quorum.commit(2, 2, 0, 1);
    expect(quorum.anomalies).toEqual(['committed-metadata-lost']);
  });

  test('must not be truncated', () => {
    const quorum = new Quorum();
    quorum.invariants.truncating(1, 5, 5);
    expect(quorum.anomalies).toEqual([]);
    quorum.invariants.truncating(1, 4, 5);
    expect(quorum.anomalies).toEqual(['quorum-truncation-below-high-watermark']);
  });

  test('is all that brokers may apply', () => {
    const quorum = new Quorum();
    const [first, second] = [entry(1, 1), entry(1, 2)];
    quorum.append(1, first, second);
    quorum.commit(1, 1, 0, 1);
    quorum.invariants.metadataApplied(1, 0, [first.record]);
    expect(quorum.anomalies).toEqual([]);
    quorum.invariants.metadataApplied(2, 0, [first.record, second.record]);
    expect(quorum.anomalies).toEqual(['uncommitted-metadata']);
  });
});

test('a leader without a majority must not stay leader (check quorum)', () => {
  const quorum = new Quorum();
  quorum.invariants.leaderStays(1, 1, 2999, 3000);
  expect(quorum.anomalies).toEqual([]);
  quorum.invariants.leaderStays(1, 1, 3000, 3000);
  expect(quorum.anomalies).toEqual(['quorum-leader-without-majority']);
});

describe('a snapshot', () => {
  const twoTopics = (): Quorum => {
    const quorum = new Quorum();
    quorum.append(1, entry(1, 1), entry(1, 2), entry(1, 3));
    quorum.commit(1, 1, 0, 2);
    return quorum;
  };
  const records = [entry(1, 1).record, entry(1, 2).record];

  test('holds what is committed below its end', () => {
    const quorum = twoTopics();
    quorum.invariants.snapshotWritten(1, { endOffset: 2, epoch: 1, records });
    expect(quorum.anomalies).toEqual([]);
  });

  test.each([
    { why: 'lacks a topic', snapshot: { endOffset: 2, epoch: 1, records: records.slice(1) } },
    { why: 'has another order', snapshot: { endOffset: 2, epoch: 1, records: records.toReversed() } },
    { why: 'ends in another epoch', snapshot: { endOffset: 2, epoch: 2, records } },
    { why: 'holds uncommitted entries', snapshot: { endOffset: 3, epoch: 1, records } },
  ])('that $why is reported', ({ snapshot }) => {
    const quorum = twoTopics();
    quorum.invariants.snapshotWritten(1, snapshot);
    expect(quorum.anomalies).toEqual(['metadata-snapshot-differs']);
  });

  test('must include the entries that a log has deleted', () => {
    const quorum = twoTopics();
    const log = quorum.log(1);
    log.writeSnapshot({ endOffset: 1, epoch: 1, records: records.slice(0, 1) });
    log.deleteBefore(1);
    quorum.invariants.logStartMoved(1, log);
    expect(quorum.anomalies).toEqual([]);
    log.deleteBefore(2);
    quorum.invariants.logStartMoved(1, log);
    expect(quorum.anomalies).toEqual(['metadata-log-gap']);
  });

  test('excuses a leader from holding entries below its log start, but not above', () => {
    const quorum = twoTopics();
    const other = quorum.log(2);
    other.load({ endOffset: 1, epoch: 1, records: records.slice(0, 1) });
    quorum.append(2, ...quorum.log(1).slice(1, 2));
    quorum.elect(2, 2);
    expect(quorum.anomalies).toEqual([]);
    quorum.log(3).load({ endOffset: 1, epoch: 1, records: records.slice(0, 1) });
    quorum.elect(3, 3);
    expect(quorum.anomalies).toEqual(['quorum-leader-completeness']);
  });
});

describe('the leader', () => {
  test('must not commit older entries before one of its own epoch (Raft 5.4.2)', () => {
    const quorum = new Quorum();
    quorum.append(1, entry(1, 1));
    quorum.elect(1, 2);
    quorum.append(1, entry(2, 2));
    quorum.commit(1, 2, 0, 2);
    expect(quorum.anomalies).toEqual([]);
    quorum.elect(1, 3);
    quorum.append(1, entry(2, 3));
    quorum.commit(1, 3, 2, 3);
    expect(quorum.anomalies).toEqual(['quorum-commit-without-own-entry']);
  });
});

describe('brokers', () => {
  const registered = (brokerId: number, fenced: boolean): MetadataEntry => ({
    epoch: 1,
    record: { type: 'RegisterBroker', brokerId, incarnationId: brokerId, brokerEpoch: brokerId, fenced },
  });
  const partition = (isr: readonly number[], partitionEpoch = 0): MetadataEntry => ({
    epoch: 1,
    record: {
      type: 'Partition',
      partition: 't-0',
      topic: 't',
      topicId: 1,
      index: 0,
      replicas: [1, 2],
      isr,
      elr: [],
      lastKnownElr: [],
      leader: 1,
      leaderEpoch: 0,
      partitionEpoch,
    },
  });
  const committing = (...entries: MetadataEntry[]): Quorum => {
    const quorum = new Quorum();
    quorum.append(1, ...entries);
    quorum.commit(1, 1, 0, entries.length);
    return quorum;
  };

  test('that are fenced are in no ISR with other members', () => {
    const brokers = [registered(1, false), registered(2, true)];
    expect(committing(...brokers, partition([1]), partition([2], 1)).anomalies).toEqual([]);
    expect(committing(...brokers, partition([1, 2])).anomalies).toEqual(['fenced-replica-in-sync']);
  });

  test('that send heartbeats must not be fenced', () => {
    const quorum = new Quorum();
    quorum.invariants.brokerHeard('controller-1', 1, 1_000);
    quorum.invariants.sessionExpired('controller-1', 1, 3_000, 2_000);
    quorum.invariants.sessionExpired('controller-1', 2, 3_000, 2_000);
    expect(quorum.anomalies).toEqual([]);
    quorum.invariants.brokerHeard('controller-1', 1, 3_500);
    quorum.invariants.sessionExpired('controller-1', 1, 4_000, 2_000);
    expect(quorum.anomalies).toEqual(['live-broker-fenced']);
  });

  test('whose proposal is out of date wait for metadata that is committed', () => {
    const quorum = committing(registered(1, false), registered(2, false), partition([1, 2], 1));
    const item = { partition: 't-0', topicId: 1, leaderEpoch: 0, newIsr: [] };
    quorum.invariants.proposalOutOfDate(1, { ...item, partitionEpoch: 0 });
    expect(quorum.anomalies).toEqual([]);
    quorum.invariants.proposalOutOfDate(1, { ...item, partitionEpoch: 1 });
    expect(quorum.anomalies).toEqual(['proposal-refused-as-too-new']);
  });
});
