import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { PartitionRecord } from '../protocol/metadata-records.ts';
import type { RecordBatch, UnplacedBatch } from '../../kafka/records.ts';
import type { AppendOrigin } from '../rules/producer-state.ts';
import type { FollowerLog } from '../rules/truncation.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { retentionMs } from '../cluster/topic-settings.ts';
import { Probe } from '../catalogue/probes.ts';
import type { Delayed } from './delayed.ts';
import type { Follower } from './follower.ts';
import { Followers } from './followers.ts';
import type { PartitionHost } from './partition-host.ts';
import { NO_BROKERS, ReplicaState } from './replica-state.ts';
import { Purgatory } from './purgatory.ts';
import type { DeletionCompletion, ProduceCompletion } from './purgatory.ts';

/** What became of a batch that was handed to the leader. Offsets are -1 when it was refused. */
export interface Appended {
  readonly error: ErrorCode;
  /** Where the batch lies now, or lay already if it had been sent before. */
  readonly baseOffset: number;
  readonly lastOffset: number;
}

/** One replica of a partition on one broker, and, while it leads, what it knows of the others (Kafka's Partition). */
export class Partition extends ReplicaState {
  readonly #host: PartitionHost<Partition>;
  readonly #followers: Followers;
  readonly #purgatory = new Purgatory();

  constructor(
    host: PartitionHost<Partition>,
    record: PartitionRecord,
    log: PartitionLog,
    highWatermark: number,
  ) {
    super(host, record, log, highWatermark);
    this.#host = host;
    this.#followers = new Followers(host.brokerId);
  }

  get followers(): readonly Follower[] {
    return this.#followers.all;
  }

  // Changes that the metadata log tells.

  /** Takes over a newer state. Returns whether the leader epoch is new. */
  apply(record: PartitionRecord): boolean {
    if (record.partitionEpoch <= this.partitionEpoch) return false;
    const newEpoch = record.leaderEpoch > this.leaderEpoch;
    const { rules } = this.#host.cluster;
    const keepsPositions =
      this.isLeader && rules.keepsFollowerPositions(this.leaderEpoch, record.leaderEpoch);
    this.state.partitionEpoch = record.partitionEpoch;
    this.state.leaderEpoch = record.leaderEpoch;
    this.state.leader = record.leader;
    this.state.replicas = record.replicas;
    this.state.role = record.leader === this.brokerId ? 'leader' : record.leader === -1 ? 'none' : 'follower';
    if (this.isLeader && !newEpoch) this.#followers.addNew(this.replicas);
    if (this.isLeader) this.#lead(record, newEpoch, keepsPositions);
    else if (newEpoch) this.#follow();
    return newEpoch;
  }

  #lead(record: PartitionRecord, newEpoch: boolean, keepsPositions: boolean): void {
    const { context, cluster } = this.#host;
    this.#setIsr(record.isr);
    if (newEpoch) {
      const logEnd = this.log.logEndOffset;
      this.state.leaderEpochStartOffset = logEnd;
      const entry = cluster.rules.epochEntryOfNewLeader(this.leaderEpoch, logEnd);
      if (entry !== null) this.log.epochs.assign(entry.epoch, entry.startOffset);
      this.#followers.reset(this.replicas, this.isr, keepsPositions, context.wallMs());
      context.world.probe(Probe['became-leader'], context.host, this.leaderEpoch, logEnd);
      cluster.observer.roleChanged(this);
      this.#purgatory.completeFetches();
    }
    cluster.observer.leaderIsrChanged(this);
    this.#advanceHighWatermark();
  }

  /** The replica is this broker's no more: whoever waits is sent away. */
  stop(): void {
    this.state.role = 'none';
    this.state.leader = -1;
    this.#follow();
  }

  #follow(): void {
    const { context, cluster } = this.#host;
    this.#setIsr(NO_BROKERS);
    this.#followers.clear();
    context.world.probe(Probe['became-follower'], context.host, this.leaderEpoch, this.log.logEndOffset);
    cluster.observer.roleChanged(this);
    const produces = this.#purgatory.takeProduces();
    if (produces.length > 0) {
      context.world.probe(Probe['produce-lost-leader'], context.host, produces.length, 0);
      // What was appended may yet be committed by the next leader: the outcome is unknown.
      for (const waiting of produces) waiting.complete(Errors.NOT_LEADER_OR_FOLLOWER, waiting.baseOffset);
    }
    this.#purgatory.failDeletions(Errors.NOT_LEADER_OR_FOLLOWER);
    this.#purgatory.completeFetches();
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
    this.#purgatory.completeFetches();
    return { error: Errors.NONE, baseOffset: batch.baseOffset, lastOffset: batch.lastOffset };
  }

  #awaitCommit({ baseOffset, lastOffset }: Appended, complete: ProduceCompletion): void {
    if (lastOffset < this.highWatermark) {
      const { rules } = this.#host.cluster;
      complete(rules.checkAtCompletion(this.maximalIsr.length, this.effectiveMinIsr), baseOffset);
      return;
    }
    this.#purgatory.watchProduce(baseOffset, lastOffset, complete);
  }

  /** Gives up waiting for one append, after its time is over. */
  stopWaiting(complete: ProduceCompletion): void {
    this.#purgatory.unwatchProduce(complete);
  }

  /** A follower's fetch is the acknowledgement of all below its position. */
  followerFetched(broker: number, fetchOffset: number, brokerEpoch: number, logStartOffset = 0): void {
    const follower = this.#followers.get(broker);
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
    this.#purgatory.watchDeletion(beforeOffset, complete);
    this.#completeDeletions();
  }

  stopWaitingForDeletion(complete: DeletionCompletion): void {
    this.#purgatory.unwatchDeletion(complete);
  }

  #completeDeletions(): void {
    if (!this.#purgatory.hasDeletions) return;
    let low = this.log.logStartOffset;
    for (const { broker, logStartOffset } of this.#followers.all) {
      const registration = this.#host.registration(broker);
      if (registration !== undefined && !registration.fenced) low = Math.min(low, logStartOffset);
    }
    this.#purgatory.completeDeletions(low);
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
    if (!cluster.rules.hasDeletedLikeLeader(follower.logStartOffset, this.log.logStartOffset)) return;
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
      const follower = this.#followers.get(broker);
      return follower === undefined || cluster.rules.isCaughtUp(follower, logEnd, nowMs, lagMs);
    });
    if (staying.length === this.isr.length) return;
    context.world.probe(Probe['isr-shrink-proposed'], context.host, staying.length, this.leaderEpoch);
    this.#propose(staying);
  }

  #propose(isr: readonly number[]): void {
    this.state.proposedIsr = isr;
    // A replica that is to leave still counts until the controller has agreed (KIP-497).
    this.state.maximalIsr = this.#host.cluster.rules.maximalIsr(this.isr, isr);
    this.#host.cluster.observer.leaderIsrChanged(this);
    this.#host.proposeIsr(this, isr);
  }

  /** The controller refused a proposal in a way that leaves the committed state as it is. */
  proposalRefused(): void {
    this.state.proposedIsr = null;
    this.state.maximalIsr = this.isr;
    this.#host.cluster.observer.leaderIsrChanged(this);
    this.#advanceHighWatermark();
  }

  /** The controller has committed a proposal. */
  proposalCommitted(isr: readonly number[], partitionEpoch: number): void {
    if (partitionEpoch <= this.partitionEpoch) return;
    this.state.partitionEpoch = partitionEpoch;
    this.#setIsr(isr);
    const { observer, rules } = this.#host.cluster;
    observer.leaderIsrChanged(this);
    if (rules.recheckAfterIsrChange()) this.#advanceHighWatermark();
  }

  brokerEpochOf(broker: number): number {
    if (broker === this.brokerId) return this.#host.brokerEpoch;
    return this.#followers.get(broker)?.brokerEpoch ?? -1;
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
    for (const follower of this.#followers.all) {
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
    this.#purgatory.completeFetches();
  }

  #setHighWatermark(offset: number): void {
    this.state.highWatermark = offset;
    this.log.producers.onHighWatermarkUpdated(offset);
  }

  #completeProduces(): void {
    const { rules } = this.#host.cluster;
    this.#purgatory.completeProduces(this.highWatermark, () =>
      rules.checkAtCompletion(this.maximalIsr.length, this.effectiveMinIsr),
    );
  }

  #setIsr(isr: readonly number[]): void {
    this.state.isr = isr;
    this.state.maximalIsr = isr;
    this.state.proposedIsr = null;
  }

  // The follower's part.

  /** Notes how the last fetch from the leader failed; null: it did not. */
  noteFetchError(error: string | null): void {
    this.state.lastFetchError = error;
  }

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
    if (rises) this.#purgatory.completeFetches();
  }

  /** What the leader has deleted its followers delete, too; never below the own start. Call it after the high watermark. */
  followLogStart(leaderLogStartOffset: number): void {
    if (leaderLogStartOffset <= this.highWatermark) this.#advanceStart(leaderLogStartOffset);
  }

  /** Drops the whole log, which begins anew at the offset, inclusive. */
  truncateFullyAndStartAt(offset: number): void {
    const { context, cluster } = this.#host;
    this.log.truncateFullyAndStartAt(offset);
    this.#setHighWatermark(cluster.rules.highWatermarkAfterFullTruncation(this.highWatermark, offset));
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

  watch(fetch: Delayed): void {
    this.#purgatory.watch(fetch);
  }

  unwatch(fetch: Delayed): void {
    this.#purgatory.unwatch(fetch);
  }

  #flushIfDue(): void {
    if (this.log.unflushed >= this.#host.cluster.configuration['log.flush.interval.messages'])
      this.log.flush();
  }
}
