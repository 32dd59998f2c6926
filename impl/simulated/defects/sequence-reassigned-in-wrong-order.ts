import type { Defect } from './defect.ts';

/** A binary heap from which the first was taken, as an iterator goes through its array. */
function inHeapOrder<Batch>(bySequence: readonly Batch[]): readonly Batch[] {
  const [first, second, third, ...rest] = bySequence;
  if (first === undefined || second === undefined || third === undefined) return bySequence;
  return [first, third, second, ...rest];
}

export const sequenceReassignedInWrongOrder: Defect = {
  slug: 'sequence_reassigned_in_wrong_order',
  ids: ['KAFKA-8483', 'KAFKA-8484'],
  title: 'Batches in flight get their new sequences in the order of a heap',
  versions: 'before 2.3.0',
  breaks: 'idempotence: records of one producer lie in another order than they were sent in',
  how:
    'A producer has to number its unanswered batches anew, and goes through a priority queue by its iterator, which ' +
    'keeps no order. The batches come back, are sent by their new sequences, and lie in the log in that order.',
  rules: { orderOfNewSequences: inHeapOrder, mayTakeNewIdentity: () => true },
};
