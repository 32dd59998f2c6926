import { assert } from '../../assert.ts';
import type { PositionReset, StartPosition } from '../../../model/history/history.ts';
import { NO_EPOCH } from '../protocol/messages.ts';
import type { PartitionMetadata } from '../protocol/messages.ts';
import { partitionName } from '../../kafka/partition-name.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { CompletedFetch } from './completed-fetch.ts';

/**
 * `reset`: the position must be requested with ListOffsets; `validate`: it must be compared with the log of a new leader
 * first (KIP-320); `fetch`: records can be fetched from it.
 */
export type FetchState = 'reset' | 'validate' | 'fetch';

/** The state of one assigned partition of a consumer: Kafka's TopicPartitionState. */
export class AssignedPartition {
  readonly name: PartitionName;
  readonly topic: string;
  readonly index: number;
  state: FetchState = 'reset';
  /** The next offset to hand out; meaningless before the first reset. */
  offset = 0;
  /** Leader epoch of the last record handed out, or NO_EPOCH. */
  offsetEpoch = NO_EPOCH;
  /** The leader that the position is valid for, or is to be validated with; -1 before the first. */
  leader = -1;
  leaderEpoch = NO_EPOCH;
  /** The id of the topic whose partition this leader leads. */
  topicId = -1;
  /** The id of the topic of the last answered fetch, which `highWatermark` belongs to. */
  fetchedTopicId = -1;
  resetTo: 'earliest' | 'latest' = 'earliest';
  /** Why the position is reset; null when the application asked for it. */
  resetReason: PositionReset['reason'] | null = null;
  /** From the last fetch since the position was set other than by reading on; exclusive. */
  highWatermark: number | null = null;
  /** Like the high watermark, for a consumer that reads committed transactions only; null for others. */
  lastStableOffset: number | null = null;
  /** The follower that the leader sent the consumer to, and until when on the monotonic clock (KIP-392). */
  preferred: { readonly broker: number; readonly untilMs: number } | null = null;
  buffered: CompletedFetch | null = null;
  /** Counts the times that the position was set other than by reading on: responses about older positions are void. */
  positionVersion = 0;
  /** A ListOffsets or OffsetsForLeaderEpoch about the present position is in flight. */
  asking = false;
  failures = 0;
  /** The earliest time of the next request about it, on the monotonic clock. */
  retryAtMs = 0;

  constructor(topic: string, index: number) {
    this.name = partitionName(topic, index);
    this.topic = topic;
    this.index = index;
  }

  /** The end of what the last fetch could return, exclusive. */
  get readableEnd(): number | null {
    return this.lastStableOffset ?? this.highWatermark;
  }

  /** The ends of the partition that a poll returns. */
  get ends(): { highWatermark?: number; lastStableOffset?: number } {
    const { highWatermark, lastStableOffset } = this;
    if (highWatermark === null) return {};
    return lastStableOffset === null ? { highWatermark } : { highWatermark, lastStableOffset };
  }

  /** Sets the position that the application asks for. */
  seek(position: StartPosition): void {
    if (typeof position === 'number') this.moveTo(position, NO_EPOCH);
    else this.requestReset(position, null);
  }

  requestReset(to: 'earliest' | 'latest', reason: PositionReset['reason'] | null): void {
    this.#forgetPosition();
    this.state = 'reset';
    this.resetTo = to;
    this.resetReason = reason;
  }

  /** Sets the position; `epoch` is that of the record before `offset`, where it is known. */
  moveTo(offset: number, epoch: number): void {
    assert(offset >= 0, 'a position is an offset', this.name, offset);
    this.#forgetPosition();
    this.state = 'fetch';
    this.offset = offset;
    this.offsetEpoch = epoch;
  }

  /** Takes note of the present leader; with a new one a position whose epoch is known has to be validated. */
  followLeader(metadata: PartitionMetadata): void {
    const sameTopic = metadata.topicId === this.topicId;
    if (sameTopic && metadata.leader === this.leader && metadata.leaderEpoch === this.leaderEpoch) return;
    this.leader = metadata.leader;
    this.leaderEpoch = metadata.leaderEpoch;
    this.topicId = metadata.topicId;
    // As in Kafka the position stays, also in a topic created again: validation or the next fetch checks it.
    if (!sameTopic) this.highWatermark = null;
    if (this.state === 'reset') return;
    this.failures = 0;
    this.retryAtMs = 0;
    this.asking = false;
    this.state = this.offsetEpoch === NO_EPOCH ? 'fetch' : 'validate';
    if (this.state === 'validate') this.buffered = null;
  }

  #forgetPosition(): void {
    this.positionVersion++;
    this.highWatermark = null;
    this.lastStableOffset = null;
    this.buffered = null;
    this.asking = false;
    this.failures = 0;
    this.retryAtMs = 0;
  }
}
