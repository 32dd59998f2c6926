import { expect, test } from 'vitest';

import { planProblems } from '../../impl/plan/plan-problems.ts';
import type { Plan } from '../../impl/plan/plan.ts';
import { generatePlan } from './generate.ts';
import { FAULT_KINDS } from './options.ts';

const PLANS: readonly Plan[] = Array.from({ length: 300 }, (_, index) =>
  generatePlan('even', index, { drawing: 'uniform' }),
);

test('a plan that aims at nothing is a plan', () => {
  for (const plan of PLANS) expect(planProblems(plan)).toEqual([]);
});

test('every kind of fault is as likely as any other', () => {
  const kinds = PLANS.flatMap(({ faults }) => faults.map(({ kind }) => kind));
  const expected = kinds.length / FAULT_KINDS.length;
  for (const kind of FAULT_KINDS) {
    const times = kinds.filter((each) => each === kind).length;
    expect(times).toBeGreaterThan(expected * 0.6);
    expect(times).toBeLessThan(expected * 1.5);
  }
});

test('no fault waits for a probe, and no order of messages is chosen', () => {
  for (const { faults, schedule } of PLANS) {
    for (const { at } of faults) expect(at).toHaveProperty('ms');
    expect(schedule.strategy).toBeUndefined();
  }
});

test('a uniform plan has no scenario, even if a historical bug needs one', () => {
  const defects = ['client_buffer_reused_while_in_flight'];
  const aimed = Array.from({ length: 20 }, (_, run) => generatePlan('even', run, { defects }));
  const even = Array.from({ length: 20 }, (_, run) =>
    generatePlan('even', run, { defects, drawing: 'uniform' }),
  );
  const tells = ({ topics }: Plan): boolean => topics.some(({ name }) => name === 'of-story');
  expect(aimed.some(tells)).toBe(true);
  expect(even.some(tells)).toBe(false);
});
