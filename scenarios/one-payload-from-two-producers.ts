import { brokenPromises, compare, endOf, finalLog } from './account.ts';
import { scenario } from './scenario.ts';
import { producer, sendBy } from './story.ts';

const payload = 'order 7 is paid';

export const onePayloadFromTwoProducers = scenario({
  name: 'one-payload-from-two-producers',
  theme: 'Producers that send again',
  title: 'Two producers send one payload, and so does one producer twice: these are three records',
  teaches:
    'Kafka does not deduplicate. Idempotence (KIP-98) tells a batch that a producer sends again by its producer id and its sequence number, never by what is in it. Two calls of send are two records, whoever makes them; who wants one of them has to tell by a key of the application.',
  outcome:
    'The payload lies at the offsets 0, 1 and 2, and no promise is broken. (The number after it says which send it was.)',
  story: {
    brokers: 3,
    configuration: { acks: 'all', 'min.insync.replicas': 2, 'enable.idempotence': true },
    clients: [producer('till'), producer('web-shop')],
    steps: [
      sendBy('till', 1, 2_500, { payload }),
      sendBy('web-shop', 2, 3_500, { payload }),
      sendBy('web-shop', 3, 4_500, { payload }),
    ],
  },
  judge: (result) => [
    ...compare(
      'the sends',
      [1, 2, 3].map((op) => endOf(result, op)),
      ['ok at offset 0', 'ok at offset 1', 'ok at offset 2'],
    ),
    ...compare(
      'the final log',
      finalLog(result),
      [1, 2, 3].map((op) => `${payload} #${op}`),
    ),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
