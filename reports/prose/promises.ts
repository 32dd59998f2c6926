/** What each guarantee promises, in a sentence for somebody who has just seen it broken. */
import type { Violation } from '../../model/guarantee.ts';

const PROMISES: Readonly<Record<Violation['guarantee'], string>> = {
  'no-loss':
    'A record that was acknowledged stays where the acknowledgement says, as long as one in-sync replica lives.',
  'partition-order':
    'Within a partition every reader sees one order of records, the one in which they were written, without gaps or repetitions.',
  'committed-reads':
    'A consumer is shown only what is committed: what every later leader of the partition will have too.',
  'idempotent-producer':
    'What a producer sends again by itself is stored once, its records lie in a partition in the order in which it sent them, and what a broker refuses of its sequences it settles by itself.',
  'atomic-transactions':
    'Of a transaction, consumers with isolation.level=read_committed and committed offsets show all or nothing.',
  progress:
    'Once faults are over, or brokers that are not needed are gone for good, everything comes to an end: operations, elections, replication.',
  invariant: 'What the protocol itself relies on: replicas agree on everything below their high watermarks.',
};

export function promiseOf(guarantee: Violation['guarantee']): string {
  return PROMISES[guarantee];
}
