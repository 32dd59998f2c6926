import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { AlteredPartition, AlterPartitionItem } from '../protocol/controller-messages.ts';
import { directoryOf, UNASSIGNED_DIRECTORY } from '../protocol/metadata-records.ts';
import type { PartitionRecord } from '../protocol/metadata-records.ts';
import { partitionName } from '../../kafka/partition-name.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { ElectionKind, Elected } from '../rules/election.ts';
import type { Reassignment } from '../rules/reassignment.ts';
import { minInsyncReplicas } from '../cluster/topic-settings.ts';
import type { ElrState } from '../rules/eligible-leader-replicas.ts';
import type { Context } from '../kernel/context.ts';
import { Probe } from '../catalogue/probes.ts';
import type { ProbeName } from '../catalogue/probes.ts';
import type { MetadataLog } from './metadata-log.ts';

const NO_ELR: ElrState = { elr: [], lastKnownElr: [] };
const NO_BROKERS: readonly number[] = [];

interface Change {
  readonly isr?: readonly number[];
  readonly reassignment?: Reassignment;
  readonly election: ElectionKind;
  readonly uncleanlyShutDown?: readonly number[];
  /** The log directory of a replica, as its broker reports it. */
  readonly directory?: { readonly broker: number; readonly id: number };
}

/** Decides about partitions: their leaders and in-sync replicas (Kafka's ReplicationControlManager). It appends records to a decision, which the caller commits. */
export class ReplicationControl {
  readonly #context: Context;
  readonly #cluster: Cluster;
  readonly #log: MetadataLog;

  constructor(context: Context, cluster: Cluster, log: MetadataLog) {
    this.#context = context;
    this.#cluster = cluster;
    this.#log = log;
  }

  // Brokers come and go.

  /** Removes brokers that are fenced, or shutting down, from every leadership and ISR. Each removal starts from the same state, and not from what was decided for the other brokers. */
  removeFromIsrs(...brokers: readonly number[]): void {
    const partitions = this.#partitions();
    for (const broker of brokers) {
      for (const partition of partitions) {
        if (!partition.isr.includes(broker) && partition.leader !== broker) continue;
        this.#write(partition, { isr: this.#isrWithout(partition, broker), election: this.#usualElection() });
      }
    }
  }

  /** Removes a broker that may have lost the end of its logs: it is no eligible leader replica either (KIP-966). */
  uncleanShutdown(broker: number): void {
    for (const partition of this.#partitions()) {
      const concerned =
        partition.isr.includes(broker) || partition.elr.includes(broker) || partition.leader === broker;
      if (!concerned) continue;
      const isr = this.#isrWithout(partition, broker);
      this.#write(partition, { isr, election: this.#usualElection(), uncleanlyShutDown: [broker] });
    }
  }

  /** Removes replicas in log directories that are offline from leaderships and ISRs (KIP-858). */
  directoriesOffline(broker: number): void {
    for (const partition of this.#partitions()) {
      if (!partition.isr.includes(broker) && partition.leader !== broker) continue;
      if (this.#isOnline(directoryOf(partition, broker), broker)) continue;
      this.#probe('replica-lost-its-directory', broker, partition.leaderEpoch);
      this.#write(partition, { isr: this.#isrWithout(partition, broker), election: this.#usualElection() });
    }
  }

  /** Records the log directory of a replica; it may be offline (KIP-858). */
  assignDirectory(broker: number, name: PartitionName, id: number): void {
    const partition = this.#log.image.partitions.get(name);
    if (partition === undefined || !partition.replicas.includes(broker)) return;
    const online = this.#isOnline(id, broker);
    if (!online) this.#probe('replica-lost-its-directory', broker, partition.leaderEpoch);
    const isr = online ? partition.isr : this.#isrWithout(partition, broker);
    this.#write(partition, { isr, directory: { broker, id }, election: this.#usualElection() });
  }

  #isOnline(directory: number, broker: number): boolean {
    return this.#cluster.rules.isDirectoryOnline(directory, this.#log.image.brokers.get(broker)?.logDirs);
  }

  /** A broker is unfenced: partitions without a leader may have one now. */
  electForLeaderless(): void {
    for (const partition of this.#partitions()) {
      if (partition.leader === -1) this.#write(partition, { election: this.#usualElection() });
    }
  }

  leadsAnything(broker: number): boolean {
    for (const partition of this.#log.image.partitions.values()) if (partition.leader === broker) return true;
    return false;
  }

  /** Returns leadership to preferred replicas (`auto.leader.rebalance.enable`). */
  balanceLeaders(): void {
    for (const partition of this.#partitions()) {
      if (partition.leader !== partition.replicas[0]) this.#write(partition, { election: 'preferred' });
    }
  }

  // Requests.

  alterPartition(sender: number, item: AlterPartitionItem): AlteredPartition {
    const { rules } = this.#cluster;
    const partition = this.#log.image.partitions.get(item.partition);
    const error = rules.validateAlterPartition(item, sender, partition, this.#isIsrEligible);
    if (partition === undefined || error !== Errors.NONE) {
      this.#probe('alter-partition-refused', item.leaderEpoch, error);
      if (partition !== undefined && rules.refusalClosesProposal(error)) this.#moveEpochOn(partition);
      return altered(item.partition, partition, error);
    }
    this.#write(partition, {
      isr: item.newIsr.map((member) => member.broker),
      election: this.#usualElection(),
    });
    const after = this.#log.image.partitions.get(item.partition) ?? partition;
    // Also when the change completed a reassignment: the leader must start the new epoch first.
    const sameEpoch = after.leader === sender && after.leaderEpoch === item.leaderEpoch;
    return altered(item.partition, after, sameEpoch ? Errors.NONE : Errors.NEW_LEADER_ELECTED);
  }

  /** Writes the same state with the next partition epoch. */
  #moveEpochOn(partition: PartitionRecord): void {
    this.#log.append({ ...partition, partitionEpoch: partition.partitionEpoch + 1 });
  }

  createTopic(topic: string, partitions: number, replicationFactor: number): ErrorCode {
    const { image } = this.#log;
    if (image.topics.has(topic)) return Errors.TOPIC_ALREADY_EXISTS;
    const brokers = [...image.brokers.keys()];
    if (replicationFactor > brokers.length) return Errors.INVALID_REPLICATION_FACTOR;
    const { rules, directory } = this.#cluster;
    const rackOf = (broker: number): string | null => directory.rackOf?.(broker) ?? null;
    const placed = rules.placeReplicas(brokers, partitions, replicationFactor, rackOf);
    const active = placed.map((replicas) => replicas.filter((broker) => image.isActive(broker)));
    // A partition without an active replica at its creation might never get a leader.
    if (active.some((isr) => isr.length === 0)) return Errors.INVALID_REPLICATION_FACTOR;
    const topicId = this.#log.endOffset;
    this.#log.append({ type: 'Topic', topic, topicId });
    placed.forEach((replicas, index) => {
      const isr = active[index]!;
      const record: PartitionRecord = {
        type: 'Partition',
        partition: partitionName(topic, index),
        topic,
        topicId,
        index,
        replicas,
        isr,
        ...NO_ELR,
        leader: isr[0] ?? -1,
        leaderEpoch: 0,
        partitionEpoch: 0,
      };
      this.#log.append(record);
    });
    return Errors.NONE;
  }

  deleteTopic(topic: string): ErrorCode {
    const topicId = this.#log.image.topics.get(topic);
    if (topicId === undefined) return Errors.UNKNOWN_TOPIC_OR_PARTITION;
    this.#log.append({ type: 'RemoveTopic', topicId });
    this.#probe('topic-deleted', topicId, 0);
    return Errors.NONE;
  }

  electLeader(name: PartitionName, election: 'preferred' | 'unclean'): ErrorCode {
    const partition = this.#log.image.partitions.get(name);
    if (partition === undefined) return Errors.UNKNOWN_TOPIC_OR_PARTITION;
    const preferred = partition.replicas[0];
    if (election === 'preferred' ? partition.leader === preferred : partition.leader !== -1) {
      return Errors.ELECTION_NOT_NEEDED;
    }
    this.#write(partition, { election });
    const leader = this.#log.image.partitions.get(name)?.leader ?? -1;
    if (election === 'preferred')
      return leader === preferred ? Errors.NONE : Errors.PREFERRED_LEADER_NOT_AVAILABLE;
    return leader === -1 ? Errors.ELIGIBLE_LEADERS_NOT_AVAILABLE : Errors.NONE;
  }

  /** Begins a reassignment, which replaces one in progress; it completes at once if it has nothing to wait for (KIP-455). */
  reassign(name: PartitionName, target: readonly number[]): ErrorCode {
    const partition = this.#log.image.partitions.get(name);
    if (partition === undefined) return Errors.UNKNOWN_TOPIC_OR_PARTITION;
    const known = target.every((broker) => this.#log.image.brokers.has(broker));
    if (target.length === 0 || !known || new Set(target).size < target.length)
      return Errors.INVALID_REPLICA_ASSIGNMENT;
    const reassignment = this.#cluster.rules.beginReassignment(partition.replicas, target);
    if (reassignment.addingReplicas.length > 0 || reassignment.removingReplicas.length > 0) {
      this.#probe(
        'reassignment-began',
        reassignment.addingReplicas.length,
        reassignment.removingReplicas.length,
      );
    }
    this.#write(partition, { reassignment, election: 'any' });
    return Errors.NONE;
  }

  // Every change of a partition passes through here (Kafka's PartitionChangeBuilder).

  #write(before: PartitionRecord, change: Change): void {
    const { rules } = this.#cluster;
    const elrEnabled = this.#elrEnabled;
    const { addingReplicas = NO_BROKERS, removingReplicas = NO_BROKERS } = before;
    const under = change.reassignment ?? { replicas: before.replicas, addingReplicas, removingReplicas };
    const completed = rules.completeReassignment(under, change.isr ?? before.isr);
    const replicas = completed?.replicas ?? under.replicas;
    const minIsr = rules.effectiveMinIsr(
      minInsyncReplicas(this.#cluster.configuration, before.topic),
      replicas.length,
    );
    let isr = completed?.isr ?? change.isr ?? before.isr;
    let eligible = elrEnabled
      ? rules.nextEligibleLeaderReplicas(before, isr, minIsr, change.uncleanlyShutDown ?? NO_BROKERS)
      : NO_ELR;
    const directoryAt = (broker: number): number =>
      change.directory?.broker === broker ? change.directory.id : directoryOf(before, broker);
    const isActive = (broker: number): boolean =>
      this.#log.image.isActive(broker) && this.#isOnline(directoryAt(broker), broker);
    const elected = rules.electLeader(
      { replicas, isr, ...eligible, leader: before.leader, isActive },
      change.election,
    );
    if (elected.leader !== -1 && !isr.includes(elected.leader)) {
      isr = [elected.leader];
      const othersStillEligible = elected.from === 'elr' && isr.length < minIsr;
      eligible = othersStillEligible
        ? { ...eligible, elr: eligible.elr.filter((broker) => broker !== elected.leader) }
        : NO_ELR;
    }
    // The last known leader matters only while the partition has no leader.
    if (elected.leader !== -1 && eligible.lastKnownElr.length > 0)
      eligible = { ...eligible, lastKnownElr: NO_BROKERS };
    const leaderChanged = elected.leader !== before.leader;
    const adding = completed === null ? under.addingReplicas : NO_BROKERS;
    const removing = completed === null ? under.removingReplicas : NO_BROKERS;
    const directories = replicas.map(directoryAt);
    const unchanged =
      !leaderChanged &&
      replicas.every((broker) => directoryAt(broker) === directoryOf(before, broker)) &&
      sameSequence(adding, addingReplicas) &&
      sameSequence(removing, removingReplicas) &&
      sameSequence(isr, before.isr) &&
      sameSequence(replicas, before.replicas) &&
      sameSequence(eligible.elr, before.elr) &&
      sameSequence(eligible.lastKnownElr, before.lastKnownElr);
    if (unchanged) return;
    const replicaRemoved = before.replicas.some((broker) => !replicas.includes(broker));
    const after: PartitionRecord = {
      type: 'Partition',
      partition: before.partition,
      topic: before.topic,
      topicId: before.topicId,
      index: before.index,
      replicas,
      isr,
      elr: eligible.elr,
      lastKnownElr: eligible.lastKnownElr,
      leader: elected.leader,
      leaderEpoch: rules.leaderEpochAfter(before.leaderEpoch, { leaderChanged, replicaRemoved }),
      partitionEpoch: before.partitionEpoch + 1,
      ...(directories.some((id) => id !== UNASSIGNED_DIRECTORY) ? { directories } : {}),
      ...(adding.length > 0 ? { addingReplicas: adding } : {}),
      ...(removing.length > 0 ? { removingReplicas: removing } : {}),
      ...(elected.from === 'unclean' ? { electedUncleanly: true } : {}),
    };
    this.#log.append(after);
    if (completed !== null) this.#probe('reassignment-completed', after.leader, after.leaderEpoch);
    this.#note(before, after, elected);
  }

  #note(before: PartitionRecord, after: PartitionRecord, elected: Elected): void {
    const { leaderEpoch } = after;
    if (after.leader !== before.leader) {
      if (after.leader === -1) this.#probe('partition-without-leader', leaderEpoch, after.index);
      else this.#probe('leader-elected', after.leader, leaderEpoch);
      if (after.leader === after.replicas[0])
        this.#probe('preferred-leader-elected', after.leader, leaderEpoch);
      if (elected.from === 'unclean') this.#probe('unclean-leader-elected', after.leader, leaderEpoch);
      if (elected.from === 'elr') this.#probe('elr-leader-elected', after.leader, leaderEpoch);
      if (elected.from === 'last-known-leader')
        this.#probe('last-known-leader-elected', after.leader, leaderEpoch);
    }
    if (after.isr.length > before.isr.length) this.#probe('isr-expanded', after.isr.length, leaderEpoch);
    if (after.isr.length < before.isr.length) this.#probe('isr-shrunk', after.isr.length, leaderEpoch);
  }

  #probe(name: ProbeName, a: number, b: number): void {
    this.#context.world.probe(Probe[name], this.#context.host, a, b);
  }

  get #elrEnabled(): boolean {
    return this.#cluster.configuration['eligible.leader.replicas.version'] >= 1;
  }

  #usualElection(): ElectionKind {
    return this.#cluster.configuration['unclean.leader.election.enable'] ? 'unclean' : 'any';
  }

  #isrWithout(partition: PartitionRecord, broker: number): readonly number[] {
    return this.#cluster.rules.isrWithout(partition.isr, [broker], this.#elrEnabled);
  }

  readonly #isIsrEligible = (broker: number, brokerEpoch: number): boolean => {
    const registration = this.#log.image.brokers.get(broker);
    if (registration === undefined || registration.fenced || registration.inControlledShutdown) return false;
    return brokerEpoch === -1 || brokerEpoch === registration.brokerEpoch;
  };

  /** Returns a copy: a decision about one partition changes the image while its callers iterate. */
  #partitions(): readonly PartitionRecord[] {
    return [...this.#log.image.partitions.values()];
  }
}

function sameSequence(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((broker, i) => broker === b[i]);
}

function altered(
  name: PartitionName,
  partition: PartitionRecord | undefined,
  error: ErrorCode,
): AlteredPartition {
  return {
    partition: name,
    error,
    leader: partition?.leader ?? -1,
    leaderEpoch: partition?.leaderEpoch ?? -1,
    partitionEpoch: partition?.partitionEpoch ?? -1,
    isr: partition?.isr ?? NO_BROKERS,
  };
}
