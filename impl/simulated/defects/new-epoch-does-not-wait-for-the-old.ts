import type { Defect } from './defect.ts';

export const newEpochDoesNotWaitForTheOld: Defect = {
  slug: 'new_epoch_does_not_wait_for_the_old',
  ids: ['KAFKA-5870', 'KAFKA-8805'],
  title: 'A producer that starts a new epoch fences its own batches',
  versions: 'since 0.11; fixed in 2.5.0 (KIP-360)',
  breaks: 'idempotence: a healthy producer fails by its own epoch',
  how:
    'A batch for one partition is given up, and the producer starts a new epoch. In another partition, where ' +
    'nothing is wrong, a batch of the old epoch waits for its retry; the next batch goes out in the new epoch ' +
    'before the old one is decided, and the leader refuses the old one.',
  rules: { waitsForOldEpoch: () => false },
  needs: { directedScenario: 'new-epoch-amidst-retry' },
};
