import { brokenPromises, compare, endOf, finalLog } from './account.ts';
import { scenario } from './scenario.ts';
import { createTopic, send, TOPIC } from './story.ts';

export const tooManyReplicasAreRefused = scenario({
  name: 'too-many-replicas-are-refused',
  theme: 'Replicas in sync',
  title: 'A topic cannot be created with more replicas than there are brokers',
  teaches:
    'Every replica of a partition lies on another broker, so that a replication factor above the number of registered brokers cannot be met. Kafka does not create a smaller topic instead, nor one that waits for a broker to come: the request fails with INVALID_REPLICATION_FACTOR, and there is no topic.',
  outcome:
    'Four replicas on three brokers are refused with INVALID_REPLICATION_FACTOR; three are not, and the topic takes a record.',
  story: {
    brokers: 3,
    configuration: {},
    topics: [],
    steps: [createTopic(1, 500, TOPIC, 4), createTopic(2, 2_000, TOPIC, 3), send(3, 4_000)],
  },
  judge: (result) => [
    ...compare('the first request', endOf(result, 1), 'fail: INVALID_REPLICATION_FACTOR'),
    ...compare('the second request', endOf(result, 2), 'ok'),
    ...compare('the send of v3', endOf(result, 3), 'ok at offset 0'),
    ...compare('the final log', finalLog(result), ['v3']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
