import type { Defect } from './defect.ts';

export const laterBatchBeginsEmptyPartition: Defect = {
  slug: 'later_batch_begins_empty_partition',
  ids: ['KAFKA-15591', 'KAFKA-14312', 'KAFKA-19880'],
  title: 'A new partition accepts any batch of a producer as its first',
  versions: '2.5.0 to 4.4',
  breaks: 'idempotence: records of one producer are stored in another order than they were sent in',
  how:
    'Several batches are in flight to a partition that was just created. The first ones are refused because the ' +
    'broker does not lead yet, and a later one is accepted: the leader knows nothing of the producer, which may ' +
    'mean that it was forgotten (KIP-360). From then on the first batches are out of order, and those that ' +
    'outlive the first one get new sequences.',
  needs: { directedScenario: 'moves-before-first-batch' },
  rules: { mayHaveForgotten: () => true },
};
