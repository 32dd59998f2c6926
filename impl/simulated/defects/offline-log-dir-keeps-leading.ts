import type { Defect } from './defect.ts';

export const offlineLogDirKeepsLeading: Defect = {
  slug: 'offline_log_dir_keeps_leading',
  ids: ['KIP-858'],
  title: 'A broker goes on leading what lay in a log directory that it has lost',
  versions: 'before 3.7.0, with KRaft',
  breaks: 'progress: a partition is led by a broker that cannot serve it, although others could',
  how:
    'One of several log directories of a broker fails, and the broker goes on with the rest. The controller sees ' +
    'its heartbeats and leaves it the leader also of the partitions that lay in the lost directory.',
  rules: { isDirectoryOnline: () => true },
};
