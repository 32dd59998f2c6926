/**
 * Kafka's first transaction protocol has two holes, which only the second protocol closes (KIP-890): transactions of a
 * producer share an epoch, so that a late message of one transaction cannot be distinguished from one of the next. A
 * search finds both holes when it checks every guarantee, and neither when it checks the contract alone.
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

/** A client that fails a batch after one attempt; after a second attempt it would begin a new epoch (KIP-360). */
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
  /** Returns the plan without the faults that delay messages of the API. */
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

  test('is found, and is not a violation of the contract', () => {
    const { plan, violation } = found();
    expect(violation.notPromisedBecause).toContain('transaction.version=1');
    expect(torn({ ...plan, expect: [] })).toBeUndefined();
  });

  test('is the only hole: the contract holds', async () => {
    await assertPlans({ ...options, expect: [] }, { runs: runs({ short: 40, long: 1_000 }) });
  });
});
