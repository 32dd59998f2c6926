import { Errors } from '../../kafka/errors.ts';
import { afterMarker } from '../rules/transaction-coordinator.ts';
import type { Defect } from './defect.ts';

export const markerLostOnPartitionEmigration: Defect = {
  slug: 'marker_lost_on_partition_emigration',
  ids: ['KAFKA-5610'],
  title: 'A marker for a partition that the broker no longer hosts counts as written',
  versions: '0.11.0.0, before 0.11.0.1',
  breaks: 'progress: a transaction stays open on a partition for ever',
  how:
    'A replica moves to another broker, and the coordinator does not know it yet. The broker that it asks takes ' +
    'a partition that it does not host for one with an old record format, which needs no markers.',
  rules: {
    afterMarker: (error) => (error === Errors.UNKNOWN_TOPIC_OR_PARTITION ? 'done' : afterMarker(error)),
  },
  needs: {
    transactions: true,
    directedScenario: 'partition-emigration',
    // There is a broker to move to, and the request with the marker does not time out on its way.
    configuration: {
      'default.replication.factor': 2,
      'min.insync.replicas': 2,
      'request.timeout.ms': 2_000,
    },
  },
};
