import { brokenPromises, compare, endOf, finallyCommitted, offsetsTold, polled } from './account.ts';
import { scenario } from './scenario.ts';
import {
  begin,
  commit,
  consumer,
  fetchOffsets,
  initTransactions,
  poll,
  producer,
  restartProducer,
  sendBy,
  sendOffsets,
  TOPIC,
} from './story.ts';

const DATABASE = 'database';
const payload = 'row for v1';

export const anotherSystemAsASink = scenario({
  name: 'another-system-as-a-sink',
  theme: 'What transactions do not give',
  title: 'An application copies orders to a database with its offsets in a transaction: a row is there twice',
  teaches:
    'The transaction holds the offset, and the database knows nothing of it. The application dies after it has written the row and before it commits; the offset is rolled back, the row is not. (The database is played by a topic to which a producer without transactions writes.) Exactly once into another system takes that system: a row with a key that can be written twice, or the offset in the same transaction of the database.',
  outcome: 'The offset was aborted, v1 is read again, and the database has two rows for it.',
  story: {
    brokers: 3,
    configuration: { 'min.insync.replicas': 2, 'isolation.level': 'read_committed' },
    topics: [TOPIC, DATABASE].map((name) => ({ name, partitions: 1, replicationFactor: 3 })),
    clients: [
      producer('shop'),
      producer('application', 'sink'),
      producer('driver'),
      consumer('reader'),
      consumer('next-reader'),
    ],
    steps: [
      initTransactions(2, 1_000, 'application'),
      sendBy('shop', 1, 2_000),
      poll(3, 3_000, 'reader'),
      begin(4, 4_000, 'application'),
      sendBy('driver', 5, 4_000, { topic: DATABASE, payload }),
      sendOffsets(6, 4_200, 'copy', 'reader', 'application'),
      restartProducer(7, 5_000, 'application'),
      initTransactions(8, 5_500, 'application'),
      fetchOffsets(9, 7_000, 'copy', 'next-reader'),
      poll(10, 8_000, 'next-reader'),
      begin(11, 9_000, 'application'),
      sendBy('driver', 12, 9_000, { topic: DATABASE, payload }),
      sendOffsets(13, 9_200, 'copy', 'next-reader', 'application'),
      commit(14, 9_500, 'application'),
      fetchOffsets(15, 11_000, 'copy', 'next-reader'),
    ],
  },
  judge: (result) => [
    ...compare('the group after the crash', offsetsTold(result, 9), ['orders-0 at none']),
    ...compare('what is read again', polled(result, 10), ['v1']),
    ...compare('the commit', endOf(result, 14), 'ok'),
    ...compare('the group in the end', offsetsTold(result, 15), ['orders-0 at 1']),
    ...compare('rows', finallyCommitted(result, DATABASE), [`${payload} #5`, `${payload} #12`]),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
