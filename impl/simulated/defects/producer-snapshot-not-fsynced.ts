import type { Defect } from './defect.ts';

export const producerSnapshotNotFsynced: Defect = {
  slug: 'producer_snapshot_not_fsynced',
  ids: ['KAFKA-9892'],
  title: 'The snapshot of producers is written, but not flushed',
  versions: 'before 2.8.0',
  breaks: 'idempotence: a leader does not know a batch that it has',
  how:
    'A broker shuts down in good order, and the power takes the snapshot that it wrote of its producers. After a ' +
    'clean shutdown the log is not read: the broker starts without producers, and takes a retry for something new.',
  rules: { flushesProducerSnapshot: () => false },
};
