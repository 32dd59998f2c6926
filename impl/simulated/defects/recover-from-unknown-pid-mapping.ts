import { Errors } from '../../kafka/errors.ts';
import { afterCoordinatorAnswer, afterFailedBatch } from '../rules/producer-transaction.ts';
import type { Defect } from './defect.ts';

export const recoverFromUnknownPidMapping: Defect = {
  slug: 'recover_from_unknown_pid_mapping',
  ids: ['KAFKA-18019'],
  title: 'a producer whose transactional id was forgotten gets another identity and goes on',
  versions: '2.5.0 to 3.9.x',
  breaks: 'atomicity: a producer that another one had fenced commits a transaction',
  how: 'Another producer takes over the transactional id; then both are idle until the coordinator forgets it. The first one is told that its producer id is unknown, aborts, asks for a new one and gets it, as if nobody had come in between.',
  rules: {
    afterCoordinatorAnswer: (error) =>
      error === Errors.INVALID_PRODUCER_ID_MAPPING ? 'renewable' : afterCoordinatorAnswer(error),
    afterFailedBatch: (error) =>
      error === Errors.INVALID_PRODUCER_ID_MAPPING ? 'renewable' : afterFailedBatch(error),
  },
  needs: {
    transactions: true,
    directedScenario: 'forgotten-id',
    configuration: {
      'transactional.id.expiration.ms': 1_000,
      'transaction.remove.expired.transaction.cleanup.interval.ms': 200,
    },
  },
};
