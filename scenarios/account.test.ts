import { describe, expect, test } from 'vitest';

import type { SimulatedRunResult } from '../impl/result/run-result.ts';
import type { TraceEntry } from '../impl/trace/trace.ts';
import type { HistoryEvent, PollOk } from '../model/history/history.ts';
import {
  activeControllers,
  brokenPromises,
  compare,
  decided,
  decidedAtMs,
  dropped,
  endedAtMs,
  endOf,
  finallyCommitted,
  finalLog,
  goneAtMs,
  identities,
  inSync,
  lastInSync,
  leaders,
  leadsFromMs,
  NOT_SHOWN,
  offsetsTold,
  polled,
  followerReads,
} from './account.ts';

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

function probe(timeUs: number, node: string, name: string, detail = ''): TraceEntry {
  return { kind: 'probe', seq: timeUs, timeUs, cause: null, node, probe: name, detail };
}

/** Of broker-2, at offset 0 of orders-0 and of another partition. */
function appended(timeUs: number, value: string, partition = 0): TraceEntry {
  const records = [{ offset: 0, leaderEpoch: 0, value }];
  return {
    kind: 'append',
    seq: 0,
    timeUs,
    cause: null,
    node: 'broker-2',
    topic: 'orders',
    partition,
    records,
  };
}

const ON_BROKER_2 = { seq: 0, cause: null, node: 'broker-2', topic: 'orders', partition: 0 } as const;

const result: SimulatedRunResult = {
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
      probe(1, 'controller-1', 'controller-activated', '1, 9'),
      probe(8, 'controller-1', 'broker-fenced', '2, 5'),
      probe(12, 'controller-3', 'controller-activated', '2, 12'),
      probe(15, 'broker-3', 'follower-read', '0, 4'),
      probe(25, 'controller-3', 'broker-fenced', '2, 5'),
      probe(35, 'broker-1', 'controlled-shutdown', '4, 0'),
      probe(45, 'controller-3', 'broker-fenced', '1, 4'),
      appended(6, 'v1'),
      appended(6, 'v2', 1),
      { ...ON_BROKER_2, kind: 'role', timeUs: 18, role: 'follower', leaderEpoch: 1 },
      { ...ON_BROKER_2, kind: 'truncate', timeUs: 48, toOffset: 0 },
      { ...ON_BROKER_2, kind: 'role', timeUs: 19, role: 'leader', leaderEpoch: 2 },
    ],
    nodes: [],
    workloadStartUs: 5,
    livenessStartUs: 40,
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

describe('with transactions', () => {
  const poll = (process: string, op: number, isolation?: 'read_committed'): HistoryEvent => ({
    ...{ type: 'invoke', f: 'poll', op, process, timeUs: 0, final: true },
    ...(isolation === undefined ? {} : { isolation }),
  });
  const hiding = pollOf('committed-reader', 12, 0, ['v1', 'v2', 'v3']);
  const withMarkers: SimulatedRunResult = {
    ...result,
    history: [
      poll('final-reader', 11),
      {
        ...pollOf('final-reader', 11, 0, ['v1', 'v2', 'v3']),
        partitions: hiding.partitions.map((polled) => ({
          ...polled,
          records: polled.records.filter(({ offset }) => offset !== 1),
        })),
      },
      poll('committed-reader', 12, 'read_committed'),
      {
        ...hiding,
        partitions: hiding.partitions.map((polled) => ({
          ...polled,
          records: polled.records.filter(({ offset }) => offset === 2),
        })),
      },
      {
        ...{ type: 'ok', f: 'fetch-offsets', op: 13, process: 'consumer', timeUs: 0 },
        offsets: [
          { topic: 'orders', partition: 0, offset: 3 },
          { topic: 'orders', partition: 1, offset: null },
        ],
      },
    ],
  };

  test('the final log keeps the places of markers', () => {
    expect(finalLog(withMarkers)).toEqual(['v1', NOT_SHOWN, 'v3']);
  });

  test('what is committed is what read_committed shows', () => {
    expect(finallyCommitted(withMarkers)).toEqual(['v3']);
    expect(finallyCommitted(result)).toEqual([]);
  });

  test('a group is told where it stands, or that it stands nowhere', () => {
    expect(offsetsTold(withMarkers, 13)).toEqual(['orders-0 at 3', 'orders-1 at none']);
    expect(offsetsTold(withMarkers, 14)).toEqual(['never ended']);
  });

  test('producers are who the coordinator says, each time that it says so', () => {
    const answer = (message: number, summary: string): TraceEntry => ({
      ...{ kind: 'message-sent', seq: message, timeUs: 0, cause: null, message, key: '00000000' },
      ...{ from: 'broker-1', to: 'producer', api: 'InitProducerId', type: 'response', summary },
    });
    const { trace } = result;
    if (trace === undefined) throw new Error('the example has a trace');
    const entries = [
      answer(1, 'producer 0, epoch 0'),
      answer(2, 'CONCURRENT_TRANSACTIONS'),
      answer(3, 'producer 0, epoch 2'),
    ];
    expect(identities({ ...result, trace: { ...trace, entries } })).toEqual([
      'producer 0, epoch 0',
      'producer 0, epoch 2',
    ]);
  });
});

test('a broken promise is named with its place and with what excuses it', () => {
  expect(brokenPromises(result)).toEqual(['lost-write at offset 3 of orders-0, not promised because acks=1']);
});

test('leaders and in-sync replicas are those of the fault phase', () => {
  expect(leaders(result)).toEqual([1, null, 3]);
  expect(lastInSync(result)).toEqual([2, 3]);
});

test('the in-sync replicas are told in turn, each once', () => {
  expect(inSync(result)).toEqual(['1,2,3', '1,3', '', '2,3']);
});

describe('the control plane', () => {
  test('decides, and what it decides in the liveness phase is no part of the story', () => {
    expect(decided(result, 'broker-fenced')).toEqual([2, 2]);
    expect(decided(result, 'broker-fenced', 0.01)).toEqual([2]);
    expect(decidedAtMs(result, 'broker-fenced', 2)).toBeCloseTo(0.003);
    expect(decidedAtMs(result, 'broker-fenced', 1)).toBe(Number.POSITIVE_INFINITY);
  });

  test('has an active controller, perhaps since before the workload', () => {
    expect(activeControllers(result)).toEqual(['controller-1', 'controller-3']);
    expect(activeControllers(result, 0)).toEqual(['controller-3']);
  });
});

describe('a broker', () => {
  test('leads from the time on at which it hears of it', () => {
    expect(leadsFromMs(result, 2)).toBeCloseTo(0.014);
    expect(leadsFromMs(result, 2, 0.02)).toBe(Number.POSITIVE_INFINITY);
    expect(leadsFromMs(result, 1)).toBe(Number.POSITIVE_INFINITY);
  });

  test('drops what it truncates, however late', () => {
    expect(dropped(result, 2)).toEqual(['v1']);
    expect(dropped(result, 1)).toEqual([]);
  });

  test('goes in agreement with the controller', () => {
    expect(goneAtMs(result, 1)).toBeCloseTo(0.03);
    expect(goneAtMs(result, 2)).toBe(Number.POSITIVE_INFINITY);
  });

  test('serves consumers as a follower', () => {
    expect(followerReads(result)).toEqual(['broker-3 from offset 4']);
  });
});

test('an operation that never ended ended infinitely late', () => {
  expect(endedAtMs(result, 7)).toBe(Number.POSITIVE_INFINITY);
  expect(endedAtMs(result, 1)).toBeCloseTo(-0.005);
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
