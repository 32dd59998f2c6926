import { brokenPromises, compare, endOf, finalLog, NOT_SHOWN, polled } from './account.ts';
import { scenario } from './scenario.ts';
import { abort, begin, commit, consumer, initTransactions, poll, producer, sendBy } from './story.ts';

export const abortedRecordsStayInTheLog = scenario({
  name: 'aborted-records-stay-in-the-log',
  theme: 'Transactions',
  title: 'An aborted record is in the log, and only read_committed hides it',
  teaches:
    'Records of a transaction are appended and replicated at once; whether they count is decided later by a marker, which takes an offset of its own (KIP-98). An abort deletes nothing. Consumers with isolation.level=read_committed are sent a list of the aborted transactions with what they fetch, and skip their records; the default is read_uncommitted, which shows everything.',
  outcome: 'The log holds v3, an abort marker, v6 and a commit marker; read_committed shows v6 alone.',
  story: {
    brokers: 3,
    configuration: { 'min.insync.replicas': 2 },
    clients: [
      producer('producer', 'payments'),
      consumer('careful', { isolation: 'read_committed' }),
      consumer('careless', { isolation: 'read_uncommitted' }),
    ],
    steps: [
      initTransactions(1, 1_000),
      begin(2, 3_000),
      sendBy('producer', 3, 3_000),
      abort(4, 3_500),
      begin(5, 4_500),
      sendBy('producer', 6, 4_500),
      commit(7, 5_000),
      poll(8, 6_500, 'careless'),
      poll(9, 6_500, 'careful'),
    ],
  },
  judge: (result) => [
    ...compare('the abort', endOf(result, 4), 'ok'),
    ...compare('read_uncommitted', polled(result, 8), ['v3', 'v6']),
    ...compare('read_committed', polled(result, 9), ['v6']),
    ...compare('the final log', finalLog(result), ['v3', NOT_SHOWN, 'v6']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
