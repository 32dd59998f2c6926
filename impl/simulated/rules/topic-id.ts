import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';

/**
 * Broker, asked for a partition of the topic with an id (KIP-516): a topic made anew under an old name is
 * another one. `hosted` is the id of the topic of which the broker has a replica under that name, null for
 * none; `known` says whether its metadata have a topic with the requested id.
 */
export function checkTopicId(requested: number, hosted: number | null, known: boolean): ErrorCode {
  if (hosted === requested) return Errors.NONE;
  if (!known) return Errors.UNKNOWN_TOPIC_ID;
  return hosted === null ? Errors.UNKNOWN_TOPIC_OR_PARTITION : Errors.INCONSISTENT_TOPIC_ID;
}

/**
 * Broker, that finds a log on its disk under the name of a partition it is given: whether it is that
 * partition's (KIP-516). `logTopicId` is from the log's partition.metadata file, null if it has none.
 */
export function mayClaimLog(logTopicId: number | null, topicId: number): boolean {
  return logTopicId === null || logTopicId === topicId;
}

/** What a client heard of a partition. */
export interface HeardPartition {
  readonly topicId: number;
  readonly leaderEpoch: number;
}

/**
 * Client, that hears of a partition: whether it is news. Leader epochs tell older metadata from newer (KIP-320),
 * but only of one topic: one made anew begins with epoch 0 again (KAFKA-12257). `lastSeenEpoch` is null when
 * nothing was ever heard of a partition of that name; `topicIdBefore` when the last metadata had no such topic.
 */
export function acceptsPartitionMetadata(
  heard: HeardPartition,
  lastSeenEpoch: number | null,
  topicIdBefore: number | null,
): boolean {
  if (lastSeenEpoch === null || heard.topicId !== topicIdBefore) return true;
  return heard.leaderEpoch >= lastSeenEpoch;
}
