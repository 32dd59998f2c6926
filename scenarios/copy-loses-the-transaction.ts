import { brokenPromises, compare, endOf, finallyCommitted, polled } from './account.ts';
import { scenario } from './scenario.ts';
import { begin, commit, consumer, initTransactions, poll, producer, sendBy, TOPIC } from './story.ts';

const MIRROR = 'mirror';

export const copyLosesTheTransaction = scenario({
  name: 'copy-loses-the-transaction',
  theme: 'What transactions do not give',
  title: 'Records of a transaction are copied to another cluster, and half of them can be read there',
  teaches:
    'A consumer is given records, not transactions: nothing tells it which of them belong together, and so a copier cannot keep it, even if it writes in transactions of its own. MirrorMaker 2 copies what is committed (KIP-382), each partition at its own pace; with exactly-once support (KIP-618) it writes in transactions, but these are its own. (The other cluster is played by a second topic.)',
  outcome:
    'v3 and v4 were committed together; whoever reads the copy meets v3 without v4, and no promise is broken.',
  story: {
    brokers: 3,
    configuration: { 'min.insync.replicas': 2, 'isolation.level': 'read_committed' },
    topics: [TOPIC, MIRROR].map((name) => ({ name, partitions: 2, replicationFactor: 3 })),
    clients: [
      producer('producer', 'payments'),
      consumer('copier', { partitions: 2 }),
      producer('copying'),
      consumer('reader', { topic: MIRROR, partitions: 2 }),
    ],
    steps: [
      initTransactions(1, 1_000),
      begin(2, 3_000),
      sendBy('producer', 3, 3_000),
      sendBy('producer', 4, 3_000, { partition: 1 }),
      commit(5, 3_500),
      poll(6, 5_000, 'copier'),
      poll(7, 5_600, 'copier'),
      sendBy('copying', 8, 7_000, { topic: MIRROR, partition: 0, payload: 'copy of v3' }),
      poll(9, 8_000, 'reader'),
      sendBy('copying', 10, 12_000, { topic: MIRROR, partition: 1, payload: 'copy of v4' }),
      poll(11, 13_000, 'reader'),
    ],
  },
  judge: (result) => [
    ...compare('the commit', endOf(result, 5), 'ok'),
    ...compare('what the copier reads', [...polled(result, 6), ...polled(result, 7)].sort(), ['v3', 'v4']),
    ...compare('the copy, meanwhile', polled(result, 9), ['copy of v3 #8']),
    ...compare('the copy, afterwards', polled(result, 11), ['copy of v4 #10']),
    ...compare(
      'the copy in the end',
      [0, 1].flatMap((index) => finallyCommitted(result, MIRROR, index)),
      ['copy of v3 #8', 'copy of v4 #10'],
    ),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
