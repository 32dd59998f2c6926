import { describe, expect, test } from 'vitest';

import type { Plan } from '../../../impl/plan/plan.ts';
import { generatePlan } from '../generate.ts';

const plans = (options: Parameters<typeof generatePlan>[2]): Plan[] =>
  Array.from({ length: 20 }, (_, index) => generatePlan('stories', index, options));

const faultsOn = (plan: Plan, api: string) =>
  plan.faults.filter((fault) => fault.kind === 'message' && fault.api === api);

describe('a scenario that a historical bug needs is in every plan', () => {
  test('the answer with a new epoch is lost while the coordinator is replaced', () => {
    for (const plan of plans({ defects: ['last_producer_epoch_not_persisted'] })) {
      expect(plan.operations.some(({ kind }) => kind === 'abort-transaction')).toBe(true);
      expect(plan.operations).toContainEqual(
        expect.objectContaining({ kind: 'move-leader', topic: '__transaction_state' }),
      );
      expect(faultsOn(plan, 'InitProducerId').length).toBeGreaterThan(1);
    }
  });

  test('a coordinator does not learn that it was replaced', () => {
    for (const plan of plans({
      defects: ['deposed_coordinator_fences_newer_producer'],
      // A broker cannot be cut off from a controller in its own process.
      combined: false,
    })) {
      const cut = plan.faults.filter((fault) => fault.kind === 'partition' && fault.effect === 'hold');
      expect(cut.length).toBeGreaterThan(0);
    }
  });

  test('the second epoch of a producer id is the last one', () => {
    for (const plan of plans({ defects: ['previous_producer_id_not_persisted'] })) {
      const unsendable = plan.operations.filter((op) => op.kind === 'send' && op.topic === 'nowhere');
      expect(unsendable).toHaveLength(2);
    }
  });
});

test('a plan without historical bugs has no coordinator scenario', () => {
  for (const plan of plans({ transactions: 'always' })) {
    expect(plan.operations.some((op) => op.kind === 'send' && op.topic === 'nowhere')).toBe(false);
  }
});
