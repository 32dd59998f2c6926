/** Each guarantee in a sentence, for a reader who sees it violated. */
import type { Violation } from '../../model/guarantee.ts';

const GUARANTEES: Readonly<Record<Violation['guarantee'], string>> = {
  'no-loss':
    'An acknowledged record stays at its offset as long as at least one in-sync replica stays alive.',
  'partition-order':
    'All readers of a partition see one order of records, the order in which they were written, without gaps or repetitions.',
  'committed-reads':
    'A consumer reads only committed records, which every later leader of the partition has too.',
  'idempotent-producer':
    "A producer's own retries are stored once, its records lie in a partition in the order of its sends, and it recovers from sequence errors without the application.",
  'atomic-transactions':
    'Consumers with isolation.level=read_committed and committed offsets see all of a transaction or none of it.',
  progress:
    'Once faults are over, or nodes that are not needed are gone for good, the cluster recovers: operations complete, every partition has a leader and a full ISR.',
  invariant: 'The protocol relies on it: replicas agree on everything below their high watermarks.',
};

/** Returns what the guarantee promises, in a sentence. */
export function guaranteeSentence(guarantee: Violation['guarantee']): string {
  return GUARANTEES[guarantee];
}
