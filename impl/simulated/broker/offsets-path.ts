import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { CONSUMER_REPLICA_ID, EARLIEST_TIMESTAMP } from '../protocol/messages.ts';
import type {
  ListOffsetsRequest,
  ListOffsetsResponse,
  OffsetsForLeaderEpochRequest,
  OffsetsForLeaderEpochResponse,
} from '../protocol/messages.ts';
import type { ReplicaHost } from './replica-host.ts';
import type { Replicas } from './replicas.ts';

/** Where the logs of a broker begin and end, and where their leader epochs end. */
export class OffsetsPath {
  readonly #host: ReplicaHost;
  readonly #replicas: Replicas;

  constructor(host: ReplicaHost, replicas: Replicas) {
    this.#host = host;
    this.#replicas = replicas;
  }

  listOffsets(request: ListOffsetsRequest): ListOffsetsResponse {
    return {
      api: Api.ListOffsets,
      partitions: request.partitions.map((asked) => this.#listOffset(request, asked)),
    };
  }

  #listOffset(
    request: ListOffsetsRequest,
    asked: ListOffsetsRequest['partitions'][number],
  ): ListOffsetsResponse['partitions'][number] {
    const failed = (error: ErrorCode) => ({ partition: asked.partition, error, offset: -1, leaderEpoch: -1 });
    const partition = this.#replicas.get(asked.partition);
    if (partition === undefined) return failed(this.#replicas.errorForMissing(asked.partition));
    const error = this.#host.cluster.rules.checkLeaderEpoch(asked.currentLeaderEpoch, partition.leaderEpoch);
    if (error !== Errors.NONE) return failed(error);
    if (!partition.isLeader) return failed(Errors.NOT_LEADER_OR_FOLLOWER);
    const { leaderEpoch, log } = partition;
    const found = (offset: number) => ({
      partition: asked.partition,
      error: Errors.NONE,
      offset,
      leaderEpoch,
    });
    if (asked.timestamp === EARLIEST_TIMESTAMP) return found(log.logStartOffset);
    if (request.replicaId !== CONSUMER_REPLICA_ID) return found(log.logEndOffset);
    const latest = this.#host.cluster.rules.latestOffset(
      partition.highWatermark,
      partition.leaderEpochStartOffset,
    );
    if (latest === null) return failed(Errors.OFFSET_NOT_AVAILABLE);
    return found(request.readCommitted === true ? partition.lastStableOffset : latest);
  }

  offsetsForLeaderEpoch(request: OffsetsForLeaderEpochRequest): OffsetsForLeaderEpochResponse {
    const { rules } = this.#host.cluster;
    const partitions = request.partitions.map((asked) => {
      const answer = (error: ErrorCode, leaderEpoch: number, endOffset: number) => ({
        partition: asked.partition,
        error,
        leaderEpoch,
        endOffset,
      });
      const partition = this.#replicas.get(asked.partition);
      if (partition === undefined) return answer(this.#replicas.errorForMissing(asked.partition), -1, -1);
      const error = rules.checkLeaderEpoch(asked.currentLeaderEpoch, partition.leaderEpoch);
      if (error !== Errors.NONE) return answer(error, -1, -1);
      if (!partition.isLeader) return answer(Errors.NOT_LEADER_OR_FOLLOWER, -1, -1);
      const end = rules.endOffsetForEpoch(
        partition.log.epochs.entries,
        partition.log.logEndOffset,
        asked.leaderEpoch,
      );
      return end === null ? answer(Errors.NONE, -1, -1) : answer(Errors.NONE, end.epoch, end.endOffset);
    });
    return { api: Api.OffsetsForLeaderEpoch, partitions };
  }
}
