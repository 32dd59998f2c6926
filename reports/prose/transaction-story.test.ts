import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { planSchema } from '../../impl/plan/plan.ts';
import type { TransactionState } from '../../impl/kafka/internal-records.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import type { Trace, TracedRecord, TraceEntry } from '../../impl/trace/trace.ts';
import type { Violation } from '../../model/guarantee.ts';
import type { FailureReport } from '../analysis/failure-report.ts';
import { ClusterReplay } from '../analysis/cluster-state.ts';
import { glossary } from '../analysis/glossary.ts';
import { findEvidence } from '../analysis/evidence.ts';
import { storyOf } from './story.ts';
import { terminalReport } from '../terminal/terminal.ts';
import { transactionStory } from './transaction-story.ts';

const savedCase = z.object({ plan: planSchema });

/** Of a plan that is saved with its bug. */
function reportOf(name: string): FailureReport {
  const file = new URL(`../../properties/corpus/defects/${name}.json`, import.meta.url);
  const { plan } = savedCase.parse(JSON.parse(readFileSync(file, 'utf8')));
  const result = simulate(plan, { trace: true, history: true });
  return { plan, result, replayCommand: '', versions: { kafkaCrucible: '', node: '' } };
}

function storyOfDefect(name: string): readonly string[] {
  return storyOf(reportOf(name)).sentences.map(({ text }) => text);
}

/** Stories that engineers of Kafka know: who reads one should recognise it. */
describe('the stories of the bugs that people look for', () => {
  test('KAFKA-17754: an EndTxn that was given up arrives in the next transaction, which has the same epoch', () => {
    expect(storyOfDefect('late-end-txn')).toEqual([
      'the EndTxn request from producer-1 to broker-2 takes 1500 ms longer: commit of payments, producer 0 in epoch 0',
      'producer-1 gets no answer and sends its EndTxn request to broker-2 again: commit of payments, producer 0 in epoch 0',
      'broker-2, the coordinator of payments, decides to commit transaction 1: PrepareCommit, producer 0 in epoch 0 (markers are due in orders-0)',
      'broker-1 (leader, epoch 0) appends the commit marker of producer 0 in epoch 0 at orders-0 offset 1: v2 of transaction 1 counts as committed',
      'broker-1 (leader, epoch 0) appends v5 of transaction 4 at orders-0 offset 2, from producer 0 in epoch 0',
      'the EndTxn request that producer-1 sent at 1100.0 ms reaches broker-2 only now: commit of payments, producer 0 in epoch 0; by now transaction 4 is open, in the same epoch',
      'broker-2, the coordinator of payments, decides to commit transaction 4, although no commit or abort of it was requested: PrepareCommit, producer 0 in epoch 0 (markers are due in orders-0)',
      'broker-1 (leader, epoch 0) appends the commit marker of producer 0 in epoch 0 at orders-0 offset 3: v5 of transaction 4 counts as committed, although no commit or abort of it was requested',
      'producer-1 asks for transaction 4 to abort',
      "producer-1's abort fails for certain: INVALID_TXN_STATE",
      'committed-reader-1 reads orders-0 from offset 0 to 4 (exclusive) and gets v2, v5',
      'committed-reader-1 read "v5" at offset 2 of orders-0 by read_committed, while transaction 4 of producer-1, to which it belongs, was open.',
    ]);
  });

  test('KIP-890: a record arrives after the abort marker and opens a transaction that nobody will end', () => {
    expect(storyOfDefect('no-transaction-verification')).toEqual([
      'broker-2, the coordinator of payments, assigns it producer 0 in epoch 0',
      'broker-2, the coordinator of payments, notes that transaction 1 of producer 0 in epoch 0 writes to orders-0',
      'the Produce request from producer-1 to broker-1 takes 2000 ms longer: orders-0 v2 (producer 0, epoch 0, sequence 0), acks=all',
      'producer-1 asks for transaction 1 to abort',
      'broker-2, the coordinator of payments, decides to abort transaction 1: PrepareAbort, producer 0 in epoch 0 (markers are due in orders-0)',
      'broker-1 (leader, epoch 0) appends the abort marker of producer 0 in epoch 0 at orders-0 offset 0: none of its records is open there',
      'broker-2, the coordinator of payments, knows that every marker is written: CompleteAbort, producer 0 in epoch 0',
      'broker-2, the coordinator of payments, assigns it producer 0 in epoch 1',
      'producer-1 receives the acknowledgement that transaction 1 is aborted',
      'the Produce request that producer-1 sent at 1002.0 ms reaches broker-1 only now: orders-0 v2 (producer 0, epoch 0, sequence 0), acks=all',
      'broker-1 (leader, epoch 0) appends v2 of transaction 1 at orders-0 offset 1, from producer 0 in epoch 0, though its coordinator broker-2 has nothing open there for payments (Empty), and so will never end it',
      expect.stringMatching(
        /^orders-0: a transaction hangs at offset 1, before the high watermark 2, and no coordinator knows of it/,
      ),
    ]);
  });

  test('KAFKA-19446: a marker that was sent again arrives once more, in the transaction after its own', () => {
    expect(storyOfDefect('late-marker-completes-next-txn-tv2')).toEqual([
      'broker-2, the coordinator of payments, decides to commit transaction 1: PrepareCommit, producer 0 in epoch 1 (markers are due in orders-0)',
      'the WriteTxnMarkers request from broker-2 to broker-1 takes 2000 ms longer: commit of producer 0 in epoch 1 to orders-0, coordinator epoch 0',
      'broker-2 gets no answer and sends its WriteTxnMarkers request to broker-1 again: commit of producer 0 in epoch 1 to orders-0, coordinator epoch 0',
      'broker-1 (leader, epoch 0) appends the commit marker of producer 0 in epoch 1 at orders-0 offset 1: v2 of transaction 1 counts as committed',
      'broker-1 (leader, epoch 0) appends v5 of transaction 4 at orders-0 offset 2, from producer 0 in epoch 1',
      'the WriteTxnMarkers request that broker-2 sent at 1101.5 ms reaches broker-1 only now: commit of producer 0 in epoch 1 to orders-0, coordinator epoch 0; by now transaction 4 is open, in the same epoch',
      'broker-1 (leader, epoch 0) appends the commit marker of producer 0 in epoch 1 at orders-0 offset 3: v5 of transaction 4 counts as committed, although no commit or abort of it was requested',
      'broker-2, the coordinator of payments, decides to abort transaction 4: PrepareAbort, producer 0 in epoch 2 (markers are due in orders-0)',
      'producer-1 receives the acknowledgement that transaction 4 is aborted',
      'broker-1 (leader, epoch 0) appends the abort marker of producer 0 in epoch 2 at orders-0 offset 4: none of its records is open there',
      'committed-reader-1 reads orders-0 from offset 0 to 5 (exclusive) and gets v2, v5',
      'committed-reader-1 read "v5" at offset 2 of orders-0 by read_committed, although transaction 4 of producer-1, to which it belongs, was aborted.',
    ]);
  });

  test('KAFKA-19999: a marker is sent again because its answer was lost, and refused for its own epoch', () => {
    const story = storyOfDefect('strict-marker-epoch-without-idempotence');
    const decisive = [
      'broker-2, the coordinator of payments, decides to commit transaction 1: PrepareCommit, producer 0 in epoch 1 (markers are due in orders-0)',
      'producer-1 receives the acknowledgement that transaction 1 is committed',
      'the WriteTxnMarkers response from broker-1 to broker-2 is lost: orders-0 ok',
      'broker-2 gets no answer and sends its WriteTxnMarkers request to broker-1 again: commit of producer 0 in epoch 1 to orders-0, coordinator epoch 0',
      'broker-1 refuses the WriteTxnMarkers request of broker-2: orders-0 INVALID_PRODUCER_EPOCH, for producer 0 has come to epoch 1 there already, by a commit marker at offset 1',
      'broker-2 takes this as the decision of a newer coordinator and stops sending the marker: the transaction will never be ended',
    ];
    expect(story.filter((text) => decisive.includes(text))).toEqual(decisive);
    expect(story.at(-1)).toMatch(/^transactions of payments are still open/);
  });
});

test('the terminal tells the same sentences as the page', () => {
  const report = reportOf('late-end-txn');
  const told = terminalReport(report, { width: 400 });
  for (const { text } of storyOf(report).sentences) expect(told).toContain(text);
});

test('a record that slips into another transaction is told with its own', () => {
  const story = storyOfDefect('late-produce-joins-next-txn');
  expect(story.some((text) => text.includes('appends v200 of transaction 199 at orders-0 offset 1'))).toBe(
    true,
  );
});

describe('entry by entry', () => {
  type Untold = TraceEntry extends infer E
    ? E extends TraceEntry
      ? Omit<E, 'seq' | 'timeUs' | 'cause'>
      : never
    : never;
  const leads = (topic: string): Untold => ({
    ...{ kind: 'role', node: 'broker-1', topic, partition: 0, role: 'leader', leaderEpoch: 0 },
  });
  const writes = (topic: string, record: Omit<TracedRecord, 'leaderEpoch'>): Untold => ({
    ...{ kind: 'append', node: 'broker-1', topic, partition: 0, records: [{ ...record, leaderEpoch: 0 }] },
  });
  const coordinates = (node: string, state: TransactionState, producerEpoch: number): Untold => ({
    ...{ kind: 'transaction-state', node, transactionalId: 'payments' },
    transaction: { state, pending: null, producerId: 7, producerEpoch, partitions: ['orders-0'] },
  });
  const of7 = { producerId: 7, producerEpoch: 3, transactional: true } as const;

  /** What is told of each entry in turn; null: nothing, or what any story tells. */
  function told(topic: string, ...untold: readonly Untold[]): readonly (string | null)[] {
    const entries = untold.map((entry, seq): TraceEntry => ({ ...entry, seq, timeUs: seq, cause: null }));
    const trace: Trace = { entries, nodes: [], workloadStartUs: 0, livenessStartUs: 1_000 };
    const violation: Violation = {
      ...{ guarantee: 'progress', anomaly: 'hanging-transaction', sentence: 'it hangs', timeUs: 0 },
      ...{ evidence: [], place: { topic, partition: 0 } },
    };
    const story = transactionStory(trace, violation, findEvidence(trace, violation), glossary(trace));
    const state = new ClusterReplay();
    return entries.map((entry) => {
      const sentence = story?.describe(entry, state) ?? null;
      state.advance(entry);
      return sentence === null || sentence.relevance === 0 ? null : sentence.text;
    });
  }

  test('a coordinator that takes over says in which state it found the transaction', () => {
    const takeover = coordinates('broker-2', 'PrepareCommit', 4);
    expect(
      told('orders', leads('orders'), writes('orders', { offset: 0, value: 'v1', ...of7 }), takeover),
    ).toEqual([
      null,
      'broker-1 (leader, epoch 0) appends v1 at orders-0 offset 0, from producer 7 in epoch 3',
      'broker-2 becomes the coordinator of payments and finds it in PrepareCommit, with producer 7 in epoch 4',
    ]);
  });

  test('in the log of offsets a value is where a group stands', () => {
    const topic = '__consumer_offsets';
    const marker = { ...of7, offset: 1, value: 'abort', marker: 'abort' } as const;
    expect(
      told(topic, leads(topic), writes(topic, { offset: 0, value: '12', ...of7 }), writes(topic, marker)),
    ).toEqual([
      null,
      "broker-1 (leader, epoch 0) appends the group's offset 12 at __consumer_offsets-0 offset 0, from producer 7 in epoch 3",
      "broker-1 (leader, epoch 0) appends the abort marker of producer 7 in epoch 3 at __consumer_offsets-0 offset 1: the group's offset 12 counts as aborted",
    ]);
  });

  test('what its coordinator has ended, nobody will end again', () => {
    const [, , opened] = told(
      'orders',
      coordinates('broker-2', 'CompleteAbort', 3),
      leads('orders'),
      writes('orders', { offset: 1, value: 'v1', ...of7 }),
    );
    expect(opened).toMatch(
      /though its coordinator broker-2 has nothing open there for payments \(CompleteAbort\)/,
    );
  });

  test('producers of other records are left out', () => {
    const other = { producerId: 8, producerEpoch: 0, transactional: true } as const;
    expect(
      told(
        'orders',
        leads('orders'),
        writes('orders', { offset: 0, value: 'v1', ...of7 }),
        leads('refunds'),
        writes('refunds', { offset: 0, value: 'v2', ...other }),
      ).at(-1),
    ).toBeNull();
  });
});

test('a violation that is not about transactions is told without them', () => {
  const story = storyOfDefect('truncate-to-hw-divergence');
  expect(story.some((text) => text.includes('coordinator of'))).toBe(false);
});
