import { Errors } from '../../kafka/errors.ts';
import type { Defect } from './defect.ts';

export const fetchWithoutCurrentLeaderEpoch: Defect = {
  slug: 'fetch_without_current_leader_epoch',
  ids: ['KAFKA-6880', 'KAFKA-7395', 'KIP-320'],
  title: 'A fetch does not carry the leader epoch of the follower',
  versions: 'before 2.1.0',
  breaks: 'one log, no loss: a follower that missed a change of the leader continues from the wrong offset',
  how:
    'A follower is cut off from the controller, but not from its leader. It misses that another broker led for ' +
    'a while and made the leader truncate, and continues to fetch: it keeps records below its position that no ' +
    'other replica has. Once it is in sync again it may be elected.',
  rules: {
    checkLeaderEpoch: () => Errors.NONE,
    truncationTime: () => 'before-fetch',
    mayAppendFetched: () => true,
  },
};
