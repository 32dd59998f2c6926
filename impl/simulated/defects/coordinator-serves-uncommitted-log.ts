import type { Defect } from './defect.ts';

/** Found by this harness; the rule is Kafka's as published (`TransactionStateManager.loadTransactionMetadata`). */
export const coordinatorServesUncommittedLog: Defect = {
  slug: 'coordinator_serves_uncommitted_log',
  ids: [],
  title: 'A new transaction coordinator acts on what is not committed in its log',
  versions: 'as published in the sources of 3.x and 4.0; we know of no issue that reports it',
  breaks: 'progress: a transaction hangs; and atomic transactions, when the outcome itself is lost',
  how:
    'The coordinator reads its log to the end, and answers. A record that only some in-sync replicas hold says that ' +
    'a partition is in the transaction, or how it ends: the partition takes records, or gets its marker. Then one ' +
    'of the other replicas leads, and no coordinator knows of it any more.',
  rules: { mayServeLoadedLog: () => true },
  needs: { transactions: true },
};
