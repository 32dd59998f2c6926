import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { PartitionRecord } from '../protocol/metadata-records.ts';
import type { RecordBatch, UnplacedBatch } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { AppendOrigin } from '../rules/producer-state.ts';
import type { FollowerLog } from '../rules/truncation.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { minInsyncReplicas, retentionMs } from '../cluster/topic-settings.ts';
import type { BrokerRegistration } from '../metadata/cluster-image.ts';
import type { Context } from '../kernel/context.ts';
import { Probe } from '../catalogue/probes.ts';
import type { Delayed } from './delayed.ts';
import { Follower } from './follower.ts';

export type Role = 'leader' | 'follower' | 'none';

/** What became of a batch that was handed to the leader. Offsets are -1 when it was refused. */
export interface Appended {
  readonly error: ErrorCode;
  /** Where the batch lies now, or lay already if it had been sent before. */
  readonly baseOffset: number;
  readonly lastOffset: number;
}

/** `baseOffset`: where the batch lies, committed or not. */
export type ProduceCompletion = (error: ErrorCode, baseOffset: number) => void;

/** An append that waits for the high watermark to pass it. */
interface WaitingProduce {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly complete: ProduceCompletion;
}

/** A deletion that waits until all live replicas have carried it out. */
interface WaitingDeletion {
  readonly beforeOffset: number;
  readonly complete: (error: ErrorCode) => void;
}

/** How a partition asks for what is not its own. */
export interface PartitionHost {
  readonly context: Context;
  readonly cluster: Cluster;
  readonly brokerId: number;
  readonly brokerEpoch: number;
  registration(broker: number): BrokerRegistration | undefined;
  /** Whether the broker's metadata have a topic with that id. */
  knowsTopic(topicId: number): boolean;
  /** The partition as this broker's metadata has it. */
  partitionRecord(partition: PartitionName): PartitionRecord | undefined;
  proposeIsr(partition: Partition, isr: readonly number[]): void;
}

const NOBODY: readonly number[] = [];

/** One replica of a partition on one broker, and, while it leads, what it knows of the others (Kafka's Partition). */
export class Partition {
  readonly name: PartitionName;
  readonly topic: string;
  readonly topicId: number;
  readonly index: number;
  readonly log: PartitionLog;
  role: Role = 'none';
  leader = -1;
  leaderEpoch = -1;
  partitionEpoch = -1;
  replicas: readonly number[] = NOBODY;
  /** The in-sync replicas that the controller has committed, as far as this broker knows. */
  isr: readonly number[] = NOBODY;
  /** Committed plus proposed additions: what the high watermark has to respect (KIP-497). */
  maximalIsr: readonly number[] = NOBODY;
  /** The ISR that an AlterPartition in flight proposes. */
  proposedIsr: readonly number[] | null = null;
  highWatermark: number;
  leaderEpochStartOffset = -1;
  /** What its last fetch from the leader failed with, in Kafka's words; null after one that did not. For reports only. */
  lastFetchError: string | null = null;
  readonly #host: PartitionHost;
  #followers: Follower[] = [];
  readonly #produces: WaitingProduce[] = [];
  readonly #deletions: WaitingDeletion[] = [];
  readonly #fetches = new Set<Delayed>();

  constructor(host: PartitionHost, record: PartitionRecord, log: PartitionLog, highWatermark: number) {
    this.#host = host;
    this.name = record.partition;
    this.topic = record.topic;
    this.topicId = record.topicId;
    this.index = record.index;
    this.log = log;
    this.highWatermark = highWatermark;
    // What was read back from the log knows no high watermark yet.
    log.producers.onHighWatermarkUpdated(highWatermark);
  }

  get brokerId(): number {
    return this.#host.brokerId;
  }

  get isLeader(): boolean {
    return this.role === 'leader';
  }

  /** How far a read_committed consumer may read, exclusive. */
  get lastStableOffset(): number {
    const { producers } = this.log;
    return this.#host.cluster.rules.lastStableOffset(this.highWatermark, producers.firstUnstableOffset);
  }

  get effectiveMinIsr(): number {
    const { rules, configuration } = this.#host.cluster;
    return rules.effectiveMinIsr(minInsyncReplicas(configuration, this.topic), this.replicas.length);
  }

  get followers(): readonly Follower[] {
    return this.#followers;
  }

  // Changes that the metadata log tells.

  /** Takes over a newer state. Returns whether the leader epoch is new. */
  apply(record: PartitionRecord): boolean {
    if (record.partitionEpoch <= this.partitionEpoch) return false;
    const newEpoch = record.leaderEpoch > this.leaderEpoch;
    const { rules } = this.#host.cluster;
    const keepsPositions =
      this.isLeader && rules.keepsFollowerPositions(this.leaderEpoch, record.leaderEpoch);
    this.partitionEpoch = record.partitionEpoch;
    this.leaderEpoch = record.leaderEpoch;
    this.leader = record.leader;
    this.replicas = record.replicas;
    this.role = record.leader === this.brokerId ? 'leader' : record.leader === -1 ? 'none' : 'follower';
    if (this.isLeader && !newEpoch) this.#adoptAssignment();
    if (this.isLeader) this.#lead(record, newEpoch, keepsPositions);
    else if (newEpoch) this.#follow();
    return newEpoch;
  }

  #lead(record: PartitionRecord, newEpoch: boolean, keepsPositions: boolean): void {
    const { context, cluster } = this.#host;
    this.#setIsr(record.isr);
    if (newEpoch) {
      const logEnd = this.log.logEndOffset;
      this.leaderEpochStartOffset = logEnd;
      const entry = cluster.rules.epochEntryOfNewLeader(this.leaderEpoch, logEnd);
      if (entry !== null) this.log.epochs.assign(entry.epoch, entry.startOffset);
      this.#resetFollowers(keepsPositions);
      context.world.probe(Probe['became-leader'], context.host, this.leaderEpoch, logEnd);
      cluster.observer.roleChanged(this);
      this.#completeFetches();
    }
    cluster.observer.leaderIsrChanged(this);
    this.#advanceHighWatermark();
  }

  /** Within an epoch a reassignment only adds followers. */
  #adoptAssignment(): void {
    for (const broker of this.replicas) {
      if (broker === this.brokerId || this.#followers.some((follower) => follower.broker === broker))
        continue;
      this.#followers.push(new Follower(broker));
    }
  }

  /** A new leader knows nothing of its followers; one that stays forgets since when those outside the ISR were in step. */
  #resetFollowers(keepsPositions: boolean): void {
    const nowMs = this.#host.context.wallMs();
    const before = this.#followers;
    this.#followers = this.replicas
      .filter((broker) => broker !== this.brokerId)
      .map((broker) => {
        const known = keepsPositions ? before.find((follower) => follower.broker === broker) : undefined;
        const follower = new Follower(broker);
        follower.logEndOffset = known?.logEndOffset ?? -1;
        follower.brokerEpoch = known?.brokerEpoch ?? -1;
        if (this.isr.includes(broker)) follower.lastCaughtUpTimeMs = nowMs;
        return follower;
      });
  }

  /** The replica is this broker's no more: whoever waits is sent away. */
  stop(): void {
    this.role = 'none';
    this.leader = -1;
    this.#follow();
  }

  #follow(): void {
    const { context, cluster } = this.#host;
    this.#setIsr(NOBODY);
    this.#followers = [];
    context.world.probe(Probe['became-follower'], context.host, this.leaderEpoch, this.log.logEndOffset);
    cluster.observer.roleChanged(this);
    const produces = this.#produces.splice(0);
    if (produces.length > 0) {
      context.world.probe(Probe['produce-lost-leader'], context.host, produces.length, 0);
      // What was appended may yet be committed by the next leader: the outcome is unknown.
      for (const waiting of produces) waiting.complete(Errors.NOT_LEADER_OR_FOLLOWER, waiting.baseOffset);
    }
    for (const waiting of this.#deletions.splice(0)) waiting.complete(Errors.NOT_LEADER_OR_FOLLOWER);
    this.#completeFetches();
    if (this.role !== 'follower') return;
    const to = cluster.rules.truncationOnBecomingFollower(this.followerLog());
    if (to !== null) this.truncateTo(to);
  }

  // The leader's part.

  /**
   * Appends a batch, unless its producer's state here says that it is there already, or must not be. With
   * `acks=-1` calls `complete` when the batch is committed or this broker leads no more, perhaps at once; never for
   * a batch that is refused.
   */
  append(
    unplaced: UnplacedBatch,
    acks: number,
    complete: ProduceCompletion | null,
    origin: AppendOrigin = 'client',
  ): Appended {
    const appended = this.#appendUnlessKnown(unplaced, origin);
    if (complete !== null && acks === -1 && appended.error === Errors.NONE) {
      this.#awaitCommit(appended, complete);
    }
    return appended;
  }

  #appendUnlessKnown(unplaced: UnplacedBatch, origin: AppendOrigin): Appended {
    const { context, cluster } = this.#host;
    const { producerId } = unplaced;
    const validation = this.log.producers.validate(unplaced, origin);
    if (validation.type === 'refused') {
      const { error } = validation;
      context.world.probe(
        Probe['producer-batch-refused'],
        context.host,
        this.leaderEpoch,
        unplaced.baseSequence,
      );
      return { error, baseOffset: -1, lastOffset: -1 };
    }
    if (validation.type === 'duplicate') {
      const { firstOffset, lastOffset } = validation.batch;
      context.world.probe(Probe['duplicate-batch-found'], context.host, producerId, firstOffset);
      return { error: Errors.NONE, baseOffset: firstOffset, lastOffset };
    }
    const batch = this.log.appendAsLeader(unplaced, this.leaderEpoch);
    this.#flushIfDue();
    cluster.observer.appended(this, batch, true);
    context.world.probe(Probe['log-appended'], context.host, batch.baseOffset, this.leaderEpoch);
    this.#advanceHighWatermark();
    this.#completeFetches();
    return { error: Errors.NONE, baseOffset: batch.baseOffset, lastOffset: batch.lastOffset };
  }

  #awaitCommit({ baseOffset, lastOffset }: Appended, complete: ProduceCompletion): void {
    if (lastOffset < this.highWatermark) {
      const { rules } = this.#host.cluster;
      complete(rules.checkAtCompletion(this.maximalIsr.length, this.effectiveMinIsr), baseOffset);
      return;
    }
    // A batch that was sent again may wait for less than those before it.
    let index = this.#produces.length;
    while (index > 0 && this.#produces[index - 1]!.lastOffset > lastOffset) index--;
    this.#produces.splice(index, 0, { baseOffset, lastOffset, complete });
  }

  /** Gives up waiting for one append, after its time is over. */
  stopWaiting(complete: ProduceCompletion): void {
    const index = this.#produces.findIndex((waiting) => waiting.complete === complete);
    if (index >= 0) this.#produces.splice(index, 1);
  }

  /** A follower's fetch is the acknowledgement of all below its position. */
  followerFetched(broker: number, fetchOffset: number, brokerEpoch: number, logStartOffset = 0): void {
    const follower = this.#followers.find((candidate) => candidate.broker === broker);
    if (follower === undefined) return;
    const { context, cluster } = this.#host;
    const nowMs = context.wallMs();
    const logEnd = this.log.logEndOffset;
    if (fetchOffset >= logEnd) follower.lastCaughtUpTimeMs = Math.max(follower.lastCaughtUpTimeMs, nowMs);
    else if (fetchOffset >= follower.lastFetchLeaderLogEnd) {
      follower.lastCaughtUpTimeMs = Math.max(follower.lastCaughtUpTimeMs, follower.lastFetchTimeMs);
    }
    const moved = follower.logEndOffset !== fetchOffset;
    follower.logEndOffset = fetchOffset;
    follower.lastFetchLeaderLogEnd = logEnd;
    follower.lastFetchTimeMs = nowMs;
    follower.brokerEpoch = brokerEpoch;
    follower.logStartOffset = logStartOffset;
    this.#completeDeletions();
    if (moved) cluster.observer.followerFetched(this, broker, fetchOffset);
    if (this.proposedIsr === null && !this.isr.includes(broker)) this.#maybeExpandIsr(follower);
    if (moved) this.#advanceHighWatermark();
  }

  /** Deletes what lies below the offset; `complete` is called when all live replicas have, too (KIP-107). */
  deleteRecords(beforeOffset: number, complete: (error: ErrorCode) => void): void {
    if (beforeOffset > this.highWatermark) {
      complete(Errors.OFFSET_OUT_OF_RANGE);
      return;
    }
    this.#advanceStart(beforeOffset);
    this.#deletions.push({ beforeOffset, complete });
    this.#completeDeletions();
  }

  stopWaitingForDeletion(complete: (error: ErrorCode) => void): void {
    const index = this.#deletions.findIndex((waiting) => waiting.complete === complete);
    if (index >= 0) this.#deletions.splice(index, 1);
  }

  #completeDeletions(): void {
    if (this.#deletions.length === 0) return;
    let low = this.log.logStartOffset;
    for (const { broker, logStartOffset } of this.#followers) {
      const registration = this.#host.registration(broker);
      if (registration !== undefined && !registration.fenced) low = Math.min(low, logStartOffset);
    }
    for (const waiting of [...this.#deletions]) {
      if (waiting.beforeOffset > low) continue;
      this.stopWaitingForDeletion(waiting.complete);
      waiting.complete(Errors.NONE);
    }
  }

  /** Retention: every replica looks at its own log, whoever leads. Returns whether anything went. */
  deleteOldSegments(): boolean {
    const { context, cluster } = this.#host;
    const { rules, configuration } = cluster;
    const { log } = this;
    const start = rules.retainedFrom(log.read(log.logStartOffset, log.logEndOffset), {
      nowMs: context.wallMs(),
      retentionMs: retentionMs(configuration, this.topic),
      segmentMs: configuration['segment.ms'],
      deletableEnd: rules.retentionBound(this.highWatermark, log.logEndOffset),
    });
    if (start === null) return false;
    context.world.probe(Probe['retention-deleted'], context.host, start, this.leaderEpoch);
    this.#advanceStart(start);
    this.#completeDeletions();
    return true;
  }

  #advanceStart(offset: number): void {
    if (!this.log.advanceStart(offset)) return;
    const { context, cluster } = this.#host;
    context.world.probe(Probe['log-start-moved'], context.host, offset, this.leaderEpoch);
    cluster.observer.logStartMoved(this);
  }

  #maybeExpandIsr(follower: Follower): void {
    const { context, cluster } = this.#host;
    if (!this.#isEligible(follower)) return;
    if (!cluster.rules.hasDeletedAsLeader(follower.logStartOffset, this.log.logStartOffset)) return;
    const leader = {
      highWatermark: this.highWatermark,
      leaderEpochStartOffset: this.leaderEpochStartOffset,
      logEndOffset: this.log.logEndOffset,
    };
    if (!cluster.rules.mayJoinIsr(follower, leader)) {
      if (follower.logEndOffset >= this.highWatermark) {
        context.world.probe(Probe['isr-expansion-waits-for-epoch-start'], context.host, follower.broker, 0);
      }
      return;
    }
    context.world.probe(Probe['isr-expansion-proposed'], context.host, follower.broker, this.leaderEpoch);
    this.#propose([...this.isr, follower.broker]);
  }

  /** Looks for followers that have fallen behind (`replica.lag.time.max.ms`). */
  maybeShrinkIsr(): void {
    if (!this.isLeader || this.proposedIsr !== null) return;
    const { context, cluster } = this.#host;
    // A replica that was about to join held the high watermark back, and has gone: on an idle partition no fetch tells.
    if (cluster.rules.recheckAfterIsrChange()) this.#advanceHighWatermark();
    const nowMs = context.wallMs();
    const lagMs = cluster.configuration['replica.lag.time.max.ms'];
    const logEnd = this.log.logEndOffset;
    const staying = this.isr.filter((broker) => {
      const follower = this.#followers.find((candidate) => candidate.broker === broker);
      return follower === undefined || cluster.rules.isCaughtUp(follower, logEnd, nowMs, lagMs);
    });
    if (staying.length === this.isr.length) return;
    context.world.probe(Probe['isr-shrink-proposed'], context.host, staying.length, this.leaderEpoch);
    this.#propose(staying);
  }

  #propose(isr: readonly number[]): void {
    this.proposedIsr = isr;
    // A replica that is to leave still counts until the controller has agreed (KIP-497).
    this.maximalIsr = this.#host.cluster.rules.maximalIsr(this.isr, isr);
    this.#host.cluster.observer.leaderIsrChanged(this);
    this.#host.proposeIsr(this, isr);
  }

  /** The controller refused a proposal in a way that leaves the committed state as it is. */
  proposalRefused(): void {
    this.proposedIsr = null;
    this.maximalIsr = this.isr;
    this.#host.cluster.observer.leaderIsrChanged(this);
    this.#advanceHighWatermark();
  }

  /** The controller has committed a proposal. */
  proposalCommitted(isr: readonly number[], partitionEpoch: number): void {
    if (partitionEpoch <= this.partitionEpoch) return;
    this.partitionEpoch = partitionEpoch;
    this.#setIsr(isr);
    const { observer, rules } = this.#host.cluster;
    observer.leaderIsrChanged(this);
    if (rules.recheckAfterIsrChange()) this.#advanceHighWatermark();
  }

  brokerEpochOf(broker: number): number {
    if (broker === this.brokerId) return this.#host.brokerEpoch;
    return this.#followers.find((follower) => follower.broker === broker)?.brokerEpoch ?? -1;
  }

  #isEligible(follower: Follower): boolean {
    return this.#host.cluster.rules.isIsrEligible(follower, this.#host.registration(follower.broker));
  }

  #advanceHighWatermark(): void {
    if (!this.isLeader) return;
    const { context, cluster } = this.#host;
    const { rules } = cluster;
    const logEnd = this.log.logEndOffset;
    if (this.highWatermark >= logEnd) return;
    let smallest = logEnd;
    const nowMs = context.wallMs();
    const lagMs = cluster.configuration['replica.lag.time.max.ms'];
    for (const follower of this.#followers) {
      if (follower.logEndOffset >= smallest) continue;
      const inIsr = this.maximalIsr.includes(follower.broker);
      const joining =
        !inIsr && rules.isCaughtUp(follower, logEnd, nowMs, lagMs) && this.#isEligible(follower);
      if (rules.countsTowardsHighWatermark(inIsr, joining)) smallest = follower.logEndOffset;
    }
    const next = rules.nextHighWatermark({
      highWatermark: this.highWatermark,
      logEndOffset: logEnd,
      smallestLogEnd: smallest,
      committedIsrSize: this.isr.length,
      effectiveMinIsr: this.effectiveMinIsr,
    });
    if (next === this.highWatermark) return;
    this.#setHighWatermark(next);
    context.world.probe(Probe['high-watermark-moved'], context.host, next, this.leaderEpoch);
    cluster.observer.highWatermarkMoved(this);
    this.#completeProduces();
    this.#completeFetches();
  }

  #setHighWatermark(offset: number): void {
    this.highWatermark = offset;
    this.log.producers.onHighWatermarkUpdated(offset);
  }

  #completeProduces(): void {
    const { rules } = this.#host.cluster;
    while (this.#produces.length > 0 && this.#produces[0]!.lastOffset < this.highWatermark) {
      const waiting = this.#produces.shift()!;
      const error = rules.checkAtCompletion(this.maximalIsr.length, this.effectiveMinIsr);
      waiting.complete(error, waiting.baseOffset);
    }
  }

  #setIsr(isr: readonly number[]): void {
    this.isr = isr;
    this.maximalIsr = isr;
    this.proposedIsr = null;
  }

  // The follower's part.

  followerLog(): FollowerLog & { readonly logStartOffset: number } {
    return {
      epochs: this.log.epochs.entries,
      logStartOffset: this.log.logStartOffset,
      logEndOffset: this.log.logEndOffset,
      highWatermark: this.highWatermark,
    };
  }

  /** Takes over what the leader has accepted. */
  appendFetched(batch: RecordBatch): void {
    const { context, cluster } = this.#host;
    this.log.appendAsFollower(batch);
    this.#flushIfDue();
    cluster.observer.appended(this, batch, false);
    context.world.probe(Probe['replica-appended'], context.host, batch.baseOffset, batch.leaderEpoch);
  }

  /** A follower's high watermark follows the leader's, and may go down with a new leader. */
  followHighWatermark(leaderHighWatermark: number): void {
    const next = Math.max(this.log.logStartOffset, Math.min(leaderHighWatermark, this.log.logEndOffset));
    if (next === this.highWatermark) return;
    const rises = next > this.highWatermark;
    this.#setHighWatermark(next);
    this.#host.cluster.observer.highWatermarkMoved(this);
    // Consumers may read from a follower, too (KAFKA-9731).
    if (rises) this.#completeFetches();
  }

  /** Where the leader sends a consumer; null: it is served here. */
  preferredReadReplica(clientRack: string, fetchOffset: number): number | null {
    const { cluster } = this.#host;
    if (!cluster.configuration['replica.selector.class'].endsWith('RackAwareReplicaSelector')) return null;
    const rackOf = (broker: number): string | null => cluster.directory.rackOf?.(broker) ?? null;
    const candidates = this.#followers.map(({ broker, logStartOffset, logEndOffset }) => ({
      broker,
      rack: rackOf(broker),
      alive: this.#host.registration(broker)?.fenced === false,
      logStartOffset,
      logEndOffset,
    }));
    const leader = { broker: this.brokerId, rack: rackOf(this.brokerId) };
    return cluster.rules.preferredReadReplica(leader, candidates, clientRack, fetchOffset);
  }

  /** What the leader has deleted its followers delete, too; never below the own start. Call it after the high watermark. */
  followLogStart(leaderLogStartOffset: number): void {
    if (leaderLogStartOffset <= this.highWatermark) this.#advanceStart(leaderLogStartOffset);
  }

  /** Drops the whole log, which begins anew at the offset, inclusive. */
  truncateFullyAndStartAt(offset: number): void {
    const { context, cluster } = this.#host;
    this.log.truncateFullyAndStartAt(offset);
    this.#setHighWatermark(cluster.rules.highWatermarkOfNewStart(this.highWatermark, offset));
    context.world.probe(Probe['log-begins-anew'], context.host, offset, this.leaderEpoch);
    cluster.observer.truncatedFully(this);
  }

  truncateTo(offset: number): void {
    const { context, cluster } = this.#host;
    if (!cluster.rules.truncates(offset, this.log.logEndOffset)) return;
    if (offset < this.log.logStartOffset) {
      this.truncateFullyAndStartAt(offset);
      return;
    }
    const removed = this.log.truncateTo(offset);
    if (removed === 0) return;
    // The state of producers was built anew, so it has to hear of the high watermark again, too.
    this.#setHighWatermark(Math.min(this.highWatermark, this.log.logEndOffset));
    context.world.probe(Probe['log-truncated'], context.host, this.log.logEndOffset, removed);
    cluster.observer.truncated(this, this.log.logEndOffset, removed);
  }

  // Fetches that wait for something to read.

  park(fetch: Delayed): void {
    this.#fetches.add(fetch);
  }

  unpark(fetch: Delayed): void {
    this.#fetches.delete(fetch);
  }

  #completeFetches(): void {
    if (this.#fetches.size === 0) return;
    for (const fetch of [...this.#fetches]) fetch.tryComplete();
  }

  #flushIfDue(): void {
    if (this.log.unflushed >= this.#host.cluster.configuration['log.flush.interval.messages'])
      this.log.flush();
  }
}
