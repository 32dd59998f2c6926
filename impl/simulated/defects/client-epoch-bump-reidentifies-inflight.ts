import type { Defect } from './defect.ts';

export const clientEpochBumpReidentifiesInflight: Defect = {
  slug: 'client_epoch_bump_reidentifies_inflight',
  ids: ['KAFKA-14034'],
  title: 'A batch that may have been appended gets a new producer epoch and sequence',
  versions: 'all since 2.5 (KIP-360)',
  breaks: 'idempotence: a batch is stored twice',
  how:
    'A producer learns that one of its batches is out of order, and starts a new epoch. It gives new sequences ' +
    'to all unanswered batches of the partition, also to one that the leader has appended already: the leader ' +
    'stores that batch again.',
  rules: { mayTakeNewIdentity: () => true },
};
