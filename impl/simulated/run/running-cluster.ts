import type { Configuration } from '../../../model/configuration/configuration.ts';
import type { TopicPartition } from '../../../model/history/history.ts';
import { CONSUMER_OFFSETS_TOPIC, TRANSACTION_STATE_TOPIC } from '../../kafka/internal-records.ts';
import type { ConvergenceBlocker, PartitionView } from '../../trial/convergence-blocker.ts';
import type { ClusterView } from '../../trial/target.ts';
import type { Broker } from '../broker/broker.ts';
import { minInsyncReplicas } from '../cluster/topic-settings.ts';
import { activeImage } from '../controller/control-plane.ts';
import type { World } from '../kernel/world.ts';
import type { ClusterImage } from '../metadata/cluster-image.ts';
import type { ReplicationInvariants } from '../observe/invariants/replication-invariants.ts';
import type { PartitionRecord } from '../protocol/metadata-records.ts';
import type { ClusterHosts } from './cluster-builder.ts';
import { brokerIn, controllerIn } from './combined-node.ts';
import { findBlocker, isRightlyLeaderless, placeOf, sentenceOf } from './convergence-blockers.ts';
import type { HealedCluster } from './convergence-blockers.ts';
import type { Workload } from './workload.ts';

/** The processes of the simulated cluster as they run now, seen from outside. */
export class RunningCluster implements ClusterView {
  readonly brokers: readonly number[];
  readonly #world: World;
  readonly #hosts: ClusterHosts;
  readonly #workload: Workload;
  readonly #configuration: Configuration;
  readonly #invariants: ReplicationInvariants;
  readonly #transactional: boolean;

  constructor(
    world: World,
    hosts: ClusterHosts,
    workload: Workload,
    configuration: Configuration,
    invariants: ReplicationInvariants,
    transactional: boolean,
  ) {
    this.#world = world;
    this.#hosts = hosts;
    this.#workload = workload;
    this.#configuration = configuration;
    this.#invariants = invariants;
    this.#transactional = transactional;
    this.brokers = hosts.brokers.map((_, i) => i + 1);
  }

  /** The cluster as the active controller has it; null while none is active. */
  get image(): ClusterImage | null {
    return activeImage(this.#hosts.controllers.map((host) => controllerIn(host.context?.process)));
  }

  /** The broker's process; null while it is down. */
  broker(id: number): Broker | null {
    return brokerIn(this.#hosts.brokers[id - 1]?.context?.process);
  }

  get allBrokersActive(): boolean {
    const { image } = this;
    return image !== null && this.brokers.every((broker) => image.isActive(broker));
  }

  partitions(): readonly PartitionRecord[] {
    return [...(this.image?.partitions.values() ?? [])];
  }

  findBlocker(core: readonly number[]): ConvergenceBlocker<PartitionRecord> | null {
    return findBlocker(this.#healed(core));
  }

  findLastingBlocker(core: readonly number[]): ConvergenceBlocker<PartitionRecord> | null {
    const cluster = this.#healed(core);
    return findBlocker({ ...cluster, clientRequestsUnderWay: 0 }) ?? findBlocker(cluster);
  }

  isLeaderlessForGood(core: readonly number[]): boolean {
    const cluster = this.#healed(core);
    return this.partitions().some((partition) => isRightlyLeaderless(cluster, partition));
  }

  isShortOfReplicas(core: readonly number[]): boolean {
    return this.partitions().some(
      (partition) =>
        partition.replicas.filter((broker) => core.includes(broker)).length < this.replicasNeeded(partition),
    );
  }

  /** Returns how many replicas it takes to commit to a partition. */
  replicasNeeded({ topic, replicas }: PartitionRecord): number {
    return Math.min(minInsyncReplicas(this.#configuration, topic), replicas.length);
  }

  /**
   * Excused are:
   * - a transaction whose part of the transaction log is lost with its disks, because no coordinator can end it, and a
   *   partition that lost a marker of which its coordinator is done;
   * - a partition whose only in-sync replica lost its log directory: it is not eligible when it returns;
   * - offsets that a lost transaction may change, because they are not returned before it ends.
   */
  isExcused({ anomaly, partition }: ConvergenceBlocker): boolean {
    const lost = (topic: string, index?: number): boolean => this.#invariants.losses.hasLost(topic, index);
    switch (anomaly) {
      case 'hanging-transaction':
        return (
          lost(TRANSACTION_STATE_TOPIC) ||
          (partition !== null &&
            (lost(partition.topic, partition.index) ||
              this.#invariants.losses.lacksMarker(partition.partition)))
        );
      case 'no-leader':
        return (
          this.#configuration['eligible.leader.replicas.version'] >= 1 &&
          partition !== null &&
          this.#invariants.losses.isStranded(partition.topic, partition.index)
        );
      case 'operation-pending':
        return lost(TRANSACTION_STATE_TOPIC) || lost(CONSUMER_OFFSETS_TOPIC);
      default:
        return false;
    }
  }

  describe(
    blocker: ConvergenceBlocker,
    core: readonly number[],
    waitedMs: number,
  ): { readonly sentence: string; readonly place: TopicPartition } {
    const cluster = this.#healed(core);
    const known = { ...blocker, partition: this.#recordOf(blocker.partition) };
    const { partition } = blocker;
    return {
      sentence: sentenceOf(known, cluster, waitedMs),
      place:
        partition === null
          ? placeOf(known, cluster.image)
          : { topic: partition.topic, partition: partition.index },
    };
  }

  clientWithStaleMetadata(): string | null {
    const topics = this.image?.topics;
    for (const [client, metadata] of this.#workload.metadataOfClients()) {
      for (const [topic, topicId] of metadata.topicIds) if (topics?.get(topic) !== topicId) return client;
    }
    return null;
  }

  refreshClientMetadata(): void {
    for (const [, metadata] of this.#workload.metadataOfClients()) metadata.requestUpdate();
  }

  #recordOf(partition: PartitionView | null): PartitionRecord | null {
    if (partition === null) return null;
    return this.image?.partitions.get(partition.partition) ?? null;
  }

  #healed(core: readonly number[]): HealedCluster {
    return {
      image: this.image,
      core,
      pendingOperations: this.#workload.pending,
      clientRequestsUnderWay: this.#world.network.writesUnderWay,
      replica: (partition, broker) => this.broker(broker)?.partitions.get(partition),
      // A coordinator that is cut off for good may never learn that others have ended its transactions.
      openTransactions: this.#transactional
        ? core.flatMap((broker) => this.broker(broker)?.transactions.open ?? [])
        : [],
      replicasOn: (broker) => this.broker(broker)?.partitions.values() ?? [],
      isRunning: (broker) => this.#hosts.brokers[broker - 1]?.isUp === true,
    };
  }
}
