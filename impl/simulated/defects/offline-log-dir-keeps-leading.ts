import type { Defect } from './defect.ts';

export const offlineLogDirKeepsLeading: Defect = {
  slug: 'offline_log_dir_keeps_leading',
  ids: ['KIP-858'],
  title: 'A broker keeps the leadership of partitions in a log directory that it has lost',
  versions: 'before 3.7.0, with KRaft',
  breaks: 'progress: a partition is led by a broker that cannot serve it, although other replicas could',
  how:
    'One of several log directories of a broker fails, and the broker continues with the others. The controller ' +
    'receives its heartbeats, and keeps it as leader also of the partitions in the lost directory.',
  rules: { isDirectoryOnline: () => true },
};
