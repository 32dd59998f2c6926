import { expect, test } from 'vitest';

import type { Fault, Operation, Plan } from '../../impl/plan/plan.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { dropKinds, dropStretches } from './deletions.ts';
import type { Pass } from './pass.ts';
import { driveSearch, inlineRunner } from './plan-runner.ts';
import { Search } from './search.ts';

const send = (id: number, atMs: number): Operation => ({
  id,
  atMs,
  kind: 'send',
  client: 'producer-1',
  topic: 'orders',
  partition: 0,
  key: null,
});
const crash = (id: number, ms: number, node: string): Fault => ({
  id,
  at: { ms },
  kind: 'crash',
  node,
  restartAfterMs: null,
});
const pause = (id: number, ms: number, node: string): Fault => ({
  id,
  at: { ms },
  kind: 'pause',
  node,
  forMs: 10,
});

const plan: Plan = {
  ...generatePlan('deletions', 1, { faults: [] }),
  operations: [send(1, 100), send(2, 200), send(3, 300), send(4, 400)],
  faults: [
    crash(11, 210, 'broker-1'),
    pause(12, 220, 'broker-2'),
    crash(13, 350, 'broker-2'),
    pause(14, 900, 'broker-1'),
  ],
};

/** The ids that are left when the plan fails whenever `fails` holds for those in it. */
function left(pass: Pass, fails: (ids: readonly number[]) => boolean): number[] {
  const idsOf = ({ operations, faults }: Plan): number[] => [...operations, ...faults].map(({ id }) => id);
  const runner = inlineRunner((each) => (fails(idsOf(each)) ? { failureClass: 'b' } : null));
  const search = new Search(plan, { failureClass: 'b' }, runner, [], {
    maxRuns: 1_000,
    cutShort: () => null,
  });
  driveSearch(pass.run(search, 1), runner);
  return idsOf(search.plan);
}

/** Whether all or none of them are there. */
const together = (ids: readonly number[], ...some: number[]): boolean =>
  new Set(some.map((id) => ids.includes(id))).size === 1;

test('an incident goes as a whole, with the operations in its midst', () => {
  const incident = (ids: readonly number[]) =>
    together(ids, 2, 11, 12, 3) && ids.includes(1) && ids.includes(13);
  expect(left(dropStretches, incident)).toEqual([1, 13]);
});

test('all faults of a kind, or of a node, go together', () => {
  expect(
    left(dropKinds, (ids) => together(ids, 12, 14) && together(ids, 11, 13) && ids.includes(12)),
  ).toEqual([12, 14]);
  expect(left(dropKinds, (ids) => together(ids, 11, 14) && ids.includes(12) && ids.includes(13))).toEqual([
    12, 13,
  ]);
});
