import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import { CONSUMER_REPLICA_ID, EARLIEST_TIMESTAMP, LATEST_TIMESTAMP, NO_EPOCH } from '../protocol/messages.ts';
import type {
  ListOffsetsRequest,
  ListOffsetsResponse,
  OffsetsForLeaderEpochRequest,
  OffsetsForLeaderEpochResponse,
} from '../protocol/messages.ts';
import type { AssignedPartition } from './assigned-partition.ts';
import type { BrokerConnections } from './broker-connections.ts';
import type { ClusterMetadata } from './cluster-metadata.ts';
import { judgePosition } from './fetch-position.ts';
import { positionOf, type PositionAsked, type Subscriptions } from './subscriptions.ts';

/** Finds positions: by ListOffsets, and by validation after a change of the leader (Kafka's OffsetFetcher). */
export class OffsetFetcher {
  readonly #connections: BrokerConnections;
  readonly #metadata: ClusterMetadata;
  readonly #subscriptions: Subscriptions;
  readonly #readCommitted: boolean;
  readonly #onResponse: () => void;

  /** `onResponse` is called after each response was handled. */
  constructor(
    connections: BrokerConnections,
    metadata: ClusterMetadata,
    subscriptions: Subscriptions,
    readCommitted: boolean,
    onResponse: () => void,
  ) {
    this.#connections = connections;
    this.#metadata = metadata;
    this.#subscriptions = subscriptions;
    this.#readCommitted = readCommitted;
    this.#onResponse = onResponse;
  }

  /** Requests the first or the last offset of partitions that one broker leads. */
  list(broker: number, group: readonly AssignedPartition[]): void {
    const asked = group.map(positionOf);
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
    this.#connections.to(broker).send(request, (response) => this.#listed(asked, response));
  }

  /** Requests the ends of the epochs of positions from the new leader of their partitions (KIP-320). */
  validate(broker: number, group: readonly AssignedPartition[]): void {
    const asked = group.map(positionOf);
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
    this.#connections.to(broker).send(request, (response) => this.#epochEndsFound(asked, response));
  }

  #listed(asked: readonly PositionAsked[], response: ListOffsetsResponse | null): void {
    if (response === null) this.#metadata.requestUpdate();
    for (const { assigned, positionVersion } of asked) {
      if (!this.#subscriptions.isCurrent(assigned, positionVersion) || assigned.state !== 'reset') continue;
      assigned.asking = false;
      const answer = response?.partitions.find(({ partition }) => partition === assigned.name);
      if (answer === undefined || answer.error !== Errors.NONE)
        this.#subscriptions.failed(assigned, answer?.error);
      else this.#subscriptions.resetTo(assigned, answer.offset, NO_EPOCH, assigned.resetReason);
    }
    this.#onResponse();
  }

  #epochEndsFound(asked: readonly PositionAsked[], response: OffsetsForLeaderEpochResponse | null): void {
    if (response === null) this.#metadata.requestUpdate();
    for (const { assigned, positionVersion, leaderEpoch, topicId } of asked) {
      if (!this.#subscriptions.isCurrent(assigned, positionVersion) || assigned.state !== 'validate')
        continue;
      // The response is about one position at one leader; if either changed, it means nothing (KIP-320).
      if (assigned.leaderEpoch !== leaderEpoch || assigned.topicId !== topicId) continue;
      assigned.asking = false;
      const answer = response?.partitions.find(({ partition }) => partition === assigned.name);
      if (answer === undefined || answer.error !== Errors.NONE)
        this.#subscriptions.failed(assigned, answer?.error);
      else this.#validated(assigned, answer.leaderEpoch, answer.endOffset);
    }
    this.#onResponse();
  }

  #validated(assigned: AssignedPartition, epoch: number, endOffset: number): void {
    const verdict = judgePosition(assigned, epoch, endOffset);
    if (verdict === 'valid') {
      assigned.failures = 0;
      assigned.state = 'fetch';
    } else this.#subscriptions.truncated(assigned, verdict === 'unknown' ? null : { endOffset, epoch });
  }
}
