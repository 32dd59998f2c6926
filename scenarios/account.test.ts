import { describe, expect, test } from 'vitest';

import type { RunResult } from '../impl/target.ts';
import type { TraceEntry } from '../impl/simulated/world/trace.ts';
import type { HistoryEvent, PollOk } from '../model/history.ts';
import { brokenPromises, compare, endOf, finalLog, lastInSync, leaders, polled } from './account.ts';

function pollOf(process: string, op: number, from: number, values: readonly string[]): PollOk {
  const records = values.map((value, index) => ({ offset: from + index, key: null, value }));
  const partitions = [{ topic: 'orders', partition: 0, from, to: from + values.length, records }];
  return { type: 'ok', f: 'poll', op, process, timeUs: 0, partitions };
}

const history: readonly HistoryEvent[] = [
  { type: 'ok', f: 'send', op: 1, process: 'producer', timeUs: 0, topic: 'orders', partition: 0, offset: 3 },
  {
    type: 'ok',
    f: 'send',
    op: 2,
    process: 'producer',
    timeUs: 0,
    topic: 'orders',
    partition: 0,
    offset: null,
  },
  { type: 'fail', f: 'send', op: 3, process: 'producer', timeUs: 0, error: 'NOT_ENOUGH_REPLICAS' },
  {
    ...pollOf('consumer', 4, 0, ['v1']),
    resets: [{ topic: 'orders', partition: 0, from: 5, to: 0, reason: 'offset-out-of-range' }],
  },
  { type: 'invoke', f: 'poll', op: 8, process: 'final-reader-1', timeUs: 0, final: true },
  pollOf('final-reader-1', 8, 0, ['v1', 'v2']),
  pollOf('final-reader-1', 9, 2, ['v5']),
  pollOf('final-reader-2', 10, 0, ['another log']),
];

function state(seq: number, timeUs: number, leader: number | null, isr: readonly number[]): TraceEntry {
  const epochs = { leaderEpoch: 0, partitionEpoch: seq };
  const place = { topic: 'orders', partition: 0, replicas: [1, 2, 3], elr: [] };
  return { kind: 'partition-state', seq, timeUs, cause: null, leader, isr, ...place, ...epochs };
}

const result: RunResult = {
  verdict: 'violated',
  violations: [
    {
      guarantee: 'no-loss',
      anomaly: 'lost-write',
      sentence: 'It is gone.',
      place: { topic: 'orders', partition: 0, offset: 3 },
      notPromisedBecause: 'acks=1',
      timeUs: 0,
      evidence: [],
    },
  ],
  hash: '0123456789abcdef',
  events: 0,
  virtualUs: 0,
  probes: {},
  history,
  trace: {
    entries: [
      state(0, 0, 1, [1, 2, 3]),
      state(1, 10, 1, [1, 3]),
      state(2, 20, null, []),
      state(3, 30, 3, [3, 2]),
      state(4, 50, 1, [1, 2, 3]),
    ],
    nodes: [],
    workloadStartUs: 5,
    secondActUs: 40,
  },
};

describe('an operation', () => {
  test('ended well, with the offset where there is one', () => {
    expect([endOf(result, 1), endOf(result, 2)]).toEqual(['ok at offset 3', 'ok']);
  });

  test('ended with an error', () => {
    expect(endOf(result, 3)).toBe('fail: NOT_ENOUGH_REPLICAS');
  });

  test('did not end', () => {
    expect(endOf(result, 7)).toBe('never ended');
  });
});

test('a poll gives its values, and says when the consumer lost its position', () => {
  expect(polled(result, 4)).toEqual(['reset: offset-out-of-range', 'v1']);
});

test('the final log is what the first final reader found', () => {
  expect(finalLog(result)).toEqual(['v1', 'v2', 'v5']);
});

test('a broken promise is named with its place and with what excuses it', () => {
  expect(brokenPromises(result)).toEqual(['lost-write at offset 3 of orders-0, not promised because acks=1']);
});

test('leaders and in-sync replicas are those of the first act', () => {
  expect(leaders(result)).toEqual([1, null, 3]);
  expect(lastInSync(result)).toEqual([2, 3]);
});

test('a run without history or trace cannot be judged', () => {
  const { history: _history, trace: _trace, ...quiet } = result;
  expect(() => endOf(quiet, 1)).toThrow(RangeError);
  expect(() => leaders(quiet)).toThrow(RangeError);
});

test('a difference is told as a sentence', () => {
  expect(compare('the leaders', [1, 2], [1, 2])).toEqual([]);
  expect(compare('the leaders', [1, 3], [1, 2])).toEqual([
    'the leaders: the story tells [1,2], the run [1,3]',
  ]);
});
