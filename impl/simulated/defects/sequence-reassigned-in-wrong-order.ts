import type { Defect } from './defect.ts';

/** The order in which an iterator goes through the array of a binary heap from which the first was taken. */
function inHeapOrder<Batch>(bySequence: readonly Batch[]): readonly Batch[] {
  const [first, second, third, ...rest] = bySequence;
  if (first === undefined || second === undefined || third === undefined) return bySequence;
  return [first, third, second, ...rest];
}

export const sequenceReassignedInWrongOrder: Defect = {
  slug: 'sequence_reassigned_in_wrong_order',
  ids: ['KAFKA-8483', 'KAFKA-8484'],
  title: 'Batches in flight get their new sequences in heap order',
  versions: 'before 2.3.0',
  breaks: 'idempotence: records of one producer are stored in another order than they were sent in',
  how:
    'A producer must give new sequences to its unanswered batches, and goes through a priority queue with its ' +
    'iterator, which has no defined order. The batches are sent in the order of the new sequences, and are ' +
    'stored in that order.',
  rules: { orderOfNewSequences: inHeapOrder, mayTakeNewIdentity: () => true },
};
