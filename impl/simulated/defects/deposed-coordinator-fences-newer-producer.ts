import { Errors } from '../../kafka/errors.ts';
import {
  addPartitions,
  endTransactionV1,
  endTransactionV2,
  verifyPartition,
} from '../rules/transaction-coordinator.ts';
import type { Defect } from './defect.ts';

type Decision = { readonly is: string };

/** Treats any epoch but the known one as an old one. */
function fencing<D extends Decision>(decision: D): D {
  return 'error' in decision && decision.error === Errors.NOT_COORDINATOR
    ? { ...decision, error: Errors.PRODUCER_FENCED }
    : decision;
}

/** Found by this harness; the rule is the published one of Kafka (`TransactionCoordinator.handleAddPartitionsToTransaction`). */
export const deposedCoordinatorFencesNewerProducer: Defect = {
  slug: 'deposed_coordinator_fences_newer_producer',
  ids: [],
  title: 'A deposed coordinator fences a producer whose epoch is newer than the one that it knows',
  versions: 'as published in the sources of 3.x and 4.0; we know of no issue that reports it',
  breaks: 'progress: a producer is fenced although no other producer has taken its transactional id',
  how:
    'A coordinator is replaced and does not know it yet. A producer ends a transaction at the new coordinator ' +
    'and gets its next epoch. A group coordinator that does not know of the change either asks the old ' +
    'coordinator to verify the next transaction; the epoch differs from the one that the old coordinator knows, ' +
    'and so it fences the producer.',
  rules: {
    addPartitions: (...asked) => fencing(addPartitions(...asked)),
    verifyPartition: (...asked) => {
      const error = verifyPartition(...asked);
      return error === Errors.NOT_COORDINATOR ? Errors.PRODUCER_FENCED : error;
    },
    endTransactionV1: (...asked) => fencing(endTransactionV1(...asked)),
    endTransactionV2: (...asked) => fencing(endTransactionV2(...asked)),
  },
  needs: {
    transactions: true,
    directedScenario: 'deaf-coordinator',
    configuration: {
      'transaction.timeout.ms': 20_000,
      'request.timeout.ms': 750,
      // Until then the new leader of the log waits for the old coordinator, which is still in the ISR.
      'replica.lag.time.max.ms': 1_000,
    },
  },
};
