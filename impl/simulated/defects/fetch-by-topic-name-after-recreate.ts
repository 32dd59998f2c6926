import type { Defect } from './defect.ts';

export const fetchByTopicNameAfterRecreate: Defect = {
  slug: 'fetch_by_topic_name_after_recreate',
  ids: ['KAFKA-12257', 'KIP-516'],
  title: 'A client keeps the leader epochs of a deleted topic, and ignores one made anew under its name',
  versions: 'before 2.8.2 and 3.0',
  breaks:
    'progress: the client asks for the deleted topic for ever, and reads and writes nothing of the new one',
  how:
    'Leadership has moved a few times. The topic is deleted and made anew, and its leader epochs begin with 0 again. ' +
    'The client holds what it hears for older than what it knows.',
  rules: {
    acceptsPartitionMetadata: (heard, lastSeenEpoch) =>
      lastSeenEpoch === null || heard.leaderEpoch >= lastSeenEpoch,
  },
};
