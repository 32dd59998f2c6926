import { Errors } from '../../kafka/errors.ts';
import type { Defect } from './defect.ts';

export const fetchWithoutTopicId: Defect = {
  slug: 'fetch_without_topic_id',
  ids: ['KIP-516'],
  title: 'Requests name a topic, and reach the topic that has the name by then',
  versions: 'before 3.1 (Fetch), 4.1 (Produce)',
  breaks:
    'no-loss: a follower acknowledges records that it writes to the log of the deleted topic, and deletes with ' +
    'it; committed-reads: a client that asks for one topic is served from the other',
  how:
    'A topic is deleted and created again. A follower that has not learned of that continues to fetch in epoch ' +
    '0, which is also the epoch of the new leader. It appends what it gets to the old log, and its position ' +
    'counts for the high watermark; then it learns of the deletion and deletes the log. If the leader fails ' +
    'now, no replica has the acknowledged records.',
  rules: {
    checkTopicId: (_requested, hosted) => (hosted === null ? Errors.UNKNOWN_TOPIC_OR_PARTITION : Errors.NONE),
  },
};
