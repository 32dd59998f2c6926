import type { Violation } from '../../../../model/guarantee.ts';
import { TRANSACTION_STATE_TOPIC } from '../../../kafka/internal-records.ts';
import type { PartitionName } from '../../../kafka/partition-name.ts';
import type { RecordBatch } from '../../../kafka/records.ts';
import type { PartitionLog } from '../../log/partition-log.ts';
import type { PartitionRecord } from '../../protocol/metadata-records.ts';
import type { ReplicaView } from '../replica-view.ts';
import type { ReplicationListener } from '../replication-observer.ts';
import { AcceptedLoss } from './accepted-loss.ts';
import type { Breach } from './checks/breach.ts';
import { checkCandidatesComplete } from './checks/candidate-completeness.ts';
import { checkCoordinatorCache } from './checks/coordinator-cache.ts';
import type { CoordinatorCache } from './checks/coordinator-cache.ts';
import { appendedEpochMismatch, epochCacheMismatch } from './checks/epoch-cache.ts';
import { checkHighWatermarksInLogs } from './checks/high-watermark-outside-log.ts';
import { checkHighWatermarkRises } from './checks/high-watermark-regression.ts';
import { checkIsrCovered } from './checks/isr-not-covered.ts';
import { checkIsrAmongReplicas } from './checks/isr-outside-replicas.ts';
import { checkLeaderComplete } from './checks/leader-completeness.ts';
import { checkLeaderActive } from './checks/leader-not-active.ts';
import { checkLogsMatch } from './checks/log-matching.ts';
import { epochRegression } from './checks/producer-epoch-regression.ts';
import { producerStateMismatch } from './checks/producer-state.ts';
import { checkRecoveredLog } from './checks/recovered-log-shorter.ts';
import { checkOneLeaderInEpoch } from './checks/two-leaders-in-one-epoch.ts';
import { checkOneRecordInEpoch } from './checks/two-records-in-one-epoch.ts';
import { checkTransactionListed } from './checks/unlisted-transaction.ts';
import { CommittedTransactions } from './committed-transactions.ts';
import { closeReplica, holdsCommitted, isWithinCommitted, ShadowCluster } from './shadow-cluster.ts';
import type { ShadowPartition, ShadowReplica } from './shadow-cluster.ts';

/** Facts that the invariants need from outside. */
export interface InvariantContext {
  /** Whether so much was destroyed that the contract accepts the loss of committed records. */
  committedMayBeLost(topic: string, replicas: number): boolean;
  /** The controller gave up what the elected replica does not hold, because the configuration allows that. */
  electedUncleanly(record: PartitionRecord): void;
  /** Whether the first batch of a transaction waits until its coordinator lists the partition (KIP-890). */
  readonly listsPartitionsFirst: boolean;
  readonly coordinatorCache: CoordinatorCache;
  /** Whether the broker is registered and not fenced, in the image of the controller. */
  isActive(broker: number): boolean;
  nowUs(): number;
  report(violation: Violation): void;
}

/**
 * What must hold between replicas after every event; the names are those of Kafka's TLA+ specifications where they
 * have one. This class keeps the shadow of the cluster up to date and runs the checks that an event calls for; each
 * check is a file in `checks/`, named after its anomaly. Checks look only at partitions that the event touched, and cost
 * no more than a few comparisons each.
 */
export class ReplicationInvariants implements ReplicationListener {
  readonly #context: InvariantContext;
  readonly #cluster = new ShadowCluster();
  readonly #transactions = new CommittedTransactions();
  /** The losses that the contract accepts, for the liveness phase as well. */
  readonly losses: AcceptedLoss;
  #broken = false;

  constructor(context: InvariantContext) {
    this.#context = context;
    this.losses = new AcceptedLoss(this.#cluster, (topic, replicas) =>
      context.committedMayBeLost(topic, replicas),
    );
  }

  logOpened(broker: number, log: PartitionLog, highWatermark: number): void {
    const shadow = this.#cluster.find(log.partition, log.topicId);
    if (shadow === undefined) return;
    const replica = this.#cluster.replica(shadow, broker);
    const { endOffset } = replica.log;
    replica.log.rebuildFrom(log, shadow.committed);
    if (!replica.mayBeShorter) this.#report(shadow, checkRecoveredLog(replica, endOffset));
    replica.mayBeShorter = false;
    replica.partition = null;
    replica.highWatermark = highWatermark;
    replica.outdated = shadow.lossAccepted && !isWithinCommitted(shadow, replica);
    this.#checkEpochs(shadow, broker, epochCacheMismatch(log));
    // The process may be gone again before it acts on metadata.
    for (const producerId of log.producers.forgotten) replica.forgotten.add(producerId);
    this.#checkProducers(shadow, replica, log);
  }

  brokerStopped(broker: number, lossy: boolean): void {
    this.#cluster.brokerStopped(broker, lossy);
  }

  replicaDeleted(broker: number, log: PartitionLog): void {
    this.#cluster.find(log.partition, log.topicId)?.replicas.delete(broker);
  }

  replicaOffline(broker: number, log: PartitionLog): void {
    const replica = this.#cluster.find(log.partition, log.topicId)?.replicas.get(broker);
    if (replica === undefined) return;
    closeReplica(replica);
    // While the directory is away the broker may start the log from scratch in another one.
    replica.mayBeShorter = true;
  }

  appended(partition: ReplicaView, batch: RecordBatch, asLeader: boolean): void {
    const shadow = this.#cluster.of(partition);
    const replica = this.#cluster.replica(shadow, partition.brokerId);
    replica.log.append(batch);
    if (asLeader) this.#leaderAppended(shadow, replica, partition, batch);
    const mismatch = appendedEpochMismatch(partition.log, batch.baseOffset, batch.leaderEpoch);
    this.#checkEpochs(shadow, partition.brokerId, mismatch);
    this.#cluster.touch(shadow);
  }

  #leaderAppended(
    shadow: ShadowPartition,
    replica: ShadowReplica,
    partition: ReplicaView,
    batch: RecordBatch,
  ): void {
    this.#report(shadow, checkOneRecordInEpoch(shadow, batch, replica));
    const regression = epochRegression(partition.log, batch, replica.forgotten);
    if (regression !== null) this.#break(shadow, 'producer-epoch-regression', batch.baseOffset, regression);
    if (batch.control !== null) this.losses.markerWritten(partition.name, batch.producerId);
    if (batch.transactional) this.#checkListed(shadow, partition, batch.producerId);
  }

  truncated(partition: ReplicaView, toOffset: number): void {
    const shadow = this.#cluster.of(partition);
    const replica = this.#cluster.replica(shadow, partition.brokerId);
    replica.log.truncateTo(toOffset);
    replica.highWatermark = partition.highWatermark;
    // The next fetch may find another mismatch (KIP-279).
    replica.outdated &&= !isWithinCommitted(shadow, replica);
    this.#checkEpochs(shadow, partition.brokerId, epochCacheMismatch(partition.log));
    this.#checkProducers(shadow, replica, partition.log);
    this.#cluster.touch(shadow);
  }

  truncatedFully(partition: ReplicaView): void {
    const shadow = this.#cluster.of(partition);
    const replica = this.#cluster.replica(shadow, partition.brokerId);
    const leader = shadow.replicas.get(partition.leader)?.log;
    const start = partition.log.logStartOffset;
    const known = leader !== undefined && leader.endOffset >= start ? leader : shadow.committed;
    replica.log.beginAt(start, known);
    replica.highWatermark = partition.highWatermark;
    replica.outdated = false;
    this.#cluster.touch(shadow);
  }

  logStartMoved(partition: ReplicaView): void {
    const shadow = this.#cluster.of(partition);
    const replica = this.#cluster.replica(shadow, partition.brokerId);
    // A leader no longer knows the epochs below its start, so that a follower may differ there until it deletes as well.
    replica.log.rebuildFrom(partition.log, shadow.committed);
    replica.outdated &&= !isWithinCommitted(shadow, replica);
    this.#checkEpochs(shadow, partition.brokerId, epochCacheMismatch(partition.log));
    this.#cluster.touch(shadow);
  }

  highWatermarkMoved(partition: ReplicaView): void {
    const shadow = this.#cluster.of(partition);
    const replica = this.#cluster.replica(shadow, partition.brokerId);
    if (partition.isLeader) this.#leaderCommits(shadow, replica, partition);
    replica.highWatermark = partition.highWatermark;
    this.#cluster.touch(shadow);
  }

  roleChanged(partition: ReplicaView): void {
    const shadow = this.#cluster.of(partition);
    const replica = this.#cluster.replica(shadow, partition.brokerId);
    replica.partition = partition;
    if (partition.isLeader) {
      this.#report(shadow, checkOneLeaderInEpoch(shadow, partition));
      this.#checkEpochs(shadow, partition.brokerId, epochCacheMismatch(partition.log));
      this.#checkProducers(shadow, replica, partition.log);
      // A broker that learns late of an epoch long over leads no replica: it cannot hold what was committed since.
      if (partition.leaderEpoch >= shadow.state.leaderEpoch) this.#checkComplete(shadow, replica, partition);
      for (const producerId of partition.log.producers.openTransactions.values())
        this.#checkListed(shadow, partition, producerId);
    }
    this.#cluster.touch(shadow);
  }

  leaderIsrChanged(partition: ReplicaView): void {
    this.#cluster.touch(this.#cluster.of(partition));
  }

  followerFetched(partition: ReplicaView, follower: number): void {
    const shadow = this.#cluster.of(partition);
    const replica = shadow.replicas.get(follower);
    if (replica?.outdated !== true) return;
    // Below its start the leader cannot see where the logs part: the follower deletes that when it learns of the start.
    if (replica.partition !== null && replica.partition.log.logStartOffset < partition.log.logStartOffset)
      return;
    // The leader has accepted the follower's position: from here on their logs must agree. What each deleted by
    // itself (retention) cannot be compared.
    if (replica.partition !== null) replica.log.rebuildFrom(replica.partition.log, shadow.committed);
    replica.outdated = false;
    this.#cluster.touch(shadow);
  }

  partitionChanged(record: PartitionRecord, uncleanly: boolean, leaderIsActive: boolean): void {
    if (uncleanly) this.#context.electedUncleanly(record);
    const shadow = this.#cluster.apply(record);
    if (record.leader !== -1) shadow.stranded = false;
    else if (record.isr.some((broker) => this.#context.isActive(broker))) shadow.stranded = true;
    this.#report(shadow, checkIsrAmongReplicas(shadow));
    this.#report(shadow, checkLeaderActive(shadow, leaderIsActive));
    this.#cluster.touch(shadow);
  }

  topicRemoved(topicId: number): void {
    this.#cluster.topicRemoved(topicId);
  }

  markerSkipped(partition: PartitionName, producerId: number): void {
    this.losses.markerSkipped(partition, producerId);
  }

  settled(): void {
    this.#cluster.settle(this.#checkSettled);
  }

  readonly #checkSettled = (shadow: ShadowPartition): void => {
    if (this.#broken || shadow.removed) return;
    this.#report(shadow, checkHighWatermarksInLogs(shadow));
    this.#report(shadow, checkLogsMatch(shadow));
    this.#report(shadow, checkCandidatesComplete(shadow, this.losses));
    this.#report(shadow, checkIsrCovered(shadow));
    if (shadow.topic === TRANSACTION_STATE_TOPIC)
      this.#report(shadow, checkCoordinatorCache(shadow, this.#transactions, this.#context.coordinatorCache));
  };

  /** A leader commits only extensions of what was committed (W1). */
  #leaderCommits(shadow: ShadowPartition, replica: ShadowReplica, partition: ReplicaView): void {
    this.#report(shadow, checkHighWatermarkRises(shadow, replica, partition));
    const to = partition.highWatermark;
    const from = shadow.committed.endOffset;
    if (!replica.log.agreesBelow(shadow.committed, Math.min(from, to))) {
      this.#checkComplete(shadow, replica, partition);
      return;
    }
    shadow.committed.extendFrom(replica.log, to);
    if (shadow.topic === TRANSACTION_STATE_TOPIC) this.#transactionsCommitted(partition, from, to);
  }

  /** The coordinator of a transaction that is over forgets its partitions: the transaction must have ended in each. */
  #transactionsCommitted(partition: ReplicaView, from: number, to: number): void {
    for (const batch of partition.log.read(from, to)) {
      for (const { producerId, partitions } of this.#transactions.apply(batch)) {
        for (const name of partitions) this.#checkEnded(name, producerId);
      }
    }
  }

  #checkEnded(name: PartitionName, producerId: number): void {
    const shadow = this.#cluster.named(name);
    const leader = shadow?.replicas.get(shadow.state.leader)?.partition;
    if (shadow === undefined || leader === undefined || leader === null) return;
    this.#checkListed(shadow, leader, producerId);
  }

  #checkListed(shadow: ShadowPartition, partition: ReplicaView, producerId: number): void {
    if (!this.#context.listsPartitionsFirst) return;
    this.#report(
      shadow,
      checkTransactionListed(shadow, partition, producerId, this.#transactions, this.losses),
    );
  }

  #checkComplete(shadow: ShadowPartition, replica: ShadowReplica, partition: ReplicaView): void {
    if (holdsCommitted(shadow, replica)) return;
    if (this.losses.mayLoseCommitted(shadow)) this.losses.accept(shadow, replica, partition.leaderEpoch);
    else this.#report(shadow, checkLeaderComplete(shadow, replica, partition));
  }

  #checkEpochs(shadow: ShadowPartition, broker: number, mismatch: string | null): void {
    if (mismatch !== null) this.#break(shadow, 'epoch-cache', null, `on broker ${broker} ${mismatch}`);
  }

  #checkProducers(shadow: ShadowPartition, { broker, forgotten }: ShadowReplica, log: PartitionLog): void {
    const mismatch = producerStateMismatch(log, forgotten);
    if (mismatch !== null) this.#break(shadow, 'producer-state', null, `on broker ${broker} ${mismatch}`);
  }

  #report(shadow: ShadowPartition, breach: Breach | null): void {
    if (breach !== null) this.#break(shadow, breach.anomaly, breach.offset, breach.sentence);
  }

  /** Reports the first breach only: what follows from it would be noise. */
  #break(shadow: ShadowPartition, anomaly: string, offset: number | null, sentence: string): void {
    if (this.#broken || shadow.removed) return;
    this.#broken = true;
    const { topic, index } = shadow;
    this.#context.report({
      guarantee: 'invariant',
      anomaly,
      sentence: `${topic}-${index}: ${sentence}.`,
      place: offset === null ? { topic, partition: index } : { topic, partition: index, offset },
      timeUs: this.#context.nowUs(),
      evidence: [],
    });
  }
}
