import { expect, test } from 'vitest';

import { simulate } from '../../../impl/simulated/run/simulate.ts';
import { planProblems } from '../../../impl/plan/plan-problems.ts';
import { generatePlan } from '../generate.ts';

const plans = Array.from({ length: 60 }, (_, index) => generatePlan('racks', index));

test('in some runs brokers and consumers are in racks, and consumers read from followers', () => {
  const racked = plans.filter(({ cluster }) => cluster.racks !== undefined);
  expect(racked.length).toBeGreaterThan(5);
  expect(racked.length).toBeLessThan(30);
  expect(racked.flatMap(planProblems)).toEqual([]);
  const reads = racked.map((plan) => simulate(plan).probes['follower-read'] ?? 0);
  expect(reads.filter((count) => count > 0).length).toBeGreaterThan(2);
});

test('without racks no consumer reads from a follower', () => {
  const plain = plans.filter(({ cluster }) => cluster.racks === undefined).slice(0, 10);
  expect(plain.every((plan) => simulate(plan).probes['follower-read'] === undefined)).toBe(true);
});
