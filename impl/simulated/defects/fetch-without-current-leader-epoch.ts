import { Errors } from '../../kafka/errors.ts';
import type { Defect } from './defect.ts';

export const fetchWithoutCurrentLeaderEpoch: Defect = {
  slug: 'fetch_without_current_leader_epoch',
  ids: ['KAFKA-6880', 'KAFKA-7395', 'KIP-320'],
  title: 'A fetch does not say in which leader epoch it is meant',
  versions: 'before 2.1.0',
  breaks: 'one log, no loss: a follower that missed a change of the leader copies on from the wrong offset',
  how:
    'A follower is cut off from the controller, but not from its leader, and misses that another broker led for a ' +
    'while and made the leader truncate. It goes on fetching as if nothing had happened, and keeps records below ' +
    'its position that nobody else has. In sync again, it may be elected.',
  rules: {
    checkLeaderEpoch: () => Errors.NONE,
    truncationTime: () => 'before-fetch',
    mayAppendFetched: () => true,
  },
};
