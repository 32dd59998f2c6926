import type { PartitionName } from '../../kafka/partition-name.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { minInsyncReplicas } from '../cluster/topic-settings.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type { ReplicaView } from '../observe/replica-view.ts';
import type { PartitionRecord } from '../protocol/metadata-records.ts';

export type Role = 'leader' | 'follower' | 'none';

export const NO_BROKERS: readonly number[] = [];

/** What a replica changes, and nothing else may. */
interface Mutable {
  role: Role;
  leader: number;
  leaderEpoch: number;
  partitionEpoch: number;
  replicas: readonly number[];
  isr: readonly number[];
  maximalIsr: readonly number[];
  proposedIsr: readonly number[] | null;
  highWatermark: number;
  leaderEpochStartOffset: number;
  lastFetchError: string | null;
}

/** The state of a replica of a partition on one broker: all may read it, `Partition` alone changes it. */
export abstract class ReplicaState implements ReplicaView {
  readonly name: PartitionName;
  readonly topic: string;
  readonly topicId: number;
  readonly index: number;
  readonly brokerId: number;
  readonly log: PartitionLog;
  protected readonly state: Mutable;
  readonly #cluster: Cluster;

  constructor(
    { brokerId, cluster }: { readonly brokerId: number; readonly cluster: Cluster },
    record: PartitionRecord,
    log: PartitionLog,
    highWatermark: number,
  ) {
    this.#cluster = cluster;
    this.brokerId = brokerId;
    this.name = record.partition;
    this.topic = record.topic;
    this.topicId = record.topicId;
    this.index = record.index;
    this.log = log;
    this.state = {
      role: 'none',
      leader: -1,
      leaderEpoch: -1,
      partitionEpoch: -1,
      replicas: NO_BROKERS,
      isr: NO_BROKERS,
      maximalIsr: NO_BROKERS,
      proposedIsr: null,
      highWatermark,
      leaderEpochStartOffset: -1,
      lastFetchError: null,
    };
    // The state of producers that was read back from the log has no high watermark yet.
    log.producers.onHighWatermarkUpdated(highWatermark);
  }

  get role(): Role {
    return this.state.role;
  }

  get isLeader(): boolean {
    return this.state.role === 'leader';
  }

  /** The broker that leads the partition, as far as this replica knows; -1: none. */
  get leader(): number {
    return this.state.leader;
  }

  get leaderEpoch(): number {
    return this.state.leaderEpoch;
  }

  get partitionEpoch(): number {
    return this.state.partitionEpoch;
  }

  get replicas(): readonly number[] {
    return this.state.replicas;
  }

  /** The in-sync replicas that the controller has committed, as far as this broker knows. */
  get isr(): readonly number[] {
    return this.state.isr;
  }

  /** Committed plus proposed additions: the replicas that the high watermark waits for (KIP-497). */
  get maximalIsr(): readonly number[] {
    return this.state.maximalIsr;
  }

  /** The ISR that an AlterPartition request under way proposes; null while none is. */
  get proposedIsr(): readonly number[] | null {
    return this.state.proposedIsr;
  }

  /** Exclusive. */
  get highWatermark(): number {
    return this.state.highWatermark;
  }

  /** The log end offset when this replica became leader of its epoch; -1 before. */
  get leaderEpochStartOffset(): number {
    return this.state.leaderEpochStartOffset;
  }

  /** Kafka's name of the error of the last fetch from the leader; null after a fetch without one. For reports only. */
  get lastFetchError(): string | null {
    return this.state.lastFetchError;
  }

  /** How far a read_committed consumer may read, exclusive. */
  get lastStableOffset(): number {
    const { producers } = this.log;
    return this.#cluster.rules.lastStableOffset(this.highWatermark, producers.firstUnstableOffset);
  }

  get effectiveMinIsr(): number {
    const { rules, configuration } = this.#cluster;
    return rules.effectiveMinIsr(minInsyncReplicas(configuration, this.topic), this.replicas.length);
  }
}
