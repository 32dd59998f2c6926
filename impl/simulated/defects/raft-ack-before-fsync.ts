import type { Defect } from './defect.ts';

export const raftAckBeforeFsync: Defect = {
  slug: 'raft_ack_before_fsync',
  ids: ['KAFKA-10533'],
  title: 'Controllers acknowledge metadata that is only in their page cache',
  versions: 'before 2.8.0',
  breaks: 'metadata that was committed is committed: a loss of power takes it away from a majority',
  how:
    'A follower’s next fetch acknowledges what it has appended but not flushed, and the leader counts its own log to ' +
    'the end. After a loss of power too few hold a committed record, and a controller without it can win.',
  rules: { flushesBeforeAcknowledging: () => false },
};
