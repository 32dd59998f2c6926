import { expect, test } from 'vitest';

import type { Plan } from '../../impl/plan/plan.ts';
import { type TinyFault, tinyPlan } from './tiny-plan.ts';

const struckBy = (faultKinds: readonly TinyFault[]): Plan =>
  tinyPlan({
    ...{ brokers: 2, sends: 0, moves: 0, restartAfterMs: 0 },
    ...{ configuration: {}, defects: [], expect: [], faultKinds },
  });

test('each kind of fault may befall each node', () => {
  const faults = struckBy(['crash', 'shutdown']).faults.map((fault) => [
    fault.kind,
    'node' in fault && fault.node,
  ]);
  expect(faults).toEqual([
    ...['controller-1', 'broker-1', 'broker-2'].map((node) => ['crash', node]),
    ...['controller-1', 'broker-1', 'broker-2'].map((node) => ['shutdown', node]),
  ]);
});

test('a kind that is named twice counts once', () => {
  expect(struckBy(['crash', 'shutdown', 'crash'])).toEqual(struckBy(['crash', 'shutdown']));
});
