import { brokenPromises, compare, endOf, finalLog, polled } from './account.ts';
import { scenario } from './scenario.ts';
import { createTopic, deleteTopic, poll, send, shutDown, TOPIC } from './story.ts';

export const aTopicMadeAnewIsAnotherOne = scenario({
  name: 'a-topic-made-anew-is-another-one',
  theme: 'Brokers and controllers',
  title: 'A topic made anew under an old name is another topic',
  teaches:
    'A topic has an id besides its name (KIP-516). When one is deleted and another is made under its name, a broker that was away comes back to the old log, in the folder of the new replica. The id in its partition.metadata file says whose log it is, and the broker deletes it. Fetch and Produce name topics by id, too, so that nobody who has not heard of the change reads or writes the new topic in place of the old one. A topic id is nothing that a consumer has to know: it goes on under the name.',
  outcome:
    'The new topic begins at offset 0 and holds v6 only, whichever broker leads it; no promise is broken.',
  story: {
    brokers: 3,
    configuration: { acks: 'all', 'min.insync.replicas': 2 },
    expect: ['no-loss'],
    steps: [
      send(1, 2_500),
      send(2, 2_600),
      poll(3, 2_700),
      shutDown('broker-3', 3_500, 10_000),
      deleteTopic(4, 7_000, TOPIC),
      createTopic(5, 8_000, TOPIC, 3),
      send(6, 9_000),
    ],
  },
  judge: (result) => [
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('the poll', polled(result, 3), ['v1', 'v2']),
    ...compare('the deletion', endOf(result, 4), 'ok'),
    ...compare('the new topic', endOf(result, 5), 'ok'),
    ...compare('the send of v6', endOf(result, 6), 'ok at offset 0'),
    ...compare('the final log', finalLog(result), ['v6']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
