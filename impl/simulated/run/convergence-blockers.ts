/**
 * What keeps a healed cluster from converging, in the order of cause, as an operator would look for it. Kafka
 * guarantees no time; its design relies on everything ending some time after the last fault.
 */
import type { TopicPartition } from '../../../model/history/history.ts';
import type { ConvergenceBlocker } from '../../trial/convergence-blocker.ts';
import type { Partition } from '../broker/partition.ts';
import type { ClusterImage } from '../metadata/cluster-image.ts';
import type { PartitionRecord } from '../protocol/metadata-records.ts';

/** A healed cluster, as far as its convergence is concerned. */
export interface HealedCluster {
  /** As the active controller has it; null while there is none. */
  readonly image: ClusterImage | null;
  /** Brokers that are to take part: all, or the core that the plan heals. */
  readonly core: readonly number[];
  /** Operations of the workload that have begun and not ended. */
  readonly pendingOperations: number;
  /** Requests of clients that may still arrive, though their senders have given them up. */
  readonly clientRequestsUnderWay: number;
  /** The replica on a running broker that acts on it. */
  replica(partition: string, broker: number): Partition | undefined;
  /** Transactional ids with a transaction that has not come to its end, as running coordinators know. */
  readonly openTransactions: readonly string[];
  /** All replicas on a running broker. */
  replicasOn(broker: number): Iterable<Partition>;
  /** Whether the process is up and answers. */
  isRunning(broker: number): boolean;
}

type Blocker = ConvergenceBlocker<PartitionRecord>;

/** Returns the first blocker: the controller first, brokers before leaders, leaders before followers, operations last. */
export function findBlocker(cluster: HealedCluster): Blocker | null {
  const { image, core } = cluster;
  if (image === null) return { anomaly: 'no-controller', broker: null, partition: null };
  for (const broker of core) {
    if (!image.isActive(broker)) return { anomaly: 'broker-fenced', broker, partition: null };
  }
  for (const partition of image.partitions.values()) {
    const blocker = blockerOfPartition(cluster, partition);
    if (blocker !== null) return blocker;
  }
  for (const broker of core) {
    for (const { topicId } of cluster.replicasOn(broker)) {
      if (!image.topicNames.has(topicId)) return { anomaly: 'replica-not-gone', broker, partition: null };
    }
  }
  // A produce that its sender has given up may still arrive.
  if (cluster.pendingOperations > 0 || cluster.clientRequestsUnderWay > 0) {
    return { anomaly: 'operation-pending', broker: null, partition: null };
  }
  for (const partition of image.partitions.values()) {
    const leader = cluster.replica(partition.partition, partition.leader);
    // Nothing more will come, and still read_committed cannot go on.
    if (leader !== undefined && leader.lastStableOffset < leader.highWatermark) {
      return { anomaly: 'hanging-transaction', broker: partition.leader, partition };
    }
  }
  if (cluster.openTransactions.length > 0) {
    return { anomaly: 'hanging-transaction', broker: null, partition: null };
  }
  return null;
}

function blockerOfPartition(cluster: HealedCluster, partition: PartitionRecord): Blocker | null {
  const { core } = cluster;
  if (!core.includes(partition.leader)) return { anomaly: 'no-leader', broker: null, partition };
  const end = cluster.replica(partition.partition, partition.leader)?.log.logEndOffset;
  const { addingReplicas = [], removingReplicas = [] } = partition;
  const moving = addingReplicas.length + removingReplicas.length > 0;
  const target = partition.replicas.filter((broker) => !removingReplicas.includes(broker));
  // A reassignment cannot end while a replica that it needs is gone for good. The next leader may be its target already:
  // Kafka completes a move before it elects (PartitionChangeBuilder.build), and the next change of the partition, with
  // which it would end, is that of the replica that is gone.
  const waits = target.every((broker) => partition.isr.includes(broker));
  const isLast = waits && !partition.replicas.every((broker) => core.includes(broker));
  if (moving && !isLast && target.every((broker) => core.includes(broker))) {
    return { anomaly: 'reassignment-pending', broker: null, partition };
  }
  for (const broker of partition.replicas) {
    const inSync = partition.isr.includes(broker);
    // A replica that is gone for good must leave the ISR, or it holds up the others.
    if (inSync !== core.includes(broker)) return { anomaly: 'isr-not-full', broker, partition };
  }
  for (const broker of partition.replicas) {
    if (!core.includes(broker)) continue;
    const replica = cluster.replica(partition.partition, broker);
    const agrees =
      replica !== undefined &&
      replica.topicId === partition.topicId &&
      replica.partitionEpoch === partition.partitionEpoch &&
      replica.log.logEndOffset === end &&
      replica.highWatermark === end;
    if (!agrees) return { anomaly: 'replicas-differ', broker, partition };
  }
  for (const broker of core) {
    // A broker that has not heard that its replica moved away may still take itself for the leader.
    if (!partition.replicas.includes(broker) && cluster.replica(partition.partition, broker) !== undefined) {
      return { anomaly: 'replica-not-gone', broker, partition };
    }
  }
  return null;
}

/**
 * Returns whether a partition rightly has no leader: every replica that may hold all committed records is gone for
 * good, and to elect another one would lose some of them.
 */
export function isRightlyLeaderless({ image, core }: HealedCluster, partition: PartitionRecord): boolean {
  if (image === null || image.partitions.get(partition.partition)?.leader !== -1) return false;
  const clean = [...partition.isr, ...partition.elr];
  const candidates = clean.length > 0 ? clean : partition.lastKnownElr;
  return (
    core.every((broker) => image.isActive(broker)) && !candidates.some((broker) => core.includes(broker))
  );
}

/** Returns the blocker, and its cause as far as it is visible, in one sentence. `patienceMs`: how long was waited, in virtual time. */
export function sentenceOf(blocker: Blocker, cluster: HealedCluster, patienceMs: number): string {
  const waited = `${Math.round(patienceMs / 1000)} s after everything was healed`;
  return `${stuck(blocker, cluster)}, ${waited}.`;
}

function stuck({ anomaly, broker, partition, client }: Blocker, cluster: HealedCluster): string {
  const name = partition?.partition ?? '';
  switch (anomaly) {
    case 'no-controller':
      return 'there is still no active controller';
    case 'broker-fenced':
      return `broker ${broker} is still ${fencedHow(cluster, broker ?? -1)}`;
    case 'no-leader':
      return partition?.leader === -1
        ? `${name} still has no leader (in-sync replicas ${listed(partition.isr)}, eligible ${listed(partition.elr)}, last known ${listed(partition.lastKnownElr)})`
        : `${name} is still led by broker ${partition?.leader}, which is gone`;
    case 'reassignment-pending':
      return `${name} is still being moved: adding ${listed(partition?.addingReplicas ?? [])}, removing ${listed(partition?.removingReplicas ?? [])}`;
    case 'isr-not-full':
      return partition?.isr.includes(broker ?? -1) === true
        ? `${name}: broker ${broker}, which is gone, is still in the in-sync replicas ${listed(partition.isr)}`
        : `${name}: broker ${broker} is still not in the in-sync replicas ${listed(partition?.isr ?? [])}: ${behind(cluster, partition, broker ?? -1)}`;
    case 'client-metadata-stale':
      return `${client} still believes in a topic that was deleted`;
    case 'replica-not-gone':
      if (partition === null) return `broker ${broker} still holds a replica of a topic that was deleted`;
      return `${name}: broker ${broker} still holds a replica, which has moved away`;
    case 'replicas-differ':
      return `${name}: broker ${broker} still does not hold what its leader holds: ${behind(cluster, partition, broker ?? -1)}`;
    case 'operation-pending':
      return cluster.pendingOperations > 0
        ? `${cluster.pendingOperations} operations of clients have not ended`
        : `${cluster.clientRequestsUnderWay} requests of clients are still under way`;
    case 'hanging-transaction': {
      const open = `transactions of ${cluster.openTransactions.join(', ')} are still open`;
      if (partition === null) return open;
      const leader = cluster.replica(partition.partition, partition.leader);
      const where = `${name}: a transaction hangs at offset ${leader?.lastStableOffset}, before the high watermark ${leader?.highWatermark}`;
      return cluster.openTransactions.length > 0
        ? `${where}, and ${open}`
        : `${where}, and no coordinator knows of it`;
    }
    case 'final-read-stuck':
      return `a new consumer has not come to the end of what the cluster holds`;
  }
}

function fencedHow(cluster: HealedCluster, broker: number): string {
  const registration = cluster.image?.brokers.get(broker);
  if (registration === undefined) return 'not registered';
  const running = cluster.isRunning(broker) ? '' : ', and its process is not running';
  return `${registration.inControlledShutdown ? 'shutting down' : 'fenced'}${running}`;
}

/** Compares a replica with its leader: offsets, epochs, and the error of the last fetch if there was one. */
function behind(cluster: HealedCluster, partition: PartitionRecord | null, broker: number): string {
  if (partition === null) return '';
  const leader = cluster.replica(partition.partition, partition.leader);
  const own = cluster.replica(partition.partition, broker);
  if (own === undefined) return 'it has no replica open';
  const ends = `log end ${own.log.logEndOffset}, high watermark ${own.highWatermark}, leader epoch ${own.leaderEpoch}`;
  const last = own.lastFetchError === null ? '' : `; its last fetch failed with ${own.lastFetchError}`;
  if (leader === undefined || leader === own) return `${ends}${last}`;
  const theirs = `log end ${leader.log.logEndOffset}, high watermark ${leader.highWatermark}, leader epoch ${leader.leaderEpoch}`;
  const proposed =
    leader.proposedIsr === null
      ? ''
      : `; a change of the in-sync replicas to ${listed(leader.proposedIsr)} is not answered`;
  return `${ends}, and leader ${partition.leader} has ${theirs}${last}${proposed}`;
}

function listed(brokers: readonly number[]): string {
  return brokers.length === 0 ? 'none' : brokers.join(', ');
}

/** A partition to show the finding at. */
export function placeOf({ partition, broker }: Blocker, image: ClusterImage | null): TopicPartition {
  const records = [...(image?.partitions.values() ?? [])];
  const shown = partition ?? records.find((record) => record.replicas.includes(broker ?? -1)) ?? records[0];
  return { topic: shown?.topic ?? '', partition: shown?.index ?? 0 };
}
