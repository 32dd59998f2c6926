import { describe, expect, test } from 'vitest';

import type { TraceEntry } from '../../impl/trace/trace.ts';
import type { HistoryEvent } from '../../model/history/history.ts';
import { layOutHistory } from './history-layout.ts';

function entries(events: readonly HistoryEvent[]): TraceEntry[] {
  return events.map((event, seq) => ({ kind: 'history', seq, timeUs: seq, cause: null, event }));
}

const invoke = (op: number, process = 'p'): HistoryEvent => ({
  type: 'invoke',
  f: 'poll',
  op,
  process,
  timeUs: 0,
});
const ok = (op: number, process = 'p'): HistoryEvent => ({
  type: 'ok',
  f: 'poll',
  op,
  process,
  timeUs: 0,
  partitions: [],
});

describe('bars', () => {
  test('run from invocation to completion', () => {
    const [lane] = layOutHistory(entries([invoke(1), invoke(2, 'q'), ok(1)]), new Set(), 10).lanes;
    expect(lane?.bars).toMatchObject([{ op: 1, from: 0, to: 3, outcome: 'ok', seq: 2 }]);
  });

  test('that overlap in one process lie in rows of their own', () => {
    const [lane] = layOutHistory(
      entries([invoke(1), invoke(2), ok(1), invoke(3), ok(2), ok(3)]),
      new Set(),
      10,
    ).lanes;
    expect(lane?.bars.map(({ row }) => row)).toEqual([0, 1, 0]);
    expect(lane?.rows).toBe(2);
  });

  test('that never come back stay open to the end', () => {
    const layout = layOutHistory(entries([invoke(1), invoke(2), ok(2)]), new Set(), 10);
    expect(layout.lanes[0]?.bars[0]).toMatchObject({ outcome: 'open', to: layout.columns, completion: null });
  });
});

test('of a long history those around the evidence are shown', () => {
  const events = Array.from({ length: 1000 }, (_, op) => [invoke(op), ok(op)]).flat();
  const layout = layOutHistory(entries(events), new Set([500]), 11);
  expect(layout.lanes[0]?.bars.map(({ op }) => op)).toEqual([
    495, 496, 497, 498, 499, 500, 501, 502, 503, 504, 505,
  ]);
  expect(layout.leftOut).toBe(989);
});
