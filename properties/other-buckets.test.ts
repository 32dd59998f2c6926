import { expect, test } from 'vitest';

import { generatePlan } from './arbitraries/generate.ts';
import { minimise } from './minimise.ts';
import { OtherBuckets } from './other-buckets.ts';

const plan = generatePlan('other buckets', 0);

/** Many operations lose something; fewer than ten never come to rest. */
const twoBugs = ({ operations }: typeof plan) => ({ bucket: operations.length < 10 ? 'budget' : 'loss' });

test('shrinking stays in its bucket, and keeps the plan of another one that it met', () => {
  const others = new OtherBuckets();
  const shrunk = minimise(plan, others.listen(twoBugs), { maxRuns: 500 });
  expect(shrunk.failure.bucket).toBe('loss');
  expect(shrunk.plan.operations.length).toBeGreaterThanOrEqual(10);
  expect(others.met.map(({ bucket }) => bucket)).toEqual(['budget']);
  expect(others.met[0]?.plan.operations.length).toBeLessThan(10);
});

test('there is none when everything fails alike', () => {
  const others = new OtherBuckets();
  minimise(
    plan,
    others.listen(() => ({ bucket: 'loss' })),
    { maxRuns: 200 },
  );
  expect(others.met).toEqual([]);
});
