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
  test('one leader an epoch', () => {
    const quorum = new Quorum();
    quorum.elect(1, 1);
    quorum.elect(2, 2);
    expect(quorum.anomalies).toEqual([]);
    quorum.elect(3, 2);
    expect(quorum.anomalies).toEqual(['two-quorum-leaders-in-one-epoch']);
  });
});

describe('leader completeness', () => {
  test('a new leader holds what was committed', () => {
    const quorum = new Quorum();
    quorum.append(1, entry(1));
    quorum.commit(1, 1, 0, 1);
    quorum.elect(2, 2);
    expect(quorum.anomalies).toEqual(['quorum-leader-completeness']);
  });

  test('who wins an old epoch late need not hold what a later one committed', () => {
    const quorum = new Quorum();
    quorum.append(1, entry(3));
    quorum.commit(1, 3, 0, 1);
    quorum.elect(2, 2);
    expect(quorum.anomalies).toEqual([]);
  });
});

describe('log matching', () => {
  test('the same entry after the same entries', () => {
    const quorum = new Quorum();
    const shared = [entry(1), entry(1)];
    quorum.append(1, ...shared);
    quorum.append(2, ...shared);
    expect(quorum.anomalies).toEqual([]);
  });

  test('two entries at one offset in one epoch', () => {
    const quorum = new Quorum();
    quorum.append(1, entry(1, 1));
    quorum.append(2, entry(1, 2));
    expect(quorum.anomalies).toEqual(['quorum-log-matching']);
  });

  test('one entry after different ones', () => {
    const quorum = new Quorum();
    const shared = entry(3);
    quorum.append(1, entry(1), shared);
    quorum.append(2, entry(2), shared);
    expect(quorum.anomalies).toEqual(['quorum-log-matching']);
  });
});

describe('what is committed', () => {
  test('is not committed differently by another', () => {
    const quorum = new Quorum();
    quorum.append(1, entry(1));
    quorum.append(2, entry(2));
    quorum.commit(1, 1, 0, 1);
    quorum.commit(2, 2, 0, 1);
    expect(quorum.anomalies).toEqual(['committed-metadata-lost']);
  });

  test('is not truncated', () => {
    const quorum = new Quorum();
    quorum.invariants.truncating(1, 5, 5);
    expect(quorum.anomalies).toEqual([]);
    quorum.invariants.truncating(1, 4, 5);
    expect(quorum.anomalies).toEqual(['quorum-truncation-below-high-watermark']);
  });

  test('is all that brokers see', () => {
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

test('a leader without a majority does not stay (check quorum)', () => {
  const quorum = new Quorum();
  quorum.invariants.leaderStays(1, 1, 2999, 3000);
  expect(quorum.anomalies).toEqual([]);
  quorum.invariants.leaderStays(1, 1, 3000, 3000);
  expect(quorum.anomalies).toEqual(['quorum-leader-without-majority']);
});

describe('snapshots', () => {
  const twoTopics = (): Quorum => {
    const quorum = new Quorum();
    quorum.append(1, entry(1, 1), entry(1, 2), entry(1, 3));
    quorum.commit(1, 1, 0, 2);
    return quorum;
  };
  const records = [entry(1, 1).record, entry(1, 2).record];

  test('tell what is committed below their end', () => {
    const quorum = twoTopics();
    quorum.invariants.snapshotWritten(1, { endOffset: 2, epoch: 1, records });
    expect(quorum.anomalies).toEqual([]);
  });

  test.each([
    { why: 'lacks a topic', snapshot: { endOffset: 2, epoch: 1, records: records.slice(1) } },
    { why: 'tells it in another order', snapshot: { endOffset: 2, epoch: 1, records: records.toReversed() } },
    { why: 'ends in another epoch', snapshot: { endOffset: 2, epoch: 2, records } },
    { why: 'tells what is not committed', snapshot: { endOffset: 3, epoch: 1, records } },
  ])('one that $why differs', ({ snapshot }) => {
    const quorum = twoTopics();
    quorum.invariants.snapshotWritten(1, snapshot);
    expect(quorum.anomalies).toEqual(['metadata-snapshot-differs']);
  });

  test('must tell what a log does not hold any more', () => {
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

  test('a leader need not hold what is below its log start, but all above', () => {
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
  test('commits what is older only with an entry of its own above it (Raft 5.4.2)', () => {
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

  test('that are fenced are in no in-sync set, unless nobody else is', () => {
    const brokers = [registered(1, false), registered(2, true)];
    expect(committing(...brokers, partition([1]), partition([2], 1)).anomalies).toEqual([]);
    expect(committing(...brokers, partition([1, 2])).anomalies).toEqual(['fenced-replica-in-sync']);
  });

  test('that are heard of are not taken for dead', () => {
    const quorum = new Quorum();
    quorum.invariants.brokerHeard('controller-1', 1, 1_000);
    quorum.invariants.sessionExpired('controller-1', 1, 3_000, 2_000);
    quorum.invariants.sessionExpired('controller-1', 2, 3_000, 2_000);
    expect(quorum.anomalies).toEqual([]);
    quorum.invariants.brokerHeard('controller-1', 1, 3_500);
    quorum.invariants.sessionExpired('controller-1', 1, 4_000, 2_000);
    expect(quorum.anomalies).toEqual(['live-broker-fenced']);
  });

  test('that wait for news of a partition do not wait in vain', () => {
    const quorum = committing(registered(1, false), registered(2, false), partition([1, 2], 1));
    const item = { partition: 't-0', topicId: 1, leaderEpoch: 0, newIsr: [] };
    quorum.invariants.proposalOutOfDate(1, { ...item, partitionEpoch: 0 });
    expect(quorum.anomalies).toEqual([]);
    quorum.invariants.proposalOutOfDate(1, { ...item, partitionEpoch: 1 });
    expect(quorum.anomalies).toEqual(['proposal-refused-as-too-new']);
  });
});
