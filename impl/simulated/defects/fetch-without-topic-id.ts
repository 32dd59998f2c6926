import { Errors } from '../../kafka/errors.ts';
import type { Defect } from './defect.ts';

export const fetchWithoutTopicId: Defect = {
  slug: 'fetch_without_topic_id',
  ids: ['KIP-516'],
  title: 'Requests name a topic, whichever has that name by now',
  versions: 'before 3.1 (Fetch), 4.1 (Produce)',
  breaks:
    'no-loss: a follower acknowledges records that it writes to the log of the deleted topic, and drops with it; ' +
    'committed-reads: a client that asks for the one topic is served from the other',
  how:
    'A topic is deleted and made anew. A follower that has not heard of it goes on fetching in epoch 0, which the ' +
    'new leader is in, too. What it gets lies in the old log, and its position counts for the high watermark; then ' +
    'it hears of the deletion. If the leader goes now, nobody has what was acknowledged.',
  rules: {
    checkTopicId: (_requested, hosted) => (hosted === null ? Errors.UNKNOWN_TOPIC_OR_PARTITION : Errors.NONE),
  },
};
