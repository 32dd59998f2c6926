import type { PartitionName } from '../../../kafka/partition-name.ts';
import type { ShadowCluster, ShadowPartition, ShadowReplica } from './shadow-cluster.ts';

/**
 * The losses that the contract accepts: which partitions had them, and what follows from them. The invariants excuse
 * what they explain, and the liveness phase does not wait for what can never come.
 */
export class AcceptedLoss {
  readonly #cluster: ShadowCluster;
  readonly #committedMayBeLost: (topic: string, replicas: number) => boolean;
  /** By partition: the producers whose transactions got no marker there, because the coordinator took the topic for deleted. */
  readonly #skippedMarkers = new Map<PartitionName, Set<number>>();

  /** `committedMayBeLost`: whether so much was destroyed that the contract accepts the loss of committed records. */
  constructor(cluster: ShadowCluster, committedMayBeLost: (topic: string, replicas: number) => boolean) {
    this.#cluster = cluster;
    this.#committedMayBeLost = committedMayBeLost;
  }

  /** Whether committed records of the topic, or of one partition of it, are gone for a reason that the contract accepts. */
  hasLost(topic: string, index?: number): boolean {
    for (const shadow of this.#cluster.all) {
      if (shadow.lossAccepted && shadow.topic === topic && (index ?? shadow.index) === shadow.index)
        return true;
    }
    return false;
  }

  /**
   * Whether the only replicas in sync were in log directories that are gone. An AlterPartition is not refused for them,
   * and the last leader is noted only when the in-sync replicas are gone while a broker leads: if those do not shut down
   * cleanly then, no broker may ever be elected cleanly (Kafka's PartitionChangeBuilder, KIP-966).
   */
  isStranded(topic: string, index: number): boolean {
    for (const shadow of this.#cluster.current) {
      if (shadow.stranded && shadow.topic === topic && shadow.index === index) return true;
    }
    return false;
  }

  /**
   * Whether a coordinator has sent no marker to a partition of that name, so that a transaction stays open there
   * (Kafka decided that this does not matter, KAFKA-5202):
   *
   * 1. The coordinator learns that the topic was deleted.
   * 2. A topic of the same name is created, and the transaction gets records in it.
   * 3. The coordinator, which has not learned of the new topic yet, completes the transaction without a marker.
   */
  lacksMarker(partition: PartitionName): boolean {
    return (this.#skippedMarkers.get(partition)?.size ?? 0) > 0;
  }

  isMarkerSkipped(partition: PartitionName, producerId: number): boolean {
    return this.#skippedMarkers.get(partition)?.has(producerId) === true;
  }

  markerSkipped(partition: PartitionName, producerId: number): void {
    let producers = this.#skippedMarkers.get(partition);
    if (producers === undefined) this.#skippedMarkers.set(partition, (producers = new Set()));
    producers.add(producerId);
  }

  /** A marker ends whatever is open in the partition. */
  markerWritten(partition: PartitionName, producerId: number): void {
    this.#skippedMarkers.get(partition)?.delete(producerId);
  }

  mayLoseCommitted({ topic, state }: ShadowPartition): boolean {
    return this.#committedMayBeLost(topic, state.replicas.length);
  }

  /** A leader lacks committed records, for a reason that the contract accepts: history continues from its log. */
  accept(shadow: ShadowPartition, leader: ShadowReplica, leaderEpoch: number): void {
    // A deposed leader may commit for a while, together with the replicas that it learned of last.
    if (leaderEpoch < Math.max(...shadow.leaderOfEpoch.keys())) {
      leader.outdated = true;
      return;
    }
    const shared = leader.log.commonPrefix(shadow.committed);
    shadow.lossAccepted = true;
    shadow.committed.truncateTo(shared);
    for (const replica of shadow.replicas.values()) {
      // Its high watermark may yet rise, by an answer of the old leader that is under way.
      if (replica !== leader && replica.log.endOffset > shared) replica.outdated = true;
    }
    leader.outdated = false;
    if (leader.highWatermark > shared) shadow.committed.extendFrom(leader.log, leader.highWatermark);
  }
}
