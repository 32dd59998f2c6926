import { Errors } from '../../kafka/errors.ts';
import { afterCoordinatorAnswer, afterFailedBatch } from '../rules/producer-transaction.ts';
import type { Defect } from './defect.ts';

export const recoverFromUnknownPidMapping: Defect = {
  slug: 'recover_from_unknown_pid_mapping',
  ids: ['KAFKA-18019'],
  title: 'A producer whose transactional id was forgotten gets a new producer id and continues',
  versions: '2.5.0 to 3.9.x',
  breaks: 'atomicity: a fenced producer commits a transaction',
  how:
    'Another producer takes over the transactional id; then both are idle until the coordinator forgets the id. ' +
    'The first producer learns that its producer id is unknown, aborts, asks for a new id and gets it, as if no ' +
    'other producer had come in between.',
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
