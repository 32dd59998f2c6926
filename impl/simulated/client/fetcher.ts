import type { Configuration } from '../../../model/configuration/configuration.ts';
import type { PolledPartition } from '../../../model/history/history.ts';
import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { Context } from '../kernel/context.ts';
import { CONSUMER_REPLICA_ID, NO_EPOCH } from '../protocol/messages.ts';
import type { FetchedPartition, FetchRequest, FetchResponse } from '../protocol/messages.ts';
import type { AssignedPartition } from './assigned-partition.ts';
import type { BrokerConnections } from './broker-connections.ts';
import type { ClusterMetadata } from './cluster-metadata.ts';
import { CompletedFetch } from './completed-fetch.ts';
import { positionOf, type PositionAsked, type Subscriptions } from './subscriptions.ts';

/** Fetches records, and keeps them until a poll hands them out (Kafka's Fetcher and FetchBuffer). */
export class Fetcher {
  readonly #context: Context;
  readonly #connections: BrokerConnections;
  readonly #metadata: ClusterMetadata;
  readonly #subscriptions: Subscriptions;
  readonly #maxPollRecords: number;
  readonly #maxWaitMs: number;
  readonly #rack: string | null;
  readonly #readCommitted: boolean;
  /** How long a preferred read replica is kept. */
  readonly #leaseMs: number;
  readonly #onResponse: () => void;
  /** Fetches that are not handed out completely, in the order of their arrival. */
  readonly #completed: { readonly assigned: AssignedPartition; readonly fetch: CompletedFetch }[] = [];
  /** Brokers with a fetch in flight. */
  readonly #fetching = new Set<number>();

  /** `onResponse` is called after each response was handled. */
  constructor(
    context: Context,
    configuration: Configuration,
    connections: BrokerConnections,
    metadata: ClusterMetadata,
    subscriptions: Subscriptions,
    rack: string | null,
    readCommitted: boolean,
    onResponse: () => void,
  ) {
    this.#context = context;
    this.#connections = connections;
    this.#metadata = metadata;
    this.#subscriptions = subscriptions;
    this.#maxPollRecords = configuration['max.poll.records'];
    this.#maxWaitMs = configuration['fetch.max.wait.ms'];
    this.#leaseMs = configuration['metadata.max.age.ms'];
    this.#rack = rack;
    this.#readCommitted = readCommitted;
    this.#onResponse = onResponse;
  }

  isFetchingFrom(broker: number): boolean {
    return this.#fetching.has(broker);
  }

  /** Returns the follower that the leader prefers for this consumer until its lease ends, else the leader (KIP-392). */
  readReplica(assigned: AssignedPartition, leader: number, nowMs: number): number {
    const { preferred } = assigned;
    if (preferred === null) return leader;
    if (preferred.untilMs > nowMs) return preferred.broker;
    assigned.preferred = null;
    return leader;
  }

  /** Forgets all records that are not handed out. */
  clear(): void {
    this.#completed.length = 0;
  }

  /** Requests records of partitions that are read from one broker. */
  fetch(broker: number, group: readonly AssignedPartition[]): void {
    const asked = group.map(positionOf);
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
      this.#fetched(broker, asked, response);
    });
  }

  /** Takes up to `max.poll.records` out of the completed fetches, and moves the positions past them. */
  collect(): PolledPartition[] {
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

  #fetched(broker: number, asked: readonly PositionAsked[], response: FetchResponse | null): void {
    if (response === null) this.#metadata.requestUpdate();
    for (let i = 0; i < asked.length; i++) {
      const { assigned, positionVersion, offset, topicId } = asked[i]!;
      if (!this.#subscriptions.isCurrent(assigned, positionVersion) || assigned.state !== 'fetch') continue;
      if (assigned.offset !== offset || assigned.buffered !== null) continue;
      const aligned = response?.partitions[i];
      const answer =
        aligned?.partition === assigned.name
          ? aligned
          : response?.partitions.find(({ partition }) => partition === assigned.name);
      const fromFollower = assigned.preferred?.broker === broker;
      if (fromFollower && (answer === undefined || answer.error !== Errors.NONE)) {
        // The leader may have what the follower lacks, so that only the leader's error counts.
        assigned.preferred = null;
        if (answer?.error === Errors.OFFSET_OUT_OF_RANGE) continue;
      }
      if (answer === undefined) continue;
      if (answer.preferredReadReplica !== undefined) this.#prefer(assigned, answer.preferredReadReplica);
      else if (answer.error === Errors.NONE) this.#buffer(assigned, answer, topicId);
      else if (answer.error === Errors.OFFSET_OUT_OF_RANGE) this.#subscriptions.outOfRange(assigned);
      else this.#subscriptions.failed(assigned, answer.error);
    }
    this.#onResponse();
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
}
