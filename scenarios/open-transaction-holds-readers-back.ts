import { brokenPromises, compare, endOf, polled } from './account.ts';
import { scenario } from './scenario.ts';
import { begin, commit, consumer, initTransactions, poll, producer, sendBy } from './story.ts';

export const openTransactionHoldsReadersBack = scenario({
  name: 'open-transaction-holds-readers-back',
  theme: 'Transactions',
  title: "A record that is no part of any transaction waits for somebody else's open transaction",
  teaches:
    'read_committed consumers are given records up to the last stable offset: the beginning of the oldest transaction that is still open (KIP-98). Everything behind it waits, be it committed already or no part of a transaction at all. So one slow producer delays all who read its partition by up to transaction.timeout.ms.',
  outcome:
    'v4 is acknowledged and read_uncommitted reads it at once; read_committed gets it when the transaction of v3 has ended.',
  story: {
    brokers: 3,
    configuration: { 'min.insync.replicas': 2 },
    clients: [
      producer('slow', 'payments'),
      producer('quick'),
      consumer('careful', { isolation: 'read_committed' }),
      consumer('careless', { isolation: 'read_uncommitted' }),
    ],
    steps: [
      initTransactions(1, 1_000, 'slow'),
      begin(2, 3_000, 'slow'),
      sendBy('slow', 3, 3_000),
      sendBy('quick', 4, 4_000),
      poll(5, 5_000, 'careless'),
      poll(6, 5_000, 'careful'),
      commit(7, 9_000, 'slow'),
      poll(8, 10_000, 'careful'),
    ],
  },
  judge: (result) => [
    ...compare('the send of v4', endOf(result, 4), 'ok at offset 1'),
    ...compare('read_uncommitted', polled(result, 5), ['v3', 'v4']),
    ...compare('read_committed, meanwhile', polled(result, 6), []),
    ...compare('read_committed, afterwards', polled(result, 8), ['v3', 'v4']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
