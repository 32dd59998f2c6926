import { expect, test } from 'vitest';

import { HistoryBuilder } from '../../model/history/testing/history-builder.ts';
import type { RunResult } from './run-result.ts';
import { traceOf } from './run-trace.ts';

const HISTORY = new HistoryBuilder().sent('producer-1', 'v1', 0).finallyRead('reader-1', []).events;

test('a run without a trace, as of a real cluster, gets one made of its history', () => {
  const result: RunResult = {
    verdict: 'violated',
    history: HISTORY,
    violations: [
      {
        guarantee: 'no-loss',
        anomaly: 'lost-write',
        sentence: 'the record is missing',
        place: { topic: 'orders', partition: 0, offset: 0 },
        timeUs: 5,
        evidence: [],
      },
    ],
  };
  const made = traceOf(result);
  expect(made.nodes.map(({ name }) => name)).toEqual(['producer-1', 'reader-1']);
  expect(made.entries).toHaveLength(HISTORY.length + 1);
  expect(made.entries.at(-1)?.kind).toBe('violation');
});
