import type { Defect } from './defect.ts';

/** Found by this harness; the rule is the published one of Kafka (`TransactionStateManager.loadTransactionMetadata`). */
export const coordinatorServesUncommittedLog: Defect = {
  slug: 'coordinator_serves_uncommitted_log',
  ids: [],
  title: 'A new transaction coordinator acts on uncommitted records of its log',
  versions: 'as published in the sources of 3.x and 4.0; we know of no issue that reports it',
  breaks: 'progress: a transaction hangs; and atomic transactions, when the outcome itself is lost',
  how:
    'A coordinator reads its log to the end and answers requests at once. A record that only some in-sync ' +
    'replicas hold adds a partition to a transaction, or decides its outcome: the partition takes records, or ' +
    'gets its marker. Then another replica becomes leader, and no coordinator has that record any more.',
  rules: { mayServeLoadedLog: () => true },
  needs: { transactions: true },
};
