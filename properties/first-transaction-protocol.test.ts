/**
 * Kafka's first protocol of transactions has two holes, which are not mended but closed by the second one (KIP-890):
 * without epochs of their own, what is late of one transaction cannot be told from what belongs to the next. A search
 * finds both when it judges what that protocol does not promise, and neither when it judges by the contract.
 */
import { expect, test } from 'vitest';

import type { Plan } from '../impl/plan.ts';
import { simulate } from '../impl/simulated/simulate.ts';
import type { Violation } from '../model/guarantee.ts';
import { GUARANTEE_IDS } from '../model/guarantee.ts';
import { generatePlan } from './arbitraries/generate.ts';
import type { PlanOptions } from './arbitraries/options.ts';
import { assertPlansHold } from './hold.ts';

const FIRST_PROTOCOL: PlanOptions = { configuration: { 'transaction.version': 1 }, transactions: 'always' };

const torn = (plan: Plan): Violation | undefined =>
  simulate(plan).violations.find(({ guarantee }) => guarantee === 'atomic-transactions');

/** Messages of the API are as fast as all others. */
const inTime = (plan: Plan, api: string): Plan => ({
  ...plan,
  faults: plan.faults.filter((fault) => fault.kind !== 'message' || fault.api !== api),
});

test.each([
  ['a late record of an aborted transaction joins the next one', 'Produce'],
  ['a late EndTxn ends the next transaction (KAFKA-17754)', 'EndTxn'],
])('%s', (_, api) => {
  for (let index = 0; index < 2_000; index++) {
    const plan = generatePlan('twin', index, { ...FIRST_PROTOCOL, expect: GUARANTEE_IDS });
    const late = plan.faults.some((fault) => fault.kind === 'message' && fault.api === api);
    const violation = late ? torn(plan) : undefined;
    if (violation === undefined || torn(inTime(plan, api)) !== undefined) continue;
    expect(violation.notPromisedBecause).toBe('transaction.version=1');
    expect(torn({ ...plan, expect: [] })).toBeUndefined();
    expect(
      torn({ ...plan, configuration: { ...plan.configuration, 'transaction.version': 2 } }),
    ).toBeUndefined();
    return;
  }
  expect.unreachable('2,000 runs found nothing');
});

test('by the contract nothing is broken', async () => {
  await assertPlansHold({ ...FIRST_PROTOCOL, expect: [] }, { runs: 300 });
});
