import type { Partition } from '../broker/partition.ts';
import type { CachedTransaction } from '../coordinator/transaction-state-manager.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type { ReplicationObserver } from '../observer.ts';
import type { PartitionRecord } from '../protocol/metadata-records.ts';
import type { RecordBatch } from '../protocol/records.ts';
import { mix } from '../world/mix.ts';
import { type Digests, order, size, unordered } from './digests.ts';

/** A partition: what the controller has committed of it, and its replicas on the brokers that are up. */
interface Observed {
  record: PartitionRecord;
  readonly replicas: (Partition | null)[];
  touched: boolean;
}

/**
 * What is new in a run: abstract states of partitions, taken after every event that changed one. Not offsets and
 * epochs but how they lie to each other: who is ahead of the leader, who has a higher high watermark, whose last epoch
 * is another one. Which broker is which, and which partition, does not matter.
 */
export class PartitionDigests implements ReplicationObserver {
  readonly #digests: Digests;
  readonly #next: ReplicationObserver;
  readonly #nowUs: () => number;
  /** By topic id, then by partition. */
  readonly #topics = new Map<number, Observed[]>();
  readonly #touched: Observed[] = [];

  constructor(digests: Digests, next: ReplicationObserver, nowUs: () => number) {
    this.#digests = digests;
    this.#next = next;
    this.#nowUs = nowUs;
  }

  settled(): void {
    this.#next.settled();
    if (this.#touched.length === 0) return;
    for (const observed of this.#touched) {
      observed.touched = false;
      this.#digests.add(digestOf(observed), this.#nowUs());
    }
    this.#touched.length = 0;
  }

  // Who changes something.

  appended(partition: Partition, batch: RecordBatch, asLeader: boolean): void {
    this.#touch(partition);
    this.#next.appended(partition, batch, asLeader);
  }

  truncated(partition: Partition, toOffset: number, removed: number): void {
    this.#touch(partition);
    this.#next.truncated(partition, toOffset, removed);
  }

  begunAnew(partition: Partition): void {
    this.#touch(partition);
    this.#next.begunAnew(partition);
  }

  logStartMoved(partition: Partition): void {
    this.#touch(partition);
    this.#next.logStartMoved(partition);
  }

  highWatermarkMoved(partition: Partition): void {
    this.#touch(partition);
    this.#next.highWatermarkMoved(partition);
  }

  roleChanged(partition: Partition): void {
    this.#touch(partition);
    this.#next.roleChanged(partition);
  }

  leaderIsrChanged(partition: Partition): void {
    this.#touch(partition);
    this.#next.leaderIsrChanged(partition);
  }

  partitionChanged(record: PartitionRecord, uncleanly: boolean, leaderIsActive: boolean): void {
    const partitions = this.#topics.get(record.topicId) ?? [];
    this.#topics.set(record.topicId, partitions);
    const observed = (partitions[record.index] ??= { record, replicas: [], touched: false });
    observed.record = record;
    this.#mark(observed);
    this.#next.partitionChanged(record, uncleanly, leaderIsActive);
  }

  brokerStopped(broker: number, lossy: boolean): void {
    for (const partitions of this.#topics.values()) {
      for (const observed of partitions) {
        if (observed === undefined || observed.replicas[broker] == null) continue;
        observed.replicas[broker] = null;
        this.#mark(observed);
      }
    }
    this.#next.brokerStopped(broker, lossy);
  }

  replicaDeleted(broker: number, log: PartitionLog): void {
    this.#forget(broker, log);
    this.#next.replicaDeleted(broker, log);
  }

  replicaOffline(broker: number, log: PartitionLog): void {
    this.#forget(broker, log);
    this.#next.replicaOffline(broker, log);
  }

  topicRemoved(topicId: number): void {
    this.#topics.delete(topicId);
    this.#next.topicRemoved(topicId);
  }

  // Who does not, or shows it otherwise.

  logOpened(broker: number, log: PartitionLog, highWatermark: number): void {
    this.#next.logOpened(broker, log, highWatermark);
  }

  transactionChanged(broker: number, transaction: CachedTransaction): void {
    this.#next.transactionChanged(broker, transaction);
  }

  transactionForgotten(broker: number, transactionalId: string): void {
    this.#next.transactionForgotten(broker, transactionalId);
  }

  followerFetched(partition: Partition, follower: number, logEndOffset: number): void {
    this.#next.followerFetched(partition, follower, logEndOffset);
  }

  #touch(partition: Partition): void {
    const observed = this.#topics.get(partition.topicId)?.[partition.index];
    if (observed === undefined) return;
    observed.replicas[partition.brokerId] = partition;
    this.#mark(observed);
  }

  #forget(broker: number, log: PartitionLog): void {
    for (const observed of this.#topics.get(log.topicId ?? -1) ?? []) {
      if (observed?.replicas[broker]?.log !== log) continue;
      observed.replicas[broker] = null;
      this.#mark(observed);
    }
  }

  #mark(observed: Observed): void {
    if (observed.touched) return;
    observed.touched = true;
    this.#touched.push(observed);
  }
}

function digestOf({ record, replicas }: Observed): number {
  const leader = record.leader === -1 ? null : (replicas[record.leader] ?? null);
  let sum = 0;
  for (const broker of record.replicas) {
    const replica = replicas[broker] ?? null;
    const standing =
      (record.isr.includes(broker) ? 1 : 0) +
      (record.elr.includes(broker) ? 2 : 0) +
      (record.leader === broker ? 4 : 0) +
      (record.addingReplicas?.includes(broker) === true ? 8 : 0);
    sum = unordered(
      sum,
      standing * 0x1000_0000 + (replica === null ? 1 : replicaDigest(replica, leader, record)),
    );
  }
  const moving = record.addingReplicas === undefined && record.removingReplicas === undefined ? 0 : 1;
  return mix(sum, record.replicas.length * 2 + moving) >>> 0;
}

function replicaDigest(replica: Partition, leader: Partition | null, record: PartitionRecord): number {
  const { log, highWatermark, leaderEpoch } = replica;
  const behind = Math.min(record.leaderEpoch - leaderEpoch, 2);
  const role = replica.role === 'leader' ? 2 : replica.role === 'follower' ? 3 : 4;
  let digest = role * 3 + behind;
  digest = digest * 4 + size(log.logEndOffset - highWatermark);
  if (leader !== null && leader !== replica) {
    digest = digest * 3 + order(log.logEndOffset, leader.log.logEndOffset);
    digest = digest * 3 + order(highWatermark, leader.highWatermark);
    digest = digest * 3 + order(log.logStartOffset, leader.log.logStartOffset);
    digest = digest * 3 + order(log.epochs.latestEpoch, leader.log.epochs.latestEpoch);
    digest = digest * 3 + order(log.logEndOffset, leader.highWatermark);
  }
  if (!replica.isLeader) return digest;
  digest = digest * 3 + order(replica.isr.length, record.isr.length);
  digest =
    digest * 3 + (replica.proposedIsr === null ? 1 : order(replica.proposedIsr.length, replica.isr.length));
  return digest * 2 + (highWatermark < replica.leaderEpochStartOffset ? 1 : 0);
}
