import { brokenPromises, compare, endOf, finalLog } from './account.ts';
import { scenario } from './scenario.ts';
import { pause, producer, sendBy } from './story.ts';

const payload = 'order 7 is paid';

export const zombieProducerWithoutTransactionalId = scenario({
  name: 'zombie-producer-without-transactional-id',
  theme: 'Transactions',
  title: 'A producer that was taken for dead wakes up, and without transactional.id nobody refuses it',
  teaches:
    'Nearly the same as zombie-producer-is-fenced, with idempotence only: the record waits in the producer for linger.ms when the process stops. Without transactional.id each process gets a producer id of its own, so that the brokers see two producers, of which neither is the successor of the other. Idempotence (KIP-98) ends with the process; only a transactional.id tells that two processes are one producer.',
  outcome: 'The successor and the zombie both store that order 7 is paid; no promise is broken.',
  story: {
    brokers: 3,
    configuration: { acks: 'all', 'min.insync.replicas': 2, 'enable.idempotence': true, 'linger.ms': 200 },
    clients: [producer('zombie'), producer('successor')],
    steps: [
      sendBy('zombie', 1, 3_000),
      sendBy('zombie', 2, 3_900, { payload }),
      pause('zombie', 4_000, 4_000),
      sendBy('successor', 3, 6_000, { payload }),
    ],
  },
  judge: (result) => [
    ...compare(
      'the sends',
      [2, 3].map((op) => endOf(result, op)),
      ['ok at offset 2', 'ok at offset 1'],
    ),
    ...compare('the final log', finalLog(result), ['v1', `${payload} #3`, `${payload} #2`]),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
