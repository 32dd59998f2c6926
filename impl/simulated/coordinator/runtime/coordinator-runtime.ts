import { assert } from '../../../assert.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { ErrorCode } from '../../../kafka/errors.ts';
import { partitionName } from '../../../kafka/partition-name.ts';
import type { PartitionName } from '../../../kafka/partition-name.ts';
import type { UnplacedBatch } from '../../../kafka/records.ts';
import { Purpose } from '../../catalogue/purposes.ts';
import { TimerName } from '../../catalogue/timers.ts';
import { CoordinatorContext } from './coordinator-context.ts';
import type { CoordinatorShard } from './coordinator-shard.ts';
import type { LogReplica, RuntimeHost } from './runtime-host.ts';

/** The time that it takes to read a log back, during which the coordinator serves no request. */
const LOAD_MS = { min: 0, max: 20 };

/**
 * When a shard is loaded, and when it applies a record.
 *
 * `on-election`: the whole log is read back after a delay, as in Kafka. From then on the shard applies a write when it
 * is committed, before the write completes.
 *
 * `on-use`: the part of the log that is committed and not yet replayed is replayed before each use, at no cost in
 * virtual time. A shard that serves nothing but reads of its state and blind writes shows clients the same in both
 * modes, apart from the delay, and `on-use` sets no timer. A write is applied with the next replay.
 */
export type LoadingMode = 'on-election' | 'on-use';

export interface RuntimeOptions<S extends CoordinatorShard> {
  /** The internal topic whose partitions are the logs of the shards. */
  readonly topic: string;
  readonly loading: LoadingMode;
  /** Returns an empty shard for a partition of the topic in a leader epoch. */
  readonly build: (index: number, epoch: number) => S;
}

export type FoundContext<S extends CoordinatorShard> =
  | { readonly error: ErrorCode }
  | { readonly error: null; readonly context: CoordinatorContext<S> };

/**
 * Completes a write. `isCurrent` is false when the shard that decided on the write has been unloaded since: the write
 * changes no state here, and if it was committed, the coordinator of the next epoch replays it.
 */
export type WriteCompletion = (error: ErrorCode, isCurrent: boolean) => void;

/**
 * Runs the shards of one coordinator on one broker, after Kafka's CoordinatorRuntime. A shard lives from the election
 * of the broker as leader of its partition to the next election or resignation; between these it is loaded from the
 * log, serves requests, and appends records, which take effect when they are committed.
 */
export class CoordinatorRuntime<S extends CoordinatorShard> {
  readonly #host: RuntimeHost;
  readonly #options: RuntimeOptions<S>;
  readonly #contexts = new Map<number, CoordinatorContext<S>>();

  constructor(host: RuntimeHost, options: RuntimeOptions<S>) {
    this.#host = host;
    this.#options = options;
  }

  /** The shards that this broker coordinates, loading or active. */
  get contexts(): readonly CoordinatorContext<S>[] {
    return [...this.#contexts.values()];
  }

  /** The shards that serve requests. */
  get active(): readonly CoordinatorContext<S>[] {
    return this.contexts.filter(({ state }) => state === 'active');
  }

  /** The shard of a partition, loading or active; undefined when this broker does not coordinate it. */
  context(index: number): CoordinatorContext<S> | undefined {
    return this.#contexts.get(index);
  }

  partition(index: number): PartitionName {
    return partitionName(this.#options.topic, index);
  }

  // Leadership of the partitions.

  /** Begins to load a partition that this broker leads in the epoch; an epoch that is not newer is ignored. */
  elect(index: number, epoch: number): void {
    assert(epoch >= 0, 'a partition with a leader has an epoch', index, epoch);
    const before = this.#contexts.get(index);
    if (before !== undefined && epoch <= before.epoch) return;
    before?.close();
    const context = new CoordinatorContext(index, epoch, this.#options.build(index, epoch));
    this.#contexts.set(index, context);
    if (this.#options.loading === 'on-election') this.#load(context);
  }

  /** Unloads a partition that this broker leads no longer. */
  resign(index: number): void {
    this.#contexts.get(index)?.close();
    this.#contexts.delete(index);
  }

  #load(context: CoordinatorContext<S>): void {
    const { world } = this.#host.context;
    const { index } = context;
    const delayMs = world.draws.between(
      LOAD_MS.min,
      LOAD_MS.max,
      Purpose.CoordinatorLoad,
      world.cause,
      index,
    );
    this.schedule(context, delayMs, TimerName.CoordinatorLoad, () => this.#finishLoading(context));
  }

  #finishLoading(context: CoordinatorContext<S>): void {
    const replica = this.#replica(context.index);
    const { rules } = this.#host.cluster;
    // The log does not grow meanwhile: a coordinator that is loading appends nothing.
    if (replica !== undefined && !rules.mayServeLoadedLog(replica.highWatermark, replica.log.logEndOffset)) {
      this.schedule(context, LOAD_MS.max, TimerName.CoordinatorLoad, () => this.#finishLoading(context));
      return;
    }
    if (replica !== undefined) context.replay(replica.log.batches);
    context.activate();
  }

  // Requests.

  /** Returns the shard that serves a partition of the topic, up to date; else the error for the client. */
  find(index: number): FoundContext<S> {
    if (this.#options.loading === 'on-use') return this.#findAndCatchUp(index);
    const context = this.#contexts.get(index);
    if (context === undefined) return { error: Errors.NOT_COORDINATOR };
    if (context.state === 'loading') return { error: Errors.COORDINATOR_LOAD_IN_PROGRESS };
    return { error: null, context };
  }

  /** A new leader waits until it knows everything that its predecessors committed. */
  #findAndCatchUp(index: number): FoundContext<S> {
    const replica = this.#replica(index);
    if (replica === undefined || !replica.isLeader) return { error: Errors.NOT_COORDINATOR };
    if (!hasCommittedItsStart(replica)) return { error: Errors.COORDINATOR_LOAD_IN_PROGRESS };
    const context = this.#contextIn(index, replica);
    this.#replayCommitted(context, replica);
    return { error: null, context };
  }

  /**
   * Returns the shard in the epoch of the broker's replica, loading or active; null: the broker holds no replica. For
   * `on-use` only. A callback that runs while the replica enters an epoch comes before the election.
   */
  contextInReplicaEpoch(index: number): CoordinatorContext<S> | null {
    assert(this.#options.loading === 'on-use', 'only a shard that is loaded on use follows its replica');
    const replica = this.#replica(index);
    return replica === undefined ? null : this.#contextIn(index, replica);
  }

  #contextIn(index: number, { leaderEpoch }: LogReplica): CoordinatorContext<S> {
    this.elect(index, leaderEpoch);
    return this.#contexts.get(index)!;
  }

  /** Replays what has been committed since the last use. */
  catchUp(context: CoordinatorContext<S>): void {
    const replica = this.#replica(context.index);
    if (replica !== undefined) this.#replayCommitted(context, replica);
  }

  #replayCommitted(context: CoordinatorContext<S>, replica: LogReplica): void {
    context.replay(replica.log.read(context.replayedTo, replica.highWatermark));
    if (context.state === 'loading' && hasCommittedItsStart(replica)) context.activate();
  }

  /** Whether this broker still coordinates the partition in that epoch. */
  isCurrent(index: number, epoch: number): boolean {
    return this.#contexts.get(index)?.epoch === epoch;
  }

  // Writes.

  /** Appends records to the log of a shard, and completes when they are committed or that is unknown. */
  append(context: CoordinatorContext<S>, batch: UnplacedBatch, complete: WriteCompletion): void {
    assert(context.state !== 'loading', 'a shard that is loading appends nothing', context.index);
    this.#host.appendAsCoordinator(this.partition(context.index), batch, (error, baseOffset) => {
      const isCurrent = context.state === 'active';
      const applies = this.#options.loading === 'on-election';
      if (error === Errors.NONE && isCurrent && applies) context.replayWritten(batch, baseOffset);
      complete(error, isCurrent);
    });
  }

  // Time.

  /** Runs an action on a shard after a delay, unless the shard has been unloaded by then. */
  schedule(context: CoordinatorContext<S>, delayMs: number, name: TimerName, action: () => void): void {
    this.#host.context.after(delayMs, name, () => {
      if (context.state !== 'closed') action();
    });
  }

  /** Runs an action on every active shard at an interval, as long as the broker runs. */
  every(intervalMs: number, name: TimerName, action: (context: CoordinatorContext<S>) => void): void {
    this.#host.context.after(intervalMs, name, () => {
      for (const context of this.active) action(context);
      this.every(intervalMs, name, action);
    });
  }

  #replica(index: number): LogReplica | undefined {
    return this.#host.replica(this.partition(index));
  }
}

/** Whether everything that the leader had in its log at the start of its epoch is known to be committed. */
function hasCommittedItsStart({ highWatermark, leaderEpochStartOffset }: LogReplica): boolean {
  return highWatermark >= leaderEpochStartOffset;
}
