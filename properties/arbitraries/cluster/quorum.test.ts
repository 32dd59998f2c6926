import { expect, test } from 'vitest';

import { planProblems } from '../../../impl/plan/plan-problems.ts';
import { generatePlan } from '../generate.ts';
import type { PlanOptions } from '../options.ts';

const plansOf = (options: PlanOptions) =>
  Array.from({ length: 200 }, (_, index) => generatePlan('quorum', index, options));

test('a quarter of the quorums run in brokers, and no plan of these names a controller', () => {
  const quorums = plansOf({ controllers: 3 });
  const combined = quorums.filter(({ cluster }) => cluster.combined === true);
  expect(combined.length).toBeGreaterThan(30);
  expect(combined.length).toBeLessThan(70);
  expect(combined.flatMap(planProblems)).toEqual([]);
  expect(combined.filter((plan) => /"controller-\d/.test(JSON.stringify(plan)))).toEqual([]);
});

test('a voter’s disk is never lost; that of a broker beside voters is', () => {
  const disksLost = (options: PlanOptions): string[] =>
    plansOf({ ...options, combined: true, faults: ['disk-loss'] }).flatMap(({ faults }) =>
      faults.flatMap((fault) => (fault.kind === 'disk-loss' ? [fault.node] : [])),
    );
  expect(disksLost({ controllers: 3 })).toEqual([]);
  const beside = disksLost({ controllers: 3, brokers: 5 });
  expect([...new Set(beside)].toSorted()).toEqual(['broker-4', 'broker-5']);
});

test('five controllers do not fit in three brokers', () => {
  expect(plansOf({ controllers: 5, combined: true }).some(({ cluster }) => cluster.combined)).toBe(false);
});

test('an incident may lengthen the time between elections, unless the user has fixed it', () => {
  const fetchTimeouts = (options: PlanOptions): number[] =>
    plansOf({ controllers: 3, ...options }).map(({ configuration }) =>
      Number(configuration['controller.quorum.fetch.timeout.ms']),
    );
  // What is drawn for every quorum stays within two seconds.
  expect(Math.max(...fetchTimeouts({}))).toBeGreaterThan(2_000);
  const fixed = { 'controller.quorum.fetch.timeout.ms': 700 };
  expect(new Set(fetchTimeouts({ configuration: fixed }))).toEqual(new Set([700]));
});

test('a majority of the controllers always comes back', () => {
  const away = plansOf({ controllers: 3, combined: false }).map(
    ({ outsideCore = [] }) => outsideCore.filter((node) => node.startsWith('controller-')).length,
  );
  expect(Math.max(...away)).toBe(1);
  expect(away.filter((count) => count === 1).length).toBeGreaterThan(40);
});
