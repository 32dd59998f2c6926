import { expect, test } from 'vitest';

import { toyPlan } from './testing/toy-plan.ts';
import { toyTarget } from './testing/toy-target.ts';

test('a trial runs on a target in real time, and passes where the target keeps its guarantees', async () => {
  const result = await toyTarget().run(toyPlan(), { history: true });
  expect(result.violations).toEqual([]);
  expect(result.verdict).toBe('passed');
  const { history = [] } = result;
  expect(history.flatMap((event) => (event.type === 'cluster' ? [event.f] : []))).toEqual(['crash', 'start']);
  const readers = history.flatMap((event) =>
    event.type === 'invoke' && event.f === 'poll' && event.final === true ? [event.process] : [],
  );
  // Every replica has led once.
  expect([...new Set(readers)]).toEqual(['final-reader-1', 'final-reader-2', 'final-reader-3']);
  expect(history.map(({ timeUs }) => timeUs)).toEqual(
    history.map(({ timeUs }) => timeUs).toSorted((a, b) => a - b),
  );
});

test('a target in real time that acknowledges before it replicates loses a record', async () => {
  const result = await toyTarget({ acknowledgesEarly: true }).run(toyPlan(), { history: true });
  expect(result.verdict).toBe('violated');
  expect(result.violations).toContainEqual(
    expect.objectContaining({ guarantee: 'no-loss', anomaly: 'unseen' }),
  );
});
