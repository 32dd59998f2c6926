import { brokenPromises, compare, endOf, finallyCommitted, identities } from './account.ts';
import { scenario } from './scenario.ts';
import { begin, commit, initTransactions, producer, restartProducer, sendBy } from './story.ts';

export const sameTransactionalIdAfterARestart = scenario({
  name: 'same-transactional-id-after-a-restart',
  theme: 'Transactions',
  title: 'A producer starts again with its transactional.id: the same producer id, and a higher epoch',
  teaches:
    'A transactional.id outlives its process: the coordinator keeps which producer id it has in __transaction_state. The new process calls initTransactions; what the old one left open is aborted first, and the answer is the old producer id with a higher epoch (KIP-98). While the abort is under way the coordinator answers CONCURRENT_TRANSACTIONS, and the client asks again.',
  outcome: 'Producer 0 comes back as producer 0 with a higher epoch; v3 is aborted, v8 is committed.',
  story: {
    brokers: 3,
    configuration: { 'min.insync.replicas': 2 },
    clients: [producer('producer', 'payments')],
    steps: [
      initTransactions(1, 1_000),
      begin(2, 3_000),
      sendBy('producer', 3, 3_000),
      restartProducer(4, 4_000),
      initTransactions(6, 4_500),
      begin(7, 6_000),
      sendBy('producer', 8, 6_000),
      commit(9, 6_500),
    ],
  },
  judge: (result) => [
    ...compare('who it is', identities(result), ['producer 0, epoch 0', 'producer 0, epoch 2']),
    ...compare('the commit', endOf(result, 9), 'ok'),
    ...compare('committed in the end', finallyCommitted(result), ['v8']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
