import { expect, test } from 'vitest';

import { planSchema } from '../../impl/plan/plan.ts';
import { exampleReport } from './example-run.ts';
import { traceOf } from '../../impl/result/run-trace.ts';

test('the plan of the example is a plan', () => {
  expect(planSchema.parse(exampleReport().plan)).toEqual(exampleReport().plan);
});

test('the trace of the example is one: numbered from 0, in order of time, causes before effects', () => {
  const { entries } = traceOf(exampleReport().result);
  entries.forEach((entry, index) => {
    expect(entry.seq).toBe(index);
    expect(entry.timeUs).toBeGreaterThanOrEqual(entries[index - 1]?.timeUs ?? 0);
    if (entry.cause !== null) expect(entry.cause).toBeLessThan(entry.seq);
  });
});
