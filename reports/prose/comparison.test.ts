import { describe, expect, test } from 'vitest';

import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import { compare, eventsInCommon } from './comparison.ts';
import { exampleReport } from '../testing/example-run.ts';
import { traceOf } from '../../impl/result/run-trace.ts';

const place = { topic: 'orders', partition: 0 };
const failing = traceOf(exampleReport().result);

function without(trace: Trace, ...kinds: readonly TraceEntry['kind'][]): Trace {
  return { ...trace, entries: trace.entries.filter(({ kind }) => !kinds.includes(kind)) };
}

describe('a failing run beside one that passes', () => {
  const passing = without(failing, 'truncate', 'violation');
  const comparison = compare('without the truncation', failing, passing, place);

  test('parts where the failing one does what the other does not', () => {
    const apart = comparison.events.filter(({ where }) => where !== 'both');
    expect(apart.map(({ where, text }) => `${where}: ${text}`)).toEqual([
      'failing: broker-1 (follower, epoch 1) truncates orders-0 to offset 3 and drops v4 (offset 3, epoch 0)',
      expect.stringContaining(
        'failing: producer-1 received the acknowledgement that v4 is at orders-0 offset 3',
      ),
    ]);
    const [first] = apart;
    expect(comparison.partsAtSeq).toBe(first?.seq);
  });

  test('shows a little of what both did before', () => {
    expect(comparison.events.slice(0, 3).every(({ where }) => where === 'both')).toBe(true);
    expect(comparison.events[3]?.where).toBe('failing');
    expect(comparison.leftOut).toBeGreaterThan(0);
  });

  test('leaves messages and other partitions out', () => {
    expect(comparison.events.some(({ text }) => text.includes('Fetch'))).toBe(false);
    const elsewhere = compare('', failing, passing, { topic: 'other', partition: 0 });
    expect(elsewhere.events.some(({ text }) => text.includes('truncates'))).toBe(false);
  });
});

test('what only the passing run does has no event in this one', () => {
  const comparison = compare('', without(failing, 'truncate'), failing, place);
  const only = comparison.events.filter(({ where }) => where === 'passing');
  expect(only).toEqual([expect.objectContaining({ seq: null, text: expect.stringContaining('truncates') })]);
});

test('the later two runs part, the nearer they are', () => {
  const late = without(failing, 'violation');
  const early = without(failing, 'append', 'violation');
  expect(eventsInCommon(failing, late, place)).toBeGreaterThan(eventsInCommon(failing, early, place));
  expect(compare('', failing, failing, place).events).toEqual([]);
});
