import type { ReplicaView } from '../replica-view.ts';
import type { PartitionLog } from '../../log/partition-log.ts';
import type { ReplicationListener } from '../replication-observer.ts';
import type { PartitionRecord } from '../../protocol/metadata-records.ts';
import { mix } from '../../kernel/mix.ts';
import type { Digests } from './digests.ts';

/** A partition: its state as committed by the controller, and its replicas on the brokers that are up. */
interface Observed {
  record: PartitionRecord;
  readonly replicas: (ReplicaView | null)[];
  touched: boolean;
}

/**
 * Abstract states of partitions, taken after every event that changed one: the novelty that guides a search. A state is not
 * offsets and epochs but their relations: whether a replica is ahead of the leader, has a higher high watermark, or
 * records of another epoch. The identity of brokers and partitions does not matter.
 */
export class PartitionDigests implements ReplicationListener {
  readonly #digests: Digests;
  readonly #nowUs: () => number;
  /** By topic id, then by partition. */
  readonly #topics = new Map<number, Observed[]>();
  readonly #touched: Observed[] = [];

  constructor(digests: Digests, nowUs: () => number) {
    this.#digests = digests;
    this.#nowUs = nowUs;
  }

  settled(): void {
    if (this.#touched.length === 0) return;
    for (const observed of this.#touched) {
      observed.touched = false;
      this.#digests.add(digestOf(observed), this.#nowUs());
    }
    this.#touched.length = 0;
  }

  appended(partition: ReplicaView): void {
    this.#touch(partition);
  }

  truncated(partition: ReplicaView): void {
    this.#touch(partition);
  }

  truncatedFully(partition: ReplicaView): void {
    this.#touch(partition);
  }

  logStartMoved(partition: ReplicaView): void {
    this.#touch(partition);
  }

  highWatermarkMoved(partition: ReplicaView): void {
    this.#touch(partition);
  }

  roleChanged(partition: ReplicaView): void {
    this.#touch(partition);
  }

  leaderIsrChanged(partition: ReplicaView): void {
    this.#touch(partition);
  }

  partitionChanged(record: PartitionRecord): void {
    const partitions = this.#topics.get(record.topicId) ?? [];
    this.#topics.set(record.topicId, partitions);
    const observed = (partitions[record.index] ??= { record, replicas: [], touched: false });
    observed.record = record;
    this.#mark(observed);
  }

  brokerStopped(broker: number): void {
    for (const partitions of this.#topics.values()) {
      for (const observed of partitions) {
        if (observed === undefined || observed.replicas[broker] == null) continue;
        observed.replicas[broker] = null;
        this.#mark(observed);
      }
    }
  }

  replicaDeleted(broker: number, log: PartitionLog): void {
    this.#forget(broker, log);
  }

  replicaOffline(broker: number, log: PartitionLog): void {
    this.#forget(broker, log);
  }

  topicRemoved(topicId: number): void {
    this.#topics.delete(topicId);
  }

  #touch(partition: ReplicaView): void {
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

/**
 * Returns the digest of the unusual properties of a partition. The number and identity of the replicas with a property do
 * not matter: else every plan would reach a dozen combinations that no other plan has, and novelty would not guide.
 */
function digestOf({ record, replicas }: Observed): number {
  const leader = record.leader === -1 ? null : (replicas[record.leader] ?? null);
  let oddities = 0;
  for (const broker of record.replicas) {
    const replica = replicas[broker] ?? null;
    if (replica === null) continue;
    if (replica === leader) oddities |= odditiesOfLeader(replica, record);
    else oddities |= odditiesOfOther(replica, leader, record);
  }
  const inSync = record.isr.length === record.replicas.length ? 3 : Math.min(record.isr.length, 2);
  const eligible = record.elr.length > 0 ? 1 : 0;
  const led = record.leader === -1 ? 0 : leader === null ? 1 : 2;
  const moving = record.addingReplicas === undefined && record.removingReplicas === undefined ? 0 : 1;
  return mix(oddities, ((inSync * 2 + eligible) * 3 + led) * 2 + moving) >>> 0;
}

/** Unusual properties of a replica that does not lead, or does not know yet that it is deposed. */
const Oddity = {
  BelievesToLead: 1,
  EpochsBehind: 1 << 1,
  AheadOfLeader: 1 << 2,
  AheadOfLeaderAndEligible: 1 << 3,
  HigherHighWatermark: 1 << 4,
  LaterEpoch: 1 << 5,
  LacksWhatIsCommitted: 1 << 6,
  Parted: 1 << 7,
  PartedAndEligible: 1 << 8,
  Expanding: 1 << 9,
  Shrinking: 1 << 10,
  CountsOnMore: 1 << 11,
  BelowItsEpoch: 1 << 12,
} as const;

function odditiesOfLeader(leader: ReplicaView, record: PartitionRecord): number {
  const { isr, proposedIsr, highWatermark } = leader;
  let oddities = 0;
  if (!leader.isLeader) return oddities;
  if (proposedIsr !== null) oddities |= proposedIsr.length > isr.length ? Oddity.Expanding : Oddity.Shrinking;
  if (isr.length > record.isr.length) oddities |= Oddity.CountsOnMore;
  if (highWatermark < leader.leaderEpochStartOffset) oddities |= Oddity.BelowItsEpoch;
  return oddities;
}

function odditiesOfOther(replica: ReplicaView, leader: ReplicaView | null, record: PartitionRecord): number {
  const { log, highWatermark, leaderEpoch, brokerId } = replica;
  let oddities = 0;
  if (replica.role === 'leader') oddities |= Oddity.BelievesToLead;
  if (record.leaderEpoch - leaderEpoch >= 2) oddities |= Oddity.EpochsBehind;
  if (leader === null) return oddities;
  const isEligible = record.isr.includes(brokerId) || record.elr.includes(brokerId);
  const [epoch, leadersEpoch] = [log.epochs.latestEpoch, leader.log.epochs.latestEpoch];
  if (log.logEndOffset > leader.log.logEndOffset)
    oddities |= isEligible ? Oddity.AheadOfLeaderAndEligible : Oddity.AheadOfLeader;
  if (highWatermark > leader.highWatermark) oddities |= Oddity.HigherHighWatermark;
  if (epoch > leadersEpoch) oddities |= Oddity.LaterEpoch;
  if (isEligible && log.logEndOffset < leader.highWatermark) oddities |= Oddity.LacksWhatIsCommitted;
  if (epoch < leadersEpoch && log.logEndOffset > leader.highWatermark)
    oddities |= isEligible ? Oddity.PartedAndEligible : Oddity.Parted;
  return oddities;
}
