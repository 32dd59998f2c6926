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
import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { CONSUMER_REPLICA_ID, EARLIEST_TIMESTAMP, LATEST_TIMESTAMP, NO_EPOCH } from '../protocol/messages.ts';
import type {
  FetchedPartition,
  FetchRequest,
  FetchResponse,
  ListOffsetsRequest,
  ListOffsetsResponse,
  OffsetsForLeaderEpochRequest,
  OffsetsForLeaderEpochResponse,
} from '../protocol/messages.ts';
import { partitionName } from '../../kafka/partition-name.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import { kafkaRules } from '../rules/rules.ts';
import type { Rules } from '../rules/rules.ts';
import type { Message } from '../net/message.ts';
import type { Context, Timer } from '../kernel/context.ts';
import { Probe } from '../catalogue/probes.ts';
import type { Process } from '../kernel/process.ts';
import { TimerName } from '../catalogue/timers.ts';
import { AssignedPartition } from './assigned-partition.ts';
import type { FetchState } from './assigned-partition.ts';
import { BrokerConnections } from './broker-connections.ts';
import { ClusterMetadata } from './cluster-metadata.ts';
import { CommittedOffsets } from './committed-offsets.ts';
import type { CommitOutcome, FetchedOffsets } from './committed-offsets.ts';
import { CompletedFetch } from './completed-fetch.ts';
import { CoordinatorChannel } from './coordinator-channel.ts';
import { judgePosition } from './fetch-position.ts';
import { RetryBackoff } from './retry-backoff.ts';

/** What one poll brought. `error` is `OFFSET_OUT_OF_RANGE` or `LOG_TRUNCATION`, with `auto.offset.reset=none` only. */
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

/** An answer counts only while the position that it is about is the same. */
interface Question {
  readonly assigned: AssignedPartition;
  readonly generation: number;
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly topicId: number;
}

/** Something that the next poll raises. */
interface RaisedError {
  readonly assigned: AssignedPartition;
  readonly generation: number;
  readonly error: 'OFFSET_OUT_OF_RANGE' | 'LOG_TRUNCATION';
}

/**
 * KafkaConsumer with manual assignment. Requests are sent only while a poll waits, and once more when
 * it returns records, so that the next ones are on their way; a partition with records that were
 * not handed out yet is not fetched. Only what is handed out moves the position.
 *
 * Like Kafka's it is for one thread: it must not be called while a poll is in progress.
 */
export class Consumer implements Process {
  readonly #context: Context;
  readonly #connections: BrokerConnections;
  readonly #metadata: ClusterMetadata;
  readonly #committed: CommittedOffsets;
  readonly #backoff: RetryBackoff;
  readonly #resetPolicy: Configuration['auto.offset.reset'];
  readonly #maxPollRecords: number;
  readonly #maxWaitMs: number;
  readonly #rack: string | null;
  readonly #readCommitted: boolean;
  /** How long a preferred read replica is kept. */
  readonly #leaseMs: number;
  readonly #assigned = new Map<PartitionName, AssignedPartition>();
  /** Fetches that are not handed out completely, in the order of their arrival. */
  readonly #completed: { readonly assigned: AssignedPartition; readonly fetch: CompletedFetch }[] = [];
  /** Brokers with a fetch in flight. */
  readonly #fetching = new Set<number>();
  #resets: PositionReset[] = [];
  #raised: RaisedError[] = [];
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
    this.#rack = rack;
    this.#readCommitted = isolation === 'read_committed';
    this.#leaseMs = configuration['metadata.max.age.ms'];
    this.#resetPolicy = configuration['auto.offset.reset'];
    this.#maxPollRecords = configuration['max.poll.records'];
    this.#maxWaitMs = configuration['fetch.max.wait.ms'];
    this.#backoff = RetryBackoff.of(context, configuration);
    this.#connections = new BrokerConnections(context, configuration, directory);
    const channel = new CoordinatorChannel(context, configuration, this.#connections);
    this.#committed = new CommittedOffsets(context, configuration, channel);
    this.#metadata = new ClusterMetadata(
      context,
      configuration,
      this.#connections,
      () => this.#proceed(),
      rules,
    );
  }

  start(): void {
    this.#metadata.requestUpdate();
  }

  get metadata(): ClusterMetadata {
    return this.#metadata;
  }

  onRequest(message: Message): void {
    throw new Error(`a consumer serves nobody, not even ${message.from.name}`);
  }

  shutdown(done: (cleanly: boolean) => void): void {
    done(true);
  }

  /** A poll has not completed yet. */
  get polling(): boolean {
    return this.#poll !== null;
  }

  /**
   * Replaces the assignment. A number is an offset, inclusive; it is not checked before the first fetch.
   * @throws Error while a poll is in progress.
   */
  assign(partitions: readonly (TopicPartition & { readonly position: StartPosition })[]): void {
    this.#acquire();
    this.#assigned.clear();
    this.#completed.length = 0;
    this.#resets = [];
    this.#raised = [];
    for (const { topic, partition, position } of partitions) {
      const assigned = new AssignedPartition(topic, partition);
      assigned.seek(position);
      this.#assigned.set(assigned.name, assigned);
    }
  }

  /**
   * Moves the position of an assigned partition.
   * @throws RangeError if it is not assigned, Error while a poll is in progress.
   */
  seek({ topic, partition }: TopicPartition, position: StartPosition): void {
    this.#acquire();
    const assigned = this.#assigned.get(partitionName(topic, partition));
    if (assigned === undefined) throw new RangeError(`${partitionName(topic, partition)} is not assigned`);
    assigned.seek(position);
    this.#resets = this.#resets.filter((reset) => reset.topic !== topic || reset.partition !== partition);
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
    for (const { state, offset, readableEnd } of this.#assigned.values()) {
      if (state !== 'fetch' || readableEnd === null || offset < readableEnd) return false;
    }
    return true;
  }

  /** The next offset that a poll hands out; null when it is not known yet or the partition is not assigned. */
  position({ topic, partition }: TopicPartition): number | null {
    const assigned = this.#assigned.get(partitionName(topic, partition));
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

  /** Asks for the positions of a group (`committed`). */
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

  /** Does all that can be done now for the poll that waits. */
  #proceed(): void {
    if (this.#poll === null) return;
    this.#sendRequests();
    const partitions = this.#collect();
    if (partitions.length > 0) {
      this.#sendRequests();
      this.#completePoll(partitions);
      return;
    }
    const raised = this.#takeRaised();
    if (raised !== null) this.#endPoll().complete({ type: 'fail', error: raised });
  }

  readonly #pollTimedOut = (): void => {
    if (this.#poll !== null) this.#completePoll([]);
  };

  #completePoll(partitions: PolledPartition[]): void {
    const moved = partitions.length;
    for (const assigned of this.#assigned.values()) {
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
    const resets = this.#resets;
    this.#resets = [];
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

  /** Takes up to `max.poll.records` out of the completed fetches, and moves the positions past them. */
  #collect(): PolledPartition[] {
    const partitions: PolledPartition[] = [];
    let room = this.#maxPollRecords;
    while (room > 0) {
      const first = this.#completed[0];
      if (first === undefined) break;
      const { assigned, fetch } = first;
      if (assigned.buffered === fetch) {
        const from = assigned.offset;
        const records = fetch.take(room);
        room -= records.length;
        assigned.offset = fetch.offset;
        if (fetch.epoch !== NO_EPOCH) assigned.offsetEpoch = fetch.epoch;
        if (fetch.exhausted) assigned.buffered = null;
        if (assigned.offset > from) {
          partitions.push({
            topic: assigned.topic,
            partition: assigned.index,
            topicId: String(fetch.topicId),
            from,
            to: assigned.offset,
            records,
            ...assigned.ends,
          });
        }
      }
      // Dropped meanwhile, or handed out completely.
      if (assigned.buffered !== fetch) this.#completed.shift();
    }
    return partitions;
  }

  /** An error about a position that the consumer still has. */
  #takeRaised(): string | null {
    const raised = this.#raised.find(({ assigned, generation }) => this.#isCurrent(assigned, generation));
    this.#raised = raised === undefined ? [] : this.#raised.filter((other) => other !== raised);
    return raised?.error ?? null;
  }

  // Requests.

  #sendRequests(): void {
    const nowMs = this.#context.monotonicMs();
    this.#followLeaders();
    for (const [broker, group] of this.#ready('reset', nowMs)) this.#listOffsets(broker, group);
    for (const [broker, group] of this.#ready('validate', nowMs)) this.#validate(broker, group);
    for (const [broker, group] of this.#ready('fetch', nowMs)) this.#fetch(broker, group);
  }

  #followLeaders(): void {
    for (const assigned of this.#assigned.values()) {
      const metadata = this.#metadata.partition(assigned.name);
      if (metadata === undefined || metadata.leader < 0) this.#metadata.requestUpdate();
      else assigned.followLeader(metadata);
    }
  }

  /** The partitions in that state that can be asked about now, by their leader; sets the timer for the others. */
  #ready(state: FetchState, nowMs: number): Map<number, AssignedPartition[]> {
    const groups = new Map<number, AssignedPartition[]>();
    for (const assigned of this.#assigned.values()) {
      if (assigned.state !== state || assigned.asking || assigned.buffered !== null) continue;
      const leader = this.#metadata.partition(assigned.name)?.leader ?? -1;
      if (leader < 0) continue;
      const broker = state === 'fetch' ? this.#readReplica(assigned, leader, nowMs) : leader;
      if (state === 'fetch' && this.#fetching.has(broker)) continue;
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

  /** The follower that the leader prefers for this consumer, until its lease runs out; else the leader. */
  #readReplica(assigned: AssignedPartition, leader: number, nowMs: number): number {
    const { preferred } = assigned;
    if (preferred === null) return leader;
    if (preferred.untilMs > nowMs) return preferred.broker;
    assigned.preferred = null;
    return leader;
  }

  #listOffsets(broker: number, group: readonly AssignedPartition[]): void {
    const questions = group.map(ask);
    const request: ListOffsetsRequest = {
      api: Api.ListOffsets,
      replicaId: CONSUMER_REPLICA_ID,
      ...(this.#readCommitted ? { readCommitted: true } : {}),
      partitions: group.map(({ name, resetTo, leaderEpoch }) => ({
        partition: name,
        timestamp: resetTo === 'earliest' ? EARLIEST_TIMESTAMP : LATEST_TIMESTAMP,
        currentLeaderEpoch: leaderEpoch,
      })),
    };
    for (const assigned of group) assigned.asking = true;
    this.#connections.to(broker).send(request, (response) => this.#offsetsListed(questions, response));
  }

  #validate(broker: number, group: readonly AssignedPartition[]): void {
    const questions = group.map(ask);
    const request: OffsetsForLeaderEpochRequest = {
      api: Api.OffsetsForLeaderEpoch,
      replicaId: CONSUMER_REPLICA_ID,
      partitions: group.map(({ name, offsetEpoch, leaderEpoch }) => ({
        partition: name,
        leaderEpoch: offsetEpoch,
        currentLeaderEpoch: leaderEpoch,
      })),
    };
    for (const assigned of group) assigned.asking = true;
    this.#connections.to(broker).send(request, (response) => this.#epochEndsFound(questions, response));
  }

  #fetch(broker: number, group: readonly AssignedPartition[]): void {
    const questions = group.map(ask);
    const request: FetchRequest = {
      api: Api.Fetch,
      replicaId: CONSUMER_REPLICA_ID,
      replicaEpoch: -1,
      maxWaitMs: this.#maxWaitMs,
      minRecords: 1,
      ...(this.#readCommitted ? { readCommitted: true } : {}),
      ...(this.#rack === null ? {} : { rackId: this.#rack }),
      partitions: group.map(({ name, topicId, offset, leaderEpoch }) => ({
        partition: name,
        topicId,
        fetchOffset: offset,
        lastFetchedEpoch: NO_EPOCH,
        currentLeaderEpoch: leaderEpoch,
      })),
    };
    this.#fetching.add(broker);
    this.#connections.to(broker).send(request, (response) => {
      this.#fetching.delete(broker);
      this.#fetched(broker, questions, response);
    });
  }

  // Responses.

  #offsetsListed(questions: readonly Question[], response: ListOffsetsResponse | null): void {
    if (response === null) this.#metadata.requestUpdate();
    for (const question of questions) {
      const { assigned } = question;
      if (!this.#isCurrent(assigned, question.generation) || assigned.state !== 'reset') continue;
      assigned.asking = false;
      const answer = response?.partitions.find(({ partition }) => partition === assigned.name);
      if (answer === undefined || answer.error !== Errors.NONE) this.#failed(assigned, answer?.error);
      else this.#resetTo(assigned, answer.offset, NO_EPOCH, assigned.resetReason);
    }
    this.#proceed();
  }

  #epochEndsFound(questions: readonly Question[], response: OffsetsForLeaderEpochResponse | null): void {
    if (response === null) this.#metadata.requestUpdate();
    for (const question of questions) {
      const { assigned } = question;
      // The reply is about one position at one leader; if either changed it says nothing (KIP-320).
      if (!this.#isCurrent(assigned, question.generation) || assigned.state !== 'validate') continue;
      if (assigned.leaderEpoch !== question.leaderEpoch || assigned.topicId !== question.topicId) continue;
      assigned.asking = false;
      const answer = response?.partitions.find(({ partition }) => partition === assigned.name);
      if (answer === undefined || answer.error !== Errors.NONE) this.#failed(assigned, answer?.error);
      else this.#judged(assigned, answer.leaderEpoch, answer.endOffset);
    }
    this.#proceed();
  }

  #judged(assigned: AssignedPartition, epoch: number, endOffset: number): void {
    const verdict = judgePosition(assigned, epoch, endOffset);
    if (verdict === 'valid') {
      assigned.failures = 0;
      assigned.state = 'fetch';
      return;
    }
    const { world, host } = this.#context;
    world.probe(Probe['consumer-truncation-detected'], host, assigned.index, assigned.offset);
    if (this.#resetPolicy === 'none') this.#raise(assigned, 'LOG_TRUNCATION');
    else if (verdict === 'unknown') assigned.requestReset(this.#resetPolicy, 'log-truncation');
    else this.#resetTo(assigned, endOffset, epoch, 'log-truncation');
  }

  #fetched(broker: number, questions: readonly Question[], response: FetchResponse | null): void {
    if (response === null) this.#metadata.requestUpdate();
    for (let i = 0; i < questions.length; i++) {
      const { assigned, generation, offset, topicId } = questions[i]!;
      if (!this.#isCurrent(assigned, generation) || assigned.state !== 'fetch') continue;
      if (assigned.offset !== offset || assigned.buffered !== null) continue;
      const aligned = response?.partitions[i];
      const answer =
        aligned?.partition === assigned.name
          ? aligned
          : response?.partitions.find(({ partition }) => partition === assigned.name);
      const fromFollower = assigned.preferred?.broker === broker;
      if (fromFollower && (answer === undefined || answer.error !== Errors.NONE)) {
        // What a follower cannot give the leader may: only the leader's word counts.
        assigned.preferred = null;
        if (answer?.error === Errors.OFFSET_OUT_OF_RANGE) continue;
      }
      if (answer === undefined) continue;
      if (answer.preferredReadReplica !== undefined) this.#prefer(assigned, answer.preferredReadReplica);
      else if (answer.error === Errors.NONE) this.#buffer(assigned, answer, topicId);
      else if (answer.error === Errors.OFFSET_OUT_OF_RANGE) this.#outOfRange(assigned);
      else this.#failed(assigned, answer.error);
    }
    this.#proceed();
  }

  #prefer(assigned: AssignedPartition, broker: number): void {
    assigned.preferred = { broker, untilMs: this.#context.monotonicMs() + this.#leaseMs };
  }

  #buffer(assigned: AssignedPartition, fetched: FetchedPartition, topicId: number): void {
    const { batches, abortedTransactions = [] } = fetched;
    assigned.failures = 0;
    assigned.highWatermark = fetched.highWatermark;
    assigned.lastStableOffset = fetched.lastStableOffset ?? null;
    assigned.fetchedTopicId = topicId;
    const last = batches.at(-1);
    if (last === undefined || last.lastOffset < assigned.offset) return;
    const fetch = new CompletedFetch(batches, assigned.offset, topicId, abortedTransactions);
    assigned.buffered = fetch;
    this.#completed.push({ assigned, fetch });
  }

  #outOfRange(assigned: AssignedPartition): void {
    if (this.#resetPolicy === 'none') this.#raise(assigned, 'OFFSET_OUT_OF_RANGE');
    else assigned.requestReset(this.#resetPolicy, 'offset-out-of-range');
  }

  /** Sets the position; `reason` is null when the application asked for it. */
  #resetTo(
    assigned: AssignedPartition,
    to: number,
    epoch: number,
    reason: PositionReset['reason'] | null,
  ): void {
    const from = assigned.offset;
    assigned.moveTo(to, epoch);
    if (reason === null) return;
    this.#resets.push({ topic: assigned.topic, partition: assigned.index, from, to, reason });
    this.#context.world.probe(Probe['consumer-reset'], this.#context.host, assigned.index, to);
  }

  /** The next poll fails with it, once; the question is asked again after a while, as long as the position stays. */
  #raise(assigned: AssignedPartition, error: RaisedError['error']): void {
    this.#raised.push({ assigned, generation: assigned.generation, error });
    this.#backOff(assigned);
  }

  /** `error` is undefined when the connection was lost. */
  #failed(assigned: AssignedPartition, error: ErrorCode | undefined): void {
    // An epoch that the broker does not know yet, or a high watermark that it has not found yet, only takes time.
    if (error !== Errors.UNKNOWN_LEADER_EPOCH && error !== Errors.OFFSET_NOT_AVAILABLE)
      this.#metadata.requestUpdate();
    this.#backOff(assigned);
  }

  #backOff(assigned: AssignedPartition): void {
    assigned.failures++;
    const delayMs = this.#backoff.delayMs(assigned.failures, assigned.index);
    assigned.retryAtMs = this.#context.monotonicMs() + delayMs;
  }

  #isCurrent(assigned: AssignedPartition, generation: number): boolean {
    return assigned.generation === generation && this.#assigned.get(assigned.name) === assigned;
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

function ask(assigned: AssignedPartition): Question {
  const { generation, offset, leaderEpoch, topicId } = assigned;
  return { assigned, generation, offset, leaderEpoch, topicId };
}
