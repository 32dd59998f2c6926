import { Errors } from '../../kafka/errors.ts';
import {
  addPartitions,
  endTransactionV1,
  endTransactionV2,
  verifyPartition,
} from '../rules/transaction-coordinator.ts';
import type { Defect } from './defect.ts';

type Decision = { readonly is: string };

/** To this rule any epoch but its own is one of the past. */
function fencing<D extends Decision>(decision: D): D {
  return 'error' in decision && decision.error === Errors.NOT_COORDINATOR
    ? { ...decision, error: Errors.PRODUCER_FENCED }
    : decision;
}

/** Found by this harness; the rule is Kafka's as published (`TransactionCoordinator.handleAddPartitionsToTransaction`). */
export const deposedCoordinatorFencesNewerProducer: Defect = {
  slug: 'deposed_coordinator_fences_newer_producer',
  ids: [],
  title: 'a coordinator that has been replaced fences whoever is newer than what it knows',
  versions: 'as published in the sources of 3.x and 4.0; we know of no issue that reports it',
  breaks: 'progress: a producer is told that it is fenced, and nobody has taken its transactional id',
  how: 'A coordinator is replaced and has not heard of it. A producer ends a transaction at the new one, and is given its next epoch. A group coordinator that has not heard of it either asks the old coordinator to agree to the next transaction; the epoch is not the one that it knows, and so the producer is fenced.',
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
      // Until then the new log waits for the old coordinator.
      'replica.lag.time.max.ms': 1_000,
    },
  },
};
