import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';

/**
 * Broker: checks the topic id of a request for a partition (KIP-516): a topic that was created again under an old name is
 * another topic. `hosted` is the id of the topic of which the broker has a replica under that name, null for none;
 * `known` says whether its metadata has a topic with the requested id.
 */
export function checkTopicId(requested: number, hosted: number | null, known: boolean): ErrorCode {
  if (hosted === requested) return Errors.NONE;
  if (!known) return Errors.UNKNOWN_TOPIC_ID;
  return hosted === null ? Errors.UNKNOWN_TOPIC_OR_PARTITION : Errors.INCONSISTENT_TOPIC_ID;
}

/**
 * Broker: whether a log on its disk under the name of a new replica belongs to that partition (KIP-516). `logTopicId` is
 * from the log's partition.metadata file, null if it has none.
 */
export function mayClaimLog(logTopicId: number | null, topicId: number): boolean {
  return logTopicId === null || logTopicId === topicId;
}

/** The metadata of a partition in a response to a client. */
export interface HeardPartition {
  readonly topicId: number;
  readonly leaderEpoch: number;
}

/**
 * Client: whether it takes over the metadata of a partition. Leader epochs order the metadata of one topic (KIP-320); a
 * topic that was created again starts with epoch 0 (KAFKA-12257). `lastSeenEpoch` is null when the client never had
 * metadata of a partition of that name; `topicIdBefore` when its last metadata had no such topic.
 */
export function acceptsPartitionMetadata(
  heard: HeardPartition,
  lastSeenEpoch: number | null,
  topicIdBefore: number | null,
): boolean {
  if (lastSeenEpoch === null || heard.topicId !== topicIdBefore) return true;
  return heard.leaderEpoch >= lastSeenEpoch;
}
