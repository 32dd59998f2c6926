import type { Violation } from '../../../../model/guarantee.ts';
import type { ReplicaView } from '../replica-view.ts';
import type { PartitionLog } from '../../log/partition-log.ts';
import type { ReplicationListener } from '../replication-observer.ts';
import type { PartitionRecord } from '../../protocol/metadata-records.ts';
import type { RecordBatch } from '../../../kafka/records.ts';
import type { PartitionName } from '../../../kafka/partition-name.ts';
import { TRANSACTION_STATE_TOPIC } from '../../../kafka/internal-records.ts';
import { CommittedTransactions } from './committed-transactions.ts';
import type { Cached } from './committed-transactions.ts';
import { appendedEpochMismatch, epochCacheMismatch } from './epoch-cache.ts';
import { epochRegression } from './producer-epochs.ts';
import { producerStateMismatch } from './producer-state.ts';
import { ShadowLog } from './shadow-log.ts';

/** One replica as the invariants see it. */
interface Replica {
  readonly broker: number;
  readonly log: ShadowLog;
  /** The running incarnation's partition; null while the broker is down or does not act on metadata yet. */
  partition: ReplicaView | null;
  highWatermark: number;
  /** Power or disk was lost since its log was last open. */
  mayBeShorter: boolean;
  /** Producers that expired here before its log was last opened. */
  readonly forgotten: Set<number>;
  /** It still stands on history that was lost for an accepted reason, until it has fetched anew. */
  outdated: boolean;
}

interface PartitionShadow {
  readonly topic: string;
  readonly topicId: number;
  readonly index: number;
  /** The committed history: the longest prefix below any leader's high watermark. */
  readonly committed: ShadowLog;
  readonly replicas: Map<number, Replica>;
  readonly leaderOfEpoch: Map<number, number>;
  /** Which record was written at (epoch, offset), by key epoch * 2^32 + offset. */
  readonly written: Map<number, number>;
  state: PartitionRecord;
  /** Committed records were once given up for a reason that the contract accepts. */
  lossAccepted: boolean;
  /** Without a leader although somebody is in sync: of those the log directories are gone. Until somebody leads again. */
  stranded: boolean;
  /** Its topic is deleted: nothing is promised of it. Brokers may not have heard of that yet. */
  removed: boolean;
  touched: boolean;
}

/** What the invariants need to know from outside. */
export interface InvariantContext {
  /** Has so much been destroyed that committed records may rightly be gone (see the contract)? */
  committedMayBeLost(topic: string, replicas: number): boolean;
  /** The controller gave up what the elected replica does not hold, because it was told that it may. */
  electedUncleanly(record: PartitionRecord): void;
  /** Whether the first batch of a transaction waits until its coordinator lists the partition (KIP-890). */
  readonly listsPartitionsFirst: boolean;
  /** What the coordinator on a broker has in memory of a partition of the log of transactions in that epoch; null: nothing. */
  coordinatorCache(broker: number, index: number, coordinatorEpoch: number): Iterable<Cached> | null;
  /** Neither fenced nor gone, as the controller has it. */
  isActive(broker: number): boolean;
  nowUs(): number;
  report(violation: Violation): void;
}

/**
 * What must hold between replicas after every event; the names are those of Kafka's TLA+
 * specifications where they have one. Checks look only at partitions that the event touched, and
 * cost no more than a few comparisons each.
 */
export class ReplicationInvariants implements ReplicationListener {
  readonly #context: InvariantContext;
  readonly #partitions = new Map<PartitionName, PartitionShadow>();
  /** Of deleted topics whose names have been taken again. */
  readonly #former: PartitionShadow[] = [];
  readonly #touched: PartitionShadow[] = [];
  readonly #transactions = new CommittedTransactions();
  /** By partition: the producers of whom a coordinator sent no marker there, for it took the topic for deleted. */
  readonly #skippedMarkers = new Map<PartitionName, Set<number>>();
  #broken = false;

  constructor(context: InvariantContext) {
    this.#context = context;
  }

  /** Whether committed records of the topic, or of one partition of it, are gone for a reason that the contract accepts. */
  hasLost(topic: string, index?: number): boolean {
    for (const shadow of [...this.#partitions.values(), ...this.#former]) {
      if (shadow.lossAccepted && shadow.topic === topic && (index ?? shadow.index) === shadow.index)
        return true;
    }
    return false;
  }

  /**
   * Whether the only replicas in sync were in log directories that are gone. An AlterPartition is not refused for them,
   * and who led last is noted only when the in-sync replicas are gone while somebody leads: if those do not shut down
   * cleanly then, nobody may ever be elected cleanly (Kafka's PartitionChangeBuilder, KIP-966).
   */
  isStranded(topic: string, index: number): boolean {
    for (const shadow of this.#partitions.values()) {
      if (shadow.stranded && shadow.topic === topic && shadow.index === index) return true;
    }
    return false;
  }

  /**
   * Whether a coordinator has sent no marker to a partition of that name. It may have heard of the deletion of its
   * topic, and not yet of the one made anew, in which the transaction has records by then: Kafka decided that this
   * does not matter (KAFKA-5202), and nobody ends the transaction there.
   */
  lacksMarker(partition: PartitionName): boolean {
    return (this.#skippedMarkers.get(partition)?.size ?? 0) > 0;
  }

  logOpened(broker: number, log: PartitionLog, highWatermark: number): void {
    const shadow = this.#shadowOf(log.partition, log.topicId);
    if (shadow === undefined) return;
    const replica = this.#replica(shadow, broker);
    const { endOffset } = replica.log;
    replica.log.rebuildFrom(log, shadow.committed);
    if (!replica.mayBeShorter) this.#expectNothingForgotten(shadow, replica, endOffset);
    replica.mayBeShorter = false;
    replica.partition = null;
    replica.highWatermark = highWatermark;
    replica.outdated = shadow.lossAccepted && !isWithinCommitted(shadow, replica);
    this.#expectEpochs(shadow, broker, epochCacheMismatch(log));
    // The process may be gone again before it acts on metadata.
    for (const producerId of log.producers.forgotten) replica.forgotten.add(producerId);
    this.#expectProducers(shadow, broker, log);
  }

  brokerStopped(broker: number, lossy: boolean): void {
    for (const shadow of [...this.#partitions.values(), ...this.#former]) {
      const replica = shadow.replicas.get(broker);
      if (replica === undefined) continue;
      closed(replica);
      replica.mayBeShorter ||= lossy;
    }
  }

  replicaDeleted(broker: number, log: PartitionLog): void {
    this.#shadowOf(log.partition, log.topicId)?.replicas.delete(broker);
  }

  replicaOffline(broker: number, log: PartitionLog): void {
    const replica = this.#shadowOf(log.partition, log.topicId)?.replicas.get(broker);
    if (replica === undefined) return;
    closed(replica);
    // While the directory is away the broker may begin the log anew in another one.
    replica.mayBeShorter = true;
  }

  appended(partition: ReplicaView, batch: RecordBatch, asLeader: boolean): void {
    const shadow = this.#shadow(partition);
    const replica = this.#replica(shadow, partition.brokerId);
    replica.log.append(batch);
    if (asLeader) {
      this.#expectOneRecord(shadow, batch, replica);
      this.#expectProducerEpochs(shadow, replica, partition, batch);
      // It ends what is open there, whatever that is.
      if (batch.control !== null) this.#skippedMarkers.get(partition.name)?.delete(batch.producerId);
      if (batch.transactional) this.#expectListed(shadow, partition, batch.producerId);
    }
    this.#expectEpochs(
      shadow,
      partition.brokerId,
      appendedEpochMismatch(partition.log, batch.baseOffset, batch.leaderEpoch),
    );
    this.#touch(shadow);
  }

  truncated(partition: ReplicaView, toOffset: number): void {
    const shadow = this.#shadow(partition);
    const replica = this.#replica(shadow, partition.brokerId);
    replica.log.truncateTo(toOffset);
    replica.highWatermark = partition.highWatermark;
    // The next fetch may find another mismatch (KIP-279).
    replica.outdated &&= !isWithinCommitted(shadow, replica);
    this.#expectEpochs(shadow, partition.brokerId, epochCacheMismatch(partition.log));
    this.#expectProducers(shadow, partition.brokerId, partition.log);
    this.#touch(shadow);
  }

  truncatedFully(partition: ReplicaView): void {
    const shadow = this.#shadow(partition);
    const replica = this.#replica(shadow, partition.brokerId);
    const leader = shadow.replicas.get(partition.leader)?.log;
    const start = partition.log.logStartOffset;
    const known = leader !== undefined && leader.endOffset >= start ? leader : shadow.committed;
    replica.log.beginAt(start, known);
    replica.highWatermark = partition.highWatermark;
    replica.outdated = false;
    this.#touch(shadow);
  }

  logStartMoved(partition: ReplicaView): void {
    const shadow = this.#shadow(partition);
    const replica = this.#replica(shadow, partition.brokerId);
    // A leader does not know the epochs below its start any more, so that a follower may differ there, until it deletes, too.
    replica.log.rebuildFrom(partition.log, shadow.committed);
    replica.outdated &&= !isWithinCommitted(shadow, replica);
    this.#expectEpochs(shadow, partition.brokerId, epochCacheMismatch(partition.log));
    this.#touch(shadow);
  }

  highWatermarkMoved(partition: ReplicaView): void {
    const shadow = this.#shadow(partition);
    const replica = this.#replica(shadow, partition.brokerId);
    if (partition.isLeader) this.#leaderCommits(shadow, replica, partition);
    replica.highWatermark = partition.highWatermark;
    this.#touch(shadow);
  }

  roleChanged(partition: ReplicaView): void {
    const shadow = this.#shadow(partition);
    const replica = this.#replica(shadow, partition.brokerId);
    replica.partition = partition;
    if (partition.isLeader) {
      this.#expectOneLeader(shadow, partition);
      this.#expectEpochs(shadow, partition.brokerId, epochCacheMismatch(partition.log));
      this.#expectProducers(shadow, partition.brokerId, partition.log);
      // A broker that learns late of an epoch long over leads nobody: what was committed since it cannot hold.
      if (partition.leaderEpoch >= shadow.state.leaderEpoch) this.#expectComplete(shadow, replica, partition);
      for (const producerId of partition.log.producers.openTransactions.values())
        this.#expectListed(shadow, partition, producerId);
    }
    this.#touch(shadow);
  }

  leaderIsrChanged(partition: ReplicaView): void {
    this.#touch(this.#shadow(partition));
  }

  followerFetched(partition: ReplicaView, follower: number): void {
    const shadow = this.#shadow(partition);
    const replica = shadow.replicas.get(follower);
    if (replica?.outdated !== true) return;
    // Below its start the leader cannot see where they part: the follower deletes that when it hears of the start.
    if (replica.partition !== null && replica.partition.log.logStartOffset < partition.log.logStartOffset)
      return;
    // The leader has accepted where the follower stands: from here on they have to agree. What each deleted by
    // itself (retention) nobody can compare.
    if (replica.partition !== null) replica.log.rebuildFrom(replica.partition.log, shadow.committed);
    replica.outdated = false;
    this.#touch(shadow);
  }

  partitionChanged(record: PartitionRecord, uncleanly: boolean, leaderIsActive: boolean): void {
    if (uncleanly) this.#context.electedUncleanly(record);
    let shadow = this.#partitions.get(record.partition);
    if (shadow?.topicId !== record.topicId) {
      if (shadow !== undefined) this.#former.push(shadow);
      shadow = {
        topic: record.topic,
        topicId: record.topicId,
        index: record.index,
        committed: new ShadowLog(),
        replicas: new Map(),
        leaderOfEpoch: new Map(),
        written: new Map(),
        state: record,
        lossAccepted: false,
        stranded: false,
        removed: false,
        touched: false,
      };
      this.#partitions.set(record.partition, shadow);
    }
    shadow.state = record;
    if (record.leader !== -1) shadow.stranded = false;
    else if (record.isr.some((broker) => this.#context.isActive(broker))) shadow.stranded = true;
    this.#expectIsrAmongReplicas(shadow);
    if (!leaderIsActive)
      this.#break(
        shadow,
        'leader-not-active',
        undefined,
        `the controller elected broker ${record.leader}, which is fenced, or without the log directory of its replica`,
      );
    this.#touch(shadow);
  }

  topicRemoved(topicId: number): void {
    for (const shadow of this.#partitions.values()) if (shadow.topicId === topicId) shadow.removed = true;
  }

  markerSkipped(partition: PartitionName, producerId: number): void {
    let producers = this.#skippedMarkers.get(partition);
    if (producers === undefined) this.#skippedMarkers.set(partition, (producers = new Set()));
    producers.add(producerId);
  }

  settled(): void {
    if (this.#touched.length === 0) return;
    for (const shadow of this.#touched) {
      shadow.touched = false;
      if (this.#broken || shadow.removed) continue;
      this.#expectHighWatermarksInLogs(shadow);
      this.#expectLogsMatch(shadow);
      this.#expectCandidatesComplete(shadow);
      this.#expectIsrCovered(shadow);
      if (shadow.topic === TRANSACTION_STATE_TOPIC) this.#expectCoordinatorCache(shadow);
    }
    this.#touched.length = 0;
  }

  // The invariants.

  /** The death of a process takes nothing from its logs (KAFKA-10778). */
  #expectNothingForgotten(shadow: PartitionShadow, { broker, log }: Replica, endOffset: number): void {
    if (log.endOffset >= endOffset) return;
    this.#break(
      shadow,
      'recovered-log-shorter',
      log.endOffset,
      `broker ${broker} has lost neither power nor disk, and yet its log ends at offset ${log.endOffset} after a restart, at ${endOffset} before`,
    );
  }

  /** One record an (epoch, offset): W5. */
  #expectOneRecord(shadow: PartitionShadow, batch: RecordBatch, replica: Replica): void {
    for (let offset = batch.baseOffset; offset <= batch.lastOffset; offset++) {
      const key = batch.leaderEpoch * 0x1_0000_0000 + offset;
      const link = replica.log.link(offset + 1);
      const before = shadow.written.get(key);
      if (before === undefined) shadow.written.set(key, link);
      else if (before !== link) {
        this.#break(
          shadow,
          'two-records-in-one-epoch',
          offset,
          `two records were written at offset ${offset} in epoch ${batch.leaderEpoch}`,
        );
      }
    }
  }

  /** One leader an epoch: W5. */
  #expectOneLeader(shadow: PartitionShadow, partition: ReplicaView): void {
    const other = shadow.leaderOfEpoch.get(partition.leaderEpoch);
    shadow.leaderOfEpoch.set(partition.leaderEpoch, partition.brokerId);
    if (other === undefined || other === partition.brokerId) return;
    this.#break(
      shadow,
      'two-leaders-in-one-epoch',
      undefined,
      `brokers ${other} and ${partition.brokerId} both lead in epoch ${partition.leaderEpoch}`,
    );
  }

  /** A leader's high watermark never goes down in its epoch, and what it commits extends what was committed: W1, W6. */
  #leaderCommits(shadow: PartitionShadow, replica: Replica, partition: ReplicaView): void {
    const to = partition.highWatermark;
    const led = shadow.leaderOfEpoch.get(partition.leaderEpoch) === partition.brokerId;
    if (led && to < replica.highWatermark && !replica.outdated) {
      this.#break(
        shadow,
        'high-watermark-regression',
        to,
        `the high watermark of leader ${partition.brokerId} went down from ${replica.highWatermark} to ${to} in epoch ${partition.leaderEpoch}`,
      );
    }
    const known = Math.min(shadow.committed.endOffset, to);
    if (!replica.log.agreesBelow(shadow.committed, known)) {
      this.#expectComplete(shadow, replica, partition);
      return;
    }
    const from = shadow.committed.endOffset;
    shadow.committed.extendFrom(replica.log, to);
    if (shadow.topic === TRANSACTION_STATE_TOPIC) this.#transactionsCommitted(partition, from, to);
  }

  /** With a transaction that is over its coordinator forgets where it was: there must be no end missing. */
  #transactionsCommitted(partition: ReplicaView, from: number, to: number): void {
    for (const batch of partition.log.read(from, to)) {
      for (const { producerId, partitions } of this.#transactions.apply(batch)) {
        for (const name of partitions) this.#expectEnded(name, producerId);
      }
    }
  }

  #expectEnded(name: PartitionName, producerId: number): void {
    const shadow = this.#partitions.get(name);
    const leader = shadow?.replicas.get(shadow.state.leader)?.partition;
    if (shadow === undefined || leader === undefined || leader === null) return;
    this.#expectListed(shadow, leader, producerId);
  }

  /** No transaction is open where its coordinator does not know of it: nobody would end it (KIP-890): W7. */
  #expectListed(shadow: PartitionShadow, partition: ReplicaView, producerId: number): void {
    const { state } = shadow;
    const leads = state.leader === partition.brokerId && state.leaderEpoch === partition.leaderEpoch;
    if (!this.#context.listsPartitionsFirst || !leads || !partition.isLeader) return;
    const opened = partition.log.producers.producers.get(producerId)?.currentTxnFirstOffset ?? -1;
    if (opened < 0 || this.#transactions.lists(producerId, partition.name)) return;
    // Which partitions a transaction has is in the log of transactions, and its end may be among what was lost here.
    if (shadow.lossAccepted || this.hasLost(TRANSACTION_STATE_TOPIC)) return;
    if (this.#skippedMarkers.get(partition.name)?.has(producerId) === true) return;
    this.#break(
      shadow,
      'unlisted-transaction',
      opened,
      `a transaction of producer ${producerId} is open from offset ${opened}, which no coordinator lists there`,
    );
  }

  /** The cache of a coordinator is a replay of its log: W10. */
  #expectCoordinatorCache(shadow: PartitionShadow): void {
    const { leader, leaderEpoch } = shadow.state;
    if (shadow.replicas.get(leader)?.partition?.leaderEpoch !== leaderEpoch || shadow.lossAccepted) return;
    const cached = this.#context.coordinatorCache(leader, shadow.index, leaderEpoch);
    const mismatch = cached === null ? null : this.#transactions.mismatch(cached);
    if (mismatch !== null) this.#break(shadow, 'coordinator-cache', undefined, mismatch);
  }

  /** The epochs of a producer, and of the coordinators that end its transactions, never go down: W9. */
  #expectProducerEpochs(
    shadow: PartitionShadow,
    replica: Replica,
    partition: ReplicaView,
    batch: RecordBatch,
  ): void {
    const regression = epochRegression(partition.log, batch, replica.forgotten);
    if (regression !== null) this.#break(shadow, 'producer-epoch-regression', batch.baseOffset, regression);
  }

  /** Whoever leads holds all that is committed (LeaderCompleteness): W1. */
  #expectComplete(shadow: PartitionShadow, replica: Replica, partition: ReplicaView): void {
    const end = shadow.committed.endOffset;
    if (replica.log.agreesBelow(shadow.committed, end)) return;
    const shared = replica.log.commonPrefix(shadow.committed);
    if (this.#mayBeLost(shadow)) {
      // A leader that was deposed by one who lacks its records may go on for a while, with those that it heard of last.
      const latestEpoch = Math.max(...shadow.leaderOfEpoch.keys());
      if (partition.leaderEpoch < latestEpoch) replica.outdated = true;
      else this.#acceptLoss(shadow, replica, shared);
      return;
    }
    this.#break(
      shadow,
      'leader-completeness',
      shared,
      `broker ${partition.brokerId} became leader in epoch ${partition.leaderEpoch} without the committed records at offsets ${shared} to ${end - 1}`,
    );
  }

  /** Committed records are gone for a reason that the contract accepts: history goes on from the new leader's log. */
  #acceptLoss(shadow: PartitionShadow, leader: Replica, shared: number): void {
    shadow.lossAccepted = true;
    shadow.committed.truncateTo(shared);
    for (const replica of shadow.replicas.values()) {
      // Its high watermark may yet rise, by an answer of the old leader that is under way.
      if (replica !== leader && replica.log.endOffset > shared) replica.outdated = true;
    }
    leader.outdated = false;
    if (leader.highWatermark > shared) shadow.committed.extendFrom(leader.log, leader.highWatermark);
  }

  /** A high watermark lies within its log, from the log start to the log end: W6. */
  #expectHighWatermarksInLogs(shadow: PartitionShadow): void {
    for (const { partition } of shadow.replicas.values()) {
      if (partition === null) continue;
      const { highWatermark, brokerId, log } = partition;
      if (log.logStartOffset <= highWatermark && highWatermark <= log.logEndOffset) continue;
      this.#break(
        shadow,
        'high-watermark-outside-log',
        highWatermark,
        `on broker ${brokerId} the high watermark is ${highWatermark}, and the log reaches from offset ${log.logStartOffset} to ${log.logEndOffset}`,
      );
      return;
    }
  }

  /** Two replicas agree below the smaller of their high watermarks (LogMatching): W3. */
  #expectLogsMatch(shadow: PartitionShadow): void {
    for (const a of shadow.replicas.values()) {
      if (a.partition === null || a.outdated) continue;
      for (const b of shadow.replicas.values()) {
        if (b.broker <= a.broker || b.partition === null || b.outdated) continue;
        const end = Math.min(a.highWatermark, b.highWatermark);
        if (a.log.agreesBelow(b.log, end)) continue;
        const shared = a.log.commonPrefix(b.log);
        this.#break(
          shadow,
          'log-matching',
          shared,
          `brokers ${a.broker} and ${b.broker} hold different records at offset ${shared}, below both their high watermarks (${a.highWatermark} and ${b.highWatermark})`,
        );
        return;
      }
    }
  }

  /** Whoever may be elected cleanly holds all that is committed (LeaderCandidateCompleteness): W2. */
  #expectCandidatesComplete(shadow: PartitionShadow): void {
    const end = shadow.committed.endOffset;
    if (end === 0) return;
    for (const replica of shadow.replicas.values()) {
      if (replica.partition === null) continue;
      const inIsr = shadow.state.isr.includes(replica.broker);
      if (!inIsr && !shadow.state.elr.includes(replica.broker)) continue;
      if (replica.log.agreesBelow(shadow.committed, end) || this.#mayBeLost(shadow)) continue;
      const shared = replica.log.commonPrefix(shadow.committed);
      this.#break(
        shadow,
        'candidate-completeness',
        shared,
        `broker ${replica.broker} is ${inIsr ? 'in the in-sync replicas' : 'an eligible leader replica'} without the committed records at offsets ${shared} to ${end - 1}`,
      );
      return;
    }
  }

  /** A leader that is not deposed respects every replica that the controller holds to be in sync (ReplicationQuorumSuperset): W4. */
  #expectIsrCovered(shadow: PartitionShadow): void {
    const { state } = shadow;
    const leader = shadow.replicas.get(state.leader)?.partition;
    if (
      leader === undefined ||
      leader === null ||
      !leader.isLeader ||
      leader.leaderEpoch !== state.leaderEpoch
    )
      return;
    for (const broker of state.isr) {
      if (leader.maximalIsr.includes(broker)) continue;
      this.#break(
        shadow,
        'isr-not-covered',
        undefined,
        `the controller holds broker ${broker} to be in sync, leader ${state.leader} does not wait for it in epoch ${state.leaderEpoch}`,
      );
      return;
    }
  }

  /** Nobody is in sync who has no replica (KAFKA-9672). */
  #expectIsrAmongReplicas(shadow: PartitionShadow): void {
    const { isr, replicas } = shadow.state;
    const stranger = isr.find((broker) => !replicas.includes(broker));
    if (stranger === undefined) return;
    const sentence = `the controller holds broker ${stranger} to be in sync, which has no replica (replicas ${replicas.join(', ')})`;
    this.#break(shadow, 'isr-outside-replicas', undefined, sentence);
  }

  #expectEpochs(shadow: PartitionShadow, broker: number, mismatch: string | null): void {
    if (mismatch !== null) this.#break(shadow, 'epoch-cache', undefined, `on broker ${broker} ${mismatch}`);
  }

  #expectProducers(shadow: PartitionShadow, broker: number, log: PartitionLog): void {
    const mismatch = producerStateMismatch(log, this.#replica(shadow, broker).forgotten);
    if (mismatch !== null)
      this.#break(shadow, 'producer-state', undefined, `on broker ${broker} ${mismatch}`);
  }

  /** Only the first is reported: what follows from it would be noise. */
  #break(shadow: PartitionShadow, anomaly: string, offset: number | undefined, sentence: string): void {
    if (this.#broken || shadow.removed) return;
    this.#broken = true;
    const { topic, index } = shadow;
    this.#context.report({
      guarantee: 'invariant',
      anomaly,
      sentence: `${topic}-${index}: ${sentence}.`,
      place: offset === undefined ? { topic, partition: index } : { topic, partition: index, offset },
      timeUs: this.#context.nowUs(),
      evidence: [],
    });
  }

  #mayBeLost({ topic, state }: PartitionShadow): boolean {
    return this.#context.committedMayBeLost(topic, state.replicas.length);
  }

  #touch(shadow: PartitionShadow): void {
    if (shadow.touched) return;
    shadow.touched = true;
    this.#touched.push(shadow);
  }

  #shadow(partition: ReplicaView): PartitionShadow {
    const shadow = this.#shadowOf(partition.name, partition.topicId);
    if (shadow === undefined)
      throw new Error(`${partition.name} exists on a broker before the controller made it`);
    return shadow;
  }

  #shadowOf(name: PartitionName, topicId: number | null): PartitionShadow | undefined {
    const current = this.#partitions.get(name);
    if (current === undefined || current.topicId === topicId) return current;
    return this.#former.find(
      (former) => former.topicId === topicId && `${former.topic}-${former.index}` === name,
    );
  }

  #replica(shadow: PartitionShadow, broker: number): Replica {
    let replica = shadow.replicas.get(broker);
    if (replica === undefined) {
      replica = {
        broker,
        log: new ShadowLog(),
        partition: null,
        highWatermark: 0,
        mayBeShorter: false,
        forgotten: new Set(),
        outdated: false,
      };
      shadow.replicas.set(broker, replica);
    }
    return replica;
  }
}

/** Its process is gone; what it has forgotten stays forgotten. */
function closed(replica: Replica): void {
  for (const producerId of replica.partition?.log.producers.forgotten ?? [])
    replica.forgotten.add(producerId);
  replica.partition = null;
}

/** Holds nothing but what is committed: what it has beyond may belong to history that was given up. */
function isWithinCommitted({ committed }: PartitionShadow, { log }: Replica): boolean {
  return log.endOffset <= committed.endOffset && log.agreesBelow(committed, log.endOffset);
}
