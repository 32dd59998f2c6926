import type { Configuration } from '../../../model/configuration/configuration.ts';
import type {
  GroupOffset,
  IsolationLevel,
  PolledPartition,
  PositionReset,
  StartPosition,
  TopicPartition,
} from '../../../model/history/history.ts';
import type { Directory } from '../cluster/directory.ts';
import { partitionName } from '../../kafka/partition-name.ts';
import { kafkaRules } from '../rules/rules.ts';
import type { Rules } from '../rules/rules.ts';
import type { Message } from '../net/message.ts';
import type { Context, Timer } from '../kernel/context.ts';
import type { Process } from '../kernel/process.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { AssignedPartition, FetchState } from './assigned-partition.ts';
import { BrokerConnections } from './broker-connections.ts';
import { ClusterMetadata } from './cluster-metadata.ts';
import { CommittedOffsets } from './committed-offsets.ts';
import type { CommitOutcome, FetchedOffsets } from './committed-offsets.ts';
import { CoordinatorChannel } from './coordinator-channel.ts';
import { Fetcher } from './fetcher.ts';
import { OffsetFetcher } from './offset-fetcher.ts';
import { Subscriptions } from './subscriptions.ts';
import { RetryBackoff } from './retry-backoff.ts';

/** The outcome of a poll. `error` is `OFFSET_OUT_OF_RANGE` or `LOG_TRUNCATION`, with `auto.offset.reset=none` only. */
export type PollOutcome =
  | {
      readonly type: 'ok';
      readonly partitions: readonly PolledPartition[];
      readonly resets: readonly PositionReset[];
    }
  | { readonly type: 'fail'; readonly error: string };

interface PollInProgress {
  readonly complete: (outcome: PollOutcome) => void;
  readonly timer: Timer | null;
}

/**
 * KafkaConsumer with manual assignment. It sends requests only while a poll waits, and once more when the poll returns
 * records, so that the next ones are on their way. It does not fetch a partition whose records were not handed out yet.
 * Only records that are handed out move the position.
 *
 * Like Kafka's it is for one thread: it must not be called while a poll is in progress.
 */
export class Consumer implements Process {
  readonly #context: Context;
  readonly #connections: BrokerConnections;
  readonly #metadata: ClusterMetadata;
  readonly #committed: CommittedOffsets;
  readonly #subscriptions: Subscriptions;
  readonly #offsets: OffsetFetcher;
  readonly #fetcher: Fetcher;
  #poll: PollInProgress | null = null;
  #retryTimer: Timer | null = null;
  #retryDueMs = Number.POSITIVE_INFINITY;

  /** `rack`: its client.rack; null reads from leaders only. `isolation`: its isolation.level. */
  constructor(
    context: Context,
    configuration: Configuration,
    directory: Directory,
    rack: string | null = null,
    isolation: IsolationLevel = configuration['isolation.level'],
    rules: Rules = kafkaRules,
  ) {
    this.#context = context;
    const readCommitted = isolation === 'read_committed';
    const backoff = RetryBackoff.of(context, configuration);
    this.#connections = new BrokerConnections(context, configuration, directory);
    const channel = new CoordinatorChannel(context, configuration, this.#connections);
    this.#committed = new CommittedOffsets(context, configuration, channel);
    const proceed = (): void => this.#proceed();
    const connections = this.#connections;
    const metadata = new ClusterMetadata(context, configuration, connections, proceed, rules);
    this.#metadata = metadata;
    const subscriptions = new Subscriptions(context, metadata, backoff, configuration['auto.offset.reset']);
    this.#subscriptions = subscriptions;
    this.#offsets = new OffsetFetcher(connections, metadata, subscriptions, readCommitted, proceed);
    this.#fetcher = new Fetcher(
      context,
      configuration,
      connections,
      metadata,
      subscriptions,
      rack,
      readCommitted,
      proceed,
    );
  }

  start(): void {
    this.#metadata.requestUpdate();
  }

  get metadata(): ClusterMetadata {
    return this.#metadata;
  }

  onRequest(message: Message): void {
    throw new Error(`a consumer serves no requests, and got one from ${message.from.name}`);
  }

  shutdown(done: (cleanly: boolean) => void): void {
    done(true);
  }

  /** Whether a poll has not completed yet. */
  get polling(): boolean {
    return this.#poll !== null;
  }

  /**
   * Replaces the assignment. A number is an offset, inclusive; it is not checked before the first fetch.
   * @throws Error while a poll is in progress.
   */
  assign(partitions: readonly (TopicPartition & { readonly position: StartPosition })[]): void {
    this.#acquire();
    this.#fetcher.clear();
    this.#subscriptions.assign(partitions);
  }

  /**
   * Moves the position of an assigned partition.
   * @throws RangeError if it is not assigned, Error while a poll is in progress.
   */
  seek({ topic, partition }: TopicPartition, position: StartPosition): void {
    this.#acquire();
    const assigned = this.#subscriptions.get(partitionName(topic, partition));
    if (assigned === undefined) throw new RangeError(`${partitionName(topic, partition)} is not assigned`);
    this.#subscriptions.seek(assigned, position);
  }

  /**
   * Calls `complete` once: with records as soon as there are any, perhaps before this returns; with an
   * error; or after `timeoutMs` with nothing. A partition appears in the outcome if its position
   * moved, or if it is at the high watermark of the last fetch.
   * @throws Error while another poll is in progress.
   */
  poll(timeoutMs: number, complete: (outcome: PollOutcome) => void): void {
    this.#acquire();
    const timer =
      timeoutMs > 0 ? this.#context.after(timeoutMs, TimerName.PollTimeout, this.#pollTimedOut) : null;
    this.#poll = { complete, timer };
    this.#proceed();
    if (timer === null && this.polling) this.#pollTimedOut();
  }

  /**
   * Whether every position has reached the high watermark (the last stable offset, when only committed transactions
   * are read) of a fetch that was sent after it was last set. A new leader's high watermark may lag behind the one that consumers were shown before.
   */
  atEnd(): boolean {
    for (const { state, offset, readableEnd } of this.#subscriptions.values()) {
      if (state !== 'fetch' || readableEnd === null || offset < readableEnd) return false;
    }
    return true;
  }

  /** The next offset that a poll hands out; null when it is not known yet or the partition is not assigned. */
  position({ topic, partition }: TopicPartition): number | null {
    const assigned = this.#subscriptions.get(partitionName(topic, partition));
    return assigned === undefined || assigned.state === 'reset' ? null : assigned.offset;
  }

  /** Stores positions of a group, whether or not this consumer has them (`commitSync`). */
  commitOffsets(
    group: string,
    offsets: readonly GroupOffset[],
    complete: (outcome: CommitOutcome) => void,
  ): void {
    this.#committed.commit(group, offsets, complete);
  }

  /** Requests the positions of a group (`committed`). */
  fetchOffsets(
    group: string,
    partitions: readonly TopicPartition[],
    complete: (outcome: FetchedOffsets) => void,
  ): void {
    this.#committed.fetch(group, partitions, complete);
  }

  /** Kafka's ConcurrentModificationException. */
  #acquire(): void {
    if (this.#poll !== null) throw new Error('a consumer must not be used while a poll is in progress');
  }

  /** Does everything that the waiting poll needs and that can be done now. */
  #proceed(): void {
    if (this.#poll === null) return;
    this.#sendRequests();
    const partitions = this.#fetcher.collect();
    if (partitions.length > 0) {
      this.#sendRequests();
      this.#completePoll(partitions);
      return;
    }
    const raised = this.#subscriptions.takeRaised();
    if (raised !== null) this.#endPoll().complete({ type: 'fail', error: raised });
  }

  readonly #pollTimedOut = (): void => {
    if (this.#poll !== null) this.#completePoll([]);
  };

  #completePoll(partitions: PolledPartition[]): void {
    const moved = partitions.length;
    for (const assigned of this.#subscriptions.values()) {
      const { topic, index, state, offset, readableEnd, fetchedTopicId } = assigned;
      if (state !== 'fetch' || readableEnd !== offset) continue;
      if (partitions.slice(0, moved).some((polled) => polled.partition === index && polled.topic === topic))
        continue;
      partitions.push({
        topic,
        partition: index,
        topicId: String(fetchedTopicId),
        from: offset,
        to: offset,
        records: [],
        ...assigned.ends,
      });
    }
    const resets = this.#subscriptions.takeResets();
    this.#endPoll().complete({ type: 'ok', partitions, resets });
  }

  #endPoll(): PollInProgress {
    const poll = this.#poll;
    if (poll === null) throw new Error('no poll is in progress');
    poll.timer?.cancel();
    this.#poll = null;
    this.#retryTimer?.cancel();
    this.#retryTimer = null;
    this.#retryDueMs = Number.POSITIVE_INFINITY;
    return poll;
  }

  // Requests.

  #sendRequests(): void {
    const nowMs = this.#context.monotonicMs();
    this.#followLeaders();
    for (const [broker, group] of this.#ready('reset', nowMs)) this.#offsets.list(broker, group);
    for (const [broker, group] of this.#ready('validate', nowMs)) this.#offsets.validate(broker, group);
    for (const [broker, group] of this.#ready('fetch', nowMs)) this.#fetcher.fetch(broker, group);
  }

  #followLeaders(): void {
    for (const assigned of this.#subscriptions.values()) {
      const metadata = this.#metadata.partition(assigned.name);
      if (metadata === undefined || metadata.leader < 0) this.#metadata.requestUpdate();
      else assigned.followLeader(metadata);
    }
  }

  /** Returns the partitions in that state that need a request now, by broker; sets the timer for the others. */
  #ready(state: FetchState, nowMs: number): Map<number, AssignedPartition[]> {
    const groups = new Map<number, AssignedPartition[]>();
    for (const assigned of this.#subscriptions.values()) {
      if (assigned.state !== state || assigned.asking || assigned.buffered !== null) continue;
      const leader = this.#metadata.partition(assigned.name)?.leader ?? -1;
      if (leader < 0) continue;
      const broker = state === 'fetch' ? this.#fetcher.readReplica(assigned, leader, nowMs) : leader;
      if (state === 'fetch' && this.#fetcher.isFetchingFrom(broker)) continue;
      const readyMs = Math.max(assigned.retryAtMs, this.#connections.to(broker).readyAtMs);
      if (readyMs > nowMs) {
        this.#retryAt(readyMs, nowMs);
        continue;
      }
      const group = groups.get(broker);
      if (group === undefined) groups.set(broker, [assigned]);
      else group.push(assigned);
    }
    return groups;
  }

  #retryAt(dueMs: number, nowMs: number): void {
    if (dueMs >= this.#retryDueMs) return;
    this.#retryTimer?.cancel();
    this.#retryDueMs = dueMs;
    this.#retryTimer = this.#context.after(dueMs - nowMs, TimerName.Retry, this.#retry);
  }

  readonly #retry = (): void => {
    this.#retryTimer = null;
    this.#retryDueMs = Number.POSITIVE_INFINITY;
    this.#proceed();
  };
}
