import { brokenPromises, compare, endOf, finallyCommitted } from './account.ts';
import { scenario } from './scenario.ts';
import { begin, commit, initTransactions, pause, producer, sendBy } from './story.ts';

export const zombieProducerIsFenced = scenario({
  name: 'zombie-producer-is-fenced',
  theme: 'Transactions',
  title: 'A producer that was taken for dead wakes up in its transaction, and its successor has fenced it',
  teaches:
    'A transactional.id belongs to one producer at a time. The successor calls initTransactions with the same one: the coordinator aborts what the zombie had left open and raises the producer epoch (KIP-98, KIP-360). Whatever the zombie then sends carries the old epoch and is refused, and its commit too. This is the one way in which Kafka can tell a zombie from a successor.',
  outcome:
    'The zombie is refused and its v3 is aborted; read_committed consumers see v6 of its successor alone.',
  story: {
    brokers: 3,
    configuration: { 'min.insync.replicas': 2 },
    clients: [producer('zombie', 'payments'), producer('successor', 'payments')],
    steps: [
      initTransactions(1, 1_000, 'zombie'),
      begin(2, 3_000, 'zombie'),
      sendBy('zombie', 3, 3_000),
      pause('zombie', 4_000, 4_000),
      initTransactions(4, 5_000, 'successor'),
      begin(5, 6_000, 'successor'),
      sendBy('successor', 6, 6_000),
      commit(7, 6_500, 'successor'),
      sendBy('zombie', 8, 8_500),
      commit(9, 8_500, 'zombie'),
    ],
  },
  judge: (result) => [
    ...compare("the successor's commit", endOf(result, 7), 'ok'),
    ...compare("the zombie's send", endOf(result, 8), 'fail: INVALID_PRODUCER_EPOCH'),
    ...compare("the zombie's commit", endOf(result, 9), 'fail: INVALID_PRODUCER_EPOCH'),
    ...compare('committed in the end', finallyCommitted(result), ['v6']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
