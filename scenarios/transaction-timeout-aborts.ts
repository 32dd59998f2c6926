import { brokenPromises, compare, endOf, finallyCommitted, polled } from './account.ts';
import { scenario } from './scenario.ts';
import { begin, commit, consumer, initTransactions, poll, producer, sendBy } from './story.ts';

export const transactionTimeoutAborts = scenario({
  name: 'transaction-timeout-aborts',
  theme: 'Transactions',
  title: 'A transaction is open for too long; its coordinator aborts it, and the commit comes too late',
  teaches:
    'transaction.timeout.ms bounds how long a producer that has died, or thinks for too long, holds readers back. The coordinator looks for such transactions every transaction.abort.timed.out.transaction.cleanup.interval.ms, aborts them in its own name and raises the producer epoch, so that whatever the producer still has under way is refused (KIP-98, KIP-360).',
  outcome:
    'v3 is aborted 5 to 15 seconds after it was sent; the commit is refused, and readers get on to v4.',
  story: {
    brokers: 3,
    configuration: { 'min.insync.replicas': 2, 'transaction.timeout.ms': 5_000 },
    clients: [
      producer('slow', 'payments'),
      producer('quick'),
      consumer('careful', { isolation: 'read_committed' }),
    ],
    steps: [
      initTransactions(1, 1_000, 'slow'),
      begin(2, 3_000, 'slow'),
      sendBy('slow', 3, 3_000),
      sendBy('quick', 4, 4_000),
      poll(5, 7_000, 'careful'),
      poll(6, 20_000, 'careful'),
      commit(7, 21_000, 'slow'),
    ],
  },
  judge: (result) => [
    ...compare('read before the timeout', polled(result, 5), []),
    ...compare('read afterwards', polled(result, 6), ['v4']),
    ...compare('the commit', endOf(result, 7), 'fail: INVALID_TXN_STATE'),
    ...compare('transactions timed out', result.probes['transaction-timed-out'], 1),
    ...compare('committed in the end', finallyCommitted(result), ['v4']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
