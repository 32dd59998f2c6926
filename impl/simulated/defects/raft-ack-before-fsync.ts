import type { Defect } from './defect.ts';

export const raftAckBeforeFsync: Defect = {
  slug: 'raft_ack_before_fsync',
  ids: ['KAFKA-10533'],
  title: 'Controllers acknowledge metadata that is only in their page cache',
  versions: 'before 2.8.0',
  breaks: 'committed metadata: a power loss takes it from a majority',
  how:
    'The next fetch of a follower acknowledges what it has appended but not flushed, and the leader counts its ' +
    'own log to the end. After a power loss too few controllers hold a committed record, and one without it can ' +
    'win an election.',
  rules: { flushesBeforeAcknowledging: () => false },
};
