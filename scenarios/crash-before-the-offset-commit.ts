/**
 * One story for two applications that read an order, write an invoice and note how far they have read. Both die
 * after the invoice is written and before the offset is committed; their successors begin where the group stands.
 */
import {
  begin,
  commit,
  commitOffsets,
  consumer,
  fetchOffsets,
  initTransactions,
  poll,
  producer,
  restartProducer,
  sendBy,
  sendOffsets,
  type Step,
  type Story,
  TOPIC,
} from './story.ts';

export const INVOICES = 'invoices';
const GROUP = 'billing';
const PAYLOAD = 'invoice for v1';

/** Of the operations that a judge asks for. */
export const READ_AGAIN = 12;
export const GROUP_IN_THE_END = 17;

export function crashBeforeTheOffsetCommit(transactional: boolean): Story {
  const invoice = (id: number, atMs: number): Step =>
    sendBy('application', id, atMs, { topic: INVOICES, payload: PAYLOAD });
  const inTransaction = (...steps: readonly Step[]): readonly Step[] => (transactional ? steps : []);
  return {
    brokers: 3,
    configuration: { 'min.insync.replicas': 2, 'isolation.level': 'read_committed' },
    topics: [TOPIC, INVOICES].map((name) => ({ name, partitions: 1, replicationFactor: 3 })),
    clients: [
      producer('shop'),
      producer('application', transactional ? 'billing' : undefined),
      consumer('reader'),
      consumer('next-reader'),
    ],
    steps: [
      sendBy('shop', 1, 2_000),
      ...inTransaction(initTransactions(2, 1_000, 'application')),
      poll(3, 3_000, 'reader'),
      ...inTransaction(begin(4, 4_000, 'application')),
      invoice(5, 4_000),
      ...inTransaction(sendOffsets(6, 4_200, GROUP, 'reader', 'application')),
      restartProducer(10, 5_000, 'application'),
      ...inTransaction(initTransactions(7, 5_500, 'application')),
      fetchOffsets(11, 7_000, GROUP, 'next-reader'),
      poll(READ_AGAIN, 8_000, 'next-reader'),
      ...inTransaction(begin(13, 9_000, 'application')),
      invoice(14, 9_000),
      ...(transactional
        ? [sendOffsets(15, 9_200, GROUP, 'next-reader', 'application'), commit(16, 9_500, 'application')]
        : [commitOffsets(15, 9_500, GROUP, 'next-reader')]),
      fetchOffsets(GROUP_IN_THE_END, 11_000, GROUP, 'next-reader'),
    ],
  };
}
