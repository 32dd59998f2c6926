import type { Defect } from './defect.ts';

export const newEpochDoesNotWaitForTheOld: Defect = {
  slug: 'new_epoch_does_not_wait_for_the_old',
  ids: ['KAFKA-5870', 'KAFKA-8805'],
  title: 'A producer that begins anew fences its own batches',
  versions: 'from 0.11 on; fixed in 2.5.0 (KIP-360)',
  breaks: 'idempotence: a healthy producer fails by its own epoch',
  how:
    'A batch to one partition is given up, and the producer begins a new epoch. In another partition, where nothing ' +
    'is wrong, a batch of the old epoch is about to be sent again; the next one goes out in the new epoch before it ' +
    'is decided, and the leader refuses the old one.',
  rules: { waitsForOldEpoch: () => false },
  needs: { directedScenario: 'new-epoch-amidst-retry' },
};
