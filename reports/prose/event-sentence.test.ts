import { describe, expect, test } from 'vitest';

import type { TraceEntry } from '../../impl/trace/trace.ts';
import type { HistoryEvent, Invocation } from '../../model/history/history.ts';
import { ClusterReplay } from '../analysis/cluster-state.ts';
import { entrySentence, historySentence } from './event-sentence.ts';
import { glossary } from '../analysis/glossary.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { transactionalReport } from '../testing/transactional-run.ts';

const at = { seq: 0, timeUs: 0, cause: null };
const orders = { topic: 'orders', partition: 0 };

function told(entry: TraceEntry, ...before: TraceEntry[]): string {
  const state = new ClusterReplay();
  for (const earlier of before) state.advance(earlier);
  return entrySentence(entry, state, { messages: new Map(), invocations: new Map(), deciders: new Map() });
}

function partitionState(leader: number | null, leaderEpoch: number, isr: number[]): TraceEntry {
  return {
    ...at,
    ...orders,
    kind: 'partition-state',
    leader,
    leaderEpoch,
    partitionEpoch: 0,
    replicas: [1, 2, 3],
    isr,
    elr: [],
  };
}

describe('the controller', () => {
  const created = partitionState(1, 0, [1, 2]);

  test('elects', () => {
    expect(told(partitionState(2, 1, [2]), created)).toBe(
      'the controller elects broker-2 leader of orders-0 in epoch 1 (in-sync replicas 2)',
    );
  });

  test('elects one that was not in sync', () => {
    expect(told(partitionState(3, 1, [3]), created)).toContain('elects, though it was not in sync, broker-3');
  });

  test('has nobody left to elect', () => {
    expect(told(partitionState(null, 1, [1]), created)).toContain('without a leader');
  });

  test('changes the in-sync replicas alone', () => {
    expect(told(partitionState(1, 0, [1, 3]), created)).toBe(
      'the controller takes broker-2 out of and lets broker-3 into the in-sync replicas of orders-0: now 1, 3',
    );
  });
});

describe('a replica', () => {
  const leads: TraceEntry = {
    ...at,
    ...orders,
    kind: 'role',
    node: 'broker-2',
    role: 'leader',
    leaderEpoch: 3,
  };

  test('appends as what it is at that moment', () => {
    const records = [{ offset: 4, leaderEpoch: 3, value: 'v7' }];
    expect(told({ ...at, ...orders, kind: 'append', node: 'broker-2', records }, leads)).toBe(
      'broker-2 (leader, epoch 3) appends v7 at orders-0 offset 4',
    );
  });

  test('appends a large batch in few words', () => {
    const records = Array.from({ length: 500 }, (_, offset) => ({
      offset,
      leaderEpoch: 3,
      value: `v${offset}`,
    }));
    expect(told({ ...at, ...orders, kind: 'append', node: 'broker-2', records })).toBe(
      'broker-2 appends v0, v1, v2, v3, v4, v5 and 494 more at orders-0 offsets 0 to 499',
    );
  });

  test('truncates and loses nothing', () => {
    expect(told({ ...at, ...orders, kind: 'truncate', node: 'broker-2', toOffset: 9 }, leads)).toBe(
      'broker-2 (leader, epoch 3) truncates orders-0 to offset 9 which drops nothing',
    );
  });
});

describe('a client', () => {
  const send: Invocation = {
    type: 'invoke',
    f: 'send',
    op: 1,
    process: 'producer-1',
    timeUs: 0,
    topic: 'orders',
    partition: 0,
    key: null,
    value: 'v7',
  };
  const invoked = new Map([[1, send]]);

  test('does not learn what became of its send', () => {
    const event: HistoryEvent = {
      type: 'unknown',
      f: 'send',
      op: 1,
      process: 'producer-1',
      timeUs: 9,
      error: 'REQUEST_TIMED_OUT',
    };
    expect(historySentence(event, invoked)).toBe(
      "producer-1's send of v7 ends with an unknown outcome: REQUEST_TIMED_OUT",
    );
  });

  test('is not told an offset with acks=0', () => {
    const event: HistoryEvent = {
      type: 'ok',
      f: 'send',
      op: 1,
      process: 'producer-1',
      timeUs: 9,
      ...orders,
      offset: null,
    };
    expect(historySentence(event, invoked)).toBe('producer-1 takes v7 for written to orders-0 (acks=0)');
  });
});

describe('operations that have nothing special to be told', () => {
  const invoked = { type: 'invoke', op: 1, process: 'admin-1', timeUs: 9 } as const;

  test('are named with what they are about', () => {
    const event: HistoryEvent = { ...invoked, f: 'reassign', topic: 'orders', detail: 'to 3, 2, 1' };
    expect(historySentence(event, new Map())).toBe('admin-1 asks for reassign of orders (to 3, 2, 1)');
  });
});

describe('transactions', () => {
  const run = traceOf(transactionalReport().result);
  const words = glossary(run);
  const state = new ClusterReplay();
  const told = new Map(
    run.entries.map((entry) => {
      const sentence = entrySentence(entry, state, words);
      state.advance(entry);
      return [sentence, entry.kind];
    }),
  );

  test.each([
    'broker-1, coordinator of payments, writes PrepareCommit to the transaction log (producer 0, epoch 0; Ongoing until that is committed)',
    'broker-1, coordinator of payments, takes it from Empty to Ongoing (producer 0, epoch 0; writes to orders-0)',
    'broker-1 (leader, epoch 0) has a transaction of producer 0 in epoch 1 open in orders-0 from offset 2 on: read_committed consumers may read up to the high watermark',
    'broker-1 (leader, epoch 0) lets read_committed consumers read orders-0 up to offset 2, the last stable offset',
    'broker-1 (leader, epoch 0) holds the transaction of producer 0 from offset 2 of orders-0 for ended: read_committed consumers may read up to offset 2, the last stable offset',
  ])('are told: %s', (sentence) => {
    expect([...told.keys()]).toContain(sentence);
  });
});
