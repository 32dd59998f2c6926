/**
 * Kafka's first protocol of transactions has two holes, which are not mended but closed by the second one (KIP-890):
 * without epochs of their own, what is late of one transaction cannot be told from what belongs to the next. A search
 * finds both when it judges what that protocol does not promise, and neither when it judges by the contract.
 */
import { describe, expect, test } from 'vitest';

import type { Plan } from '../impl/plan/plan.ts';
import { simulate } from '../impl/simulated/run/simulate.ts';
import type { Violation } from '../model/guarantee.ts';
import { GUARANTEE_IDS } from '../model/guarantee.ts';
import { generatePlan } from './arbitraries/generate.ts';
import type { PlanOptions } from './arbitraries/options.ts';
import { assertPlans } from './cases/assert-plans.ts';
import { runs } from './testing/test-length.ts';

const FIRST_PROTOCOL: PlanOptions = { configuration: { 'transaction.version': 1 }, transactions: 'always' };

/** A client that gives a batch up at its first attempt; after a second one it would begin a new epoch (KIP-360). */
const IMPATIENT: PlanOptions = {
  ...FIRST_PROTOCOL,
  configuration: {
    ...FIRST_PROTOCOL.configuration,
    'request.timeout.ms': 1_000,
    'delivery.timeout.ms': 1_000,
    'linger.ms': 0,
  },
  directedScenario: 'late-record',
};

describe.each([
  ['a late record of an aborted transaction joins the next one', 'Produce', IMPATIENT],
  ['a late EndTxn ends the next transaction (KAFKA-17754)', 'EndTxn', FIRST_PROTOCOL],
])('%s', (_, api, options) => {
  const torn = (plan: Plan): Violation | undefined =>
    simulate(plan).violations.find(({ guarantee }) => guarantee === 'atomic-transactions');
  /** Messages of the API are as fast as all others. */
  const inTime = (plan: Plan): Plan => ({
    ...plan,
    faults: plan.faults.filter((fault) => fault.kind !== 'message' || fault.api !== api),
  });
  const found = (): { readonly plan: Plan; readonly violation: Violation } => {
    for (let index = 0; index < 500; index++) {
      const plan = generatePlan('twin', index, { ...options, expect: GUARANTEE_IDS });
      const late = plan.faults.some((fault) => fault.kind === 'message' && fault.api === api);
      const violation = late ? torn(plan) : undefined;
      if (violation !== undefined && torn(inTime(plan)) === undefined) return { plan, violation };
    }
    throw new Error('500 runs found nothing');
  };

  test('is found, and is no broken promise by the contract', () => {
    const { plan, violation } = found();
    expect(violation.notPromisedBecause).toContain('transaction.version=1');
    expect(torn({ ...plan, expect: [] })).toBeUndefined();
  });

  test('and the contract knows of no other', async () => {
    await assertPlans({ ...options, expect: [] }, { runs: runs({ short: 40, long: 1_000 }) });
  });
});
