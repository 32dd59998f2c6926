import type { Defect } from './defect.ts';

export const producerSnapshotNotFsynced: Defect = {
  slug: 'producer_snapshot_not_fsynced',
  ids: ['KAFKA-9892'],
  title: 'A broker writes the snapshot of producers but does not flush it',
  versions: 'before 2.8.0',
  breaks: 'idempotence: a leader does not recognise a batch that it has',
  how:
    'A broker shuts down cleanly, and a power loss takes the snapshot of producers that it wrote. After a clean ' +
    'shutdown the broker does not read its logs: it starts without producers, and accepts a retry as new.',
  rules: { flushesProducerSnapshot: () => false },
};
