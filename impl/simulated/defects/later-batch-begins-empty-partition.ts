import type { Defect } from './defect.ts';

export const laterBatchBeginsEmptyPartition: Defect = {
  slug: 'later_batch_begins_empty_partition',
  ids: ['KAFKA-15591', 'KAFKA-14312', 'KAFKA-19880'],
  title: 'A new partition takes any batch of a producer for its first',
  versions: '2.5.0 to 4.4',
  breaks: 'idempotence: records of one producer lie in another order than they were sent in',
  how:
    'Several batches are under way to a partition that was just made. The first ones are refused, for their leader ' +
    'does not lead yet, and a later one is accepted: nothing is known of the producer, and that may mean that it was ' +
    'forgotten (KIP-360). From then on the first ones are out of order; those that outlive the first get new sequences.',
  needs: { directedScenario: 'moves-before-first-batch' },
  rules: { mayHaveForgotten: () => true },
};
