import type { Defect } from './defect.ts';

export const clientEpochBumpReidentifiesInflight: Defect = {
  slug: 'client_epoch_bump_reidentifies_inflight',
  ids: ['KAFKA-14034'],
  title: 'A batch that may be written gets a new identity',
  versions: 'all since 2.5 (KIP-360)',
  breaks: 'idempotence: a batch is stored twice',
  how:
    'A producer finds that one of its batches is out of order, and begins a new epoch. All batches of the partition ' +
    'that are not answered yet get new sequences in it, also one that the leader has already: it is stored again.',
  rules: { mayTakeNewIdentity: () => true },
};
