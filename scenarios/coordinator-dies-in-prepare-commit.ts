import { brokenPromises, compare, decided, endOf, finallyCommitted, polled } from './account.ts';
import { scenario } from './scenario.ts';
import {
  afterProbe,
  begin,
  commit,
  consumer,
  crash,
  initTransactions,
  loseMessage,
  poll,
  producer,
  sendBy,
} from './story.ts';

export const coordinatorDiesInPrepareCommit = scenario({
  name: 'coordinator-dies-in-prepare-commit',
  theme: 'Transactions',
  title: 'The coordinator dies between PrepareCommit and the markers, and the next one sends them',
  teaches:
    'The point of no return of a transaction is PrepareCommit in __transaction_state, an ordinary replicated topic: from there on it is committed, whoever dies (KIP-98). Whoever leads that partition of the log next is the coordinator; it reads the log, finds the transaction prepared, and writes its markers with its own, higher coordinator epoch. Until then readers wait at the last stable offset.',
  outcome:
    'Broker 2 dies with the markers unsent; ten seconds later its successor writes them, and v3 is read as committed.',
  story: {
    brokers: 3,
    configuration: {
      'min.insync.replicas': 2,
      'transaction.state.log.num.partitions': 2,
    },
    clients: [producer('producer', 'payments'), consumer('careful', { isolation: 'read_committed' })],
    steps: [
      initTransactions(1, 1_000),
      begin(2, 3_000),
      sendBy('producer', 3, 3_000),
      loseMessage('WriteTxnMarkers', 'request', 'broker-2', 'broker-1', 3_000),
      commit(4, 3_500),
      crash('broker-2', afterProbe('prepare-commit-written', 'broker-2', 1, 0)),
      poll(5, 5_000, 'careful'),
      poll(6, 25_000, 'careful'),
    ],
  },
  judge: (result) => [
    ...compare('the commit', endOf(result, 4), 'ok'),
    ...compare('read before the markers', polled(result, 5), []),
    ...compare('read with them', polled(result, 6), ['v3']),
    ...compare('transactions taken over', decided(result, 'prepared-transaction-taken-over').length, 1),
    ...compare('committed in the end', finallyCommitted(result), ['v3']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
