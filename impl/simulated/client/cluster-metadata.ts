import type { Configuration } from '../../../model/configuration/configuration.ts';
import { Api } from '../../kafka/api.ts';
import type { MetadataRequest, MetadataResponse, PartitionMetadata } from '../protocol/messages.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import { kafkaRules } from '../rules/rules.ts';
import type { Rules } from '../rules/rules.ts';
import type { Context, Timer } from '../kernel/context.ts';
import { Purpose } from '../catalogue/purposes.ts';
import { Probe } from '../catalogue/probes.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { BrokerConnection, BrokerConnections } from './broker-connections.ts';
import { RetryBackoff } from './retry-backoff.ts';

const ALL_TOPICS: MetadataRequest = { api: Api.Metadata };

/** A call that waits until a partition is known. */
interface Waiter {
  readonly topic: string;
  readonly partition: number;
  readonly done: (found: boolean) => void;
  timer: Timer | null;
}

/**
 * A client's metadata of the cluster. It has at most one request in flight, and sends the next one when the metadata is
 * `metadata.max.age.ms` old or a request showed it to be wrong.
 *
 * A broker's metadata may be older than the client's: metadata of a partition with a lower leader epoch than the last
 * seen one is ignored (KIP-320), unless the topic is another one of the same name (KAFKA-12257). A topic that is missing
 * from a response is removed; the epochs seen of it are kept.
 */
export class ClusterMetadata {
  readonly #context: Context;
  readonly #connections: BrokerConnections;
  readonly #maxAgeMs: number;
  readonly #backoff: RetryBackoff;
  readonly #onUpdate: () => void;
  readonly #rules: Rules;
  readonly #lastSeenEpochs = new Map<PartitionName, number>();
  #partitions = new Map<PartitionName, PartitionMetadata>();
  #topics = new Map<string, PartitionMetadata[]>();
  readonly #waiters: Waiter[] = [];
  #brokers: readonly number[] = [];
  #wanted = false;
  #inFlight = false;
  /** The number of requests in a row that failed or changed nothing; each makes the next backoff longer. */
  #fruitless = 0;
  #notBeforeMs = 0;
  #expiresMs = Number.POSITIVE_INFINITY;
  #timer: Timer | null = null;

  /** `onUpdate` is called after each response, when the waiting calls have been completed. */
  constructor(
    context: Context,
    configuration: Configuration,
    connections: BrokerConnections,
    onUpdate: () => void,
    rules: Rules = kafkaRules,
  ) {
    this.#context = context;
    this.#rules = rules;
    this.#connections = connections;
    this.#maxAgeMs = configuration['metadata.max.age.ms'];
    this.#backoff = RetryBackoff.of(context, configuration);
    this.#onUpdate = onUpdate;
  }

  /** Returns the metadata of a partition; `leader` is -1 when it has none. */
  partition(name: PartitionName): PartitionMetadata | undefined {
    return this.#partitions.get(name);
  }

  /** Returns the partitions of a topic by their index; undefined while the topic is not known. */
  topic(topic: string): readonly PartitionMetadata[] | undefined {
    return this.#topics.get(topic);
  }

  /** The ids of the topics in the client's metadata, by name. */
  get topicIds(): ReadonlyMap<string, number> {
    const ids = new Map<string, number>();
    for (const { topic, topicId } of this.#partitions.values()) ids.set(topic, topicId);
    return ids;
  }

  /** Requests metadata as soon as the backoff allows, unless a request is in flight. */
  requestUpdate(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    if (!this.#inFlight) this.#arm();
  }

  /**
   * Calls `done(true)` once the topic has that partition, `done(false)` after `timeoutMs` without it.
   * Calls that wait for one topic complete in the order in which they were made, never before this returns.
   */
  awaitPartition(topic: string, partition: number, timeoutMs: number, done: (found: boolean) => void): void {
    const waiter: Waiter = { topic, partition, done, timer: null };
    waiter.timer = this.#context.after(timeoutMs, TimerName.OperationTimeout, () => {
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      done(false);
    });
    this.#waiters.push(waiter);
    this.requestUpdate();
  }

  /** Sends the request that is due, or sets the timer for the next one. */
  readonly #arm = (): void => {
    this.#timer?.cancel();
    this.#timer = null;
    const nowMs = this.#context.monotonicMs();
    if (!this.#wanted && nowMs >= this.#expiresMs) this.#wanted = true;
    let dueMs = this.#wanted ? this.#notBeforeMs : this.#expiresMs;
    if (this.#wanted && dueMs <= nowMs) {
      const connection = this.leastLoadedNode();
      if (connection !== null) return this.#send(connection);
      dueMs = this.#earliestReady();
    }
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#context.after(Math.max(1, dueMs - nowMs), TimerName.MetadataRefresh, this.#arm);
  };

  #send(connection: BrokerConnection): void {
    this.#inFlight = true;
    connection.send(ALL_TOPICS, this.#onResponse);
  }

  readonly #onResponse = (response: MetadataResponse | null): void => {
    this.#inFlight = false;
    // A broker that has just started may know no broker yet, not even itself.
    const useful = response !== null && response.brokers.length > 0;
    const changed = useful && this.#learn(response);
    this.#fruitless = changed ? 0 : this.#fruitless + 1;
    const nowMs = this.#context.monotonicMs();
    this.#notBeforeMs = nowMs + this.#backoff.delayMs(this.#fruitless, 0);
    this.#wanted = !useful;
    if (useful) {
      this.#expiresMs = nowMs + Math.max(1, this.#maxAgeMs);
      this.#completeWaiters();
      if (this.#waiters.length > 0) this.#wanted = true;
    }
    // A completed call may have requested an update, which is in flight then.
    if (!this.#inFlight) this.#arm();
    if (useful) this.#onUpdate();
  };

  /** Returns whether the response changed the leader of any partition. */
  #learn(response: MetadataResponse): boolean {
    this.#brokers = response.brokers;
    const before = this.#partitions;
    const [partitions, topics] = [
      new Map<PartitionName, PartitionMetadata>(),
      new Map<string, PartitionMetadata[]>(),
    ];
    let changed = false;
    for (const received of response.partitions) {
      const known = before.get(received.partition);
      const current = this.#accepts(received, known) ? received : known;
      if (current === undefined) continue;
      if (current !== known && !sameLeader(current, known)) changed = true;
      partitions.set(current.partition, current);
      let topic = topics.get(current.topic);
      if (topic === undefined) {
        topic = [];
        topics.set(current.topic, topic);
      }
      topic[current.index] = current;
    }
    this.#partitions = partitions;
    this.#topics = topics;
    return changed;
  }

  #accepts(heard: PartitionMetadata, known: PartitionMetadata | undefined): boolean {
    const lastSeen = this.#lastSeenEpochs.get(heard.partition) ?? null;
    if (!this.#rules.acceptsPartitionMetadata(heard, lastSeen, known?.topicId ?? null)) return false;
    this.#lastSeenEpochs.set(heard.partition, heard.leaderEpoch);
    if (known !== undefined && known.topicId !== heard.topicId) {
      const { world, host } = this.#context;
      world.probe(Probe['metadata-of-other-topic'], host, heard.topicId, heard.leaderEpoch);
    }
    return true;
  }

  #completeWaiters(): void {
    if (this.#waiters.length === 0) return;
    for (const waiter of this.#waiters.splice(0)) {
      if (this.#topics.get(waiter.topic)?.[waiter.partition] === undefined) {
        this.#waiters.push(waiter);
        continue;
      }
      waiter.timer?.cancel();
      waiter.done(true);
    }
  }

  /**
   * Returns the broker with the fewest requests in flight, from a drawn one on; brokers whose last connection failed come
   * after all others (Kafka's leastLoadedNode). When every known broker is in its backoff, the bootstrap brokers are used
   * again (KIP-899). Null when these are in their backoff, too.
   */
  leastLoadedNode(): BrokerConnection | null {
    const nowMs = this.#context.monotonicMs();
    return (
      this.#leastLoadedOf(this.#brokers, nowMs) ?? this.#leastLoadedOf(this.#connections.bootstrapIds, nowMs)
    );
  }

  #leastLoadedOf(ids: readonly number[], nowMs: number): BrokerConnection | null {
    if (ids.length === 0) return null;
    const { world, host } = this.#context;
    const first = world.draws.between(0, ids.length - 1, Purpose.BootstrapBroker, world.cause, host.index);
    let best: BrokerConnection | null = null;
    for (let i = 0; i < ids.length; i++) {
      const connection = this.#connections.to(ids[(first + i) % ids.length]!);
      if (connection.readyAtMs > nowMs) continue;
      if (best === null || load(connection) < load(best)) best = connection;
    }
    return best;
  }

  #earliestReady(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const id of this.#connections.bootstrapIds)
      earliest = Math.min(earliest, this.#connections.to(id).readyAtMs);
    return earliest;
  }
}

function sameLeader(heard: PartitionMetadata, known: PartitionMetadata | undefined): boolean {
  return (
    known !== undefined &&
    known.topicId === heard.topicId &&
    known.leaderEpoch === heard.leaderEpoch &&
    known.leader === heard.leader
  );
}

function load(connection: BrokerConnection): number {
  return connection.inFlight + (connection.failures > 0 ? 1_000_000 : 0);
}
