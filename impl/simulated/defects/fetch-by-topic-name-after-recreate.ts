import type { Defect } from './defect.ts';

export const fetchByTopicNameAfterRecreate: Defect = {
  slug: 'fetch_by_topic_name_after_recreate',
  ids: ['KAFKA-12257', 'KIP-516'],
  title: 'A client compares the leader epochs of a recreated topic with those of the deleted one',
  versions: 'before 2.8.2 and 3.0',
  breaks:
    'progress: the client keeps the metadata of the deleted topic, and neither reads nor writes the new one',
  how:
    'The leader of a partition has moved a few times. The topic is deleted and created again, and its leader ' +
    'epochs start at 0. The client takes the new metadata for older than what it has, and ignores it.',
  rules: {
    acceptsPartitionMetadata: (heard, lastSeenEpoch) =>
      lastSeenEpoch === null || heard.leaderEpoch >= lastSeenEpoch,
  },
};
