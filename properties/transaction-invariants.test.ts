/** Each invariant of transactions is violated by a historical bug. */
import { expect, test } from 'vitest';

import { planSchema } from '../impl/plan/plan.ts';
import { simulate } from '../impl/simulated/run/simulate.ts';
import { generatePlan } from './arbitraries/generate.ts';
import { defectCases, withoutDefect } from './detection/defect-case.ts';

test.each(['no_transaction_verification', 'txn_offset_commit_unverified'])(
  '%s violates that a coordinator lists every open transaction of a partition',
  (slug) => {
    const saved = defectCases().find(({ defect }) => defect === slug);
    if (saved === undefined) throw new Error(`${slug} has no plan`);
    const found = simulate(saved.plan).violations.map(({ anomaly }) => anomaly);
    expect(found).toContain('unlisted-transaction');
    expect(simulate(withoutDefect(saved.plan)).violations).toEqual([]);
  },
);

test('a coordinator that serves uncommitted records violates that its cache equals its log', () => {
  const options = { defects: ['coordinator_serves_uncommitted_log'] };
  for (let run = 0; run < 150; run++) {
    const plan = generatePlan('coordinator cache', run, options);
    if (!simulate(plan).violations.some(({ anomaly }) => anomaly === 'coordinator-cache')) continue;
    expect(simulate(withoutDefect(plan)).violations).toEqual([]);
    return;
  }
  expect.unreachable('one drawn plan in fifteen shows it');
});

test('a hanging transaction is reported after a loss of power that lost none of its records', () => {
  const saved = defectCases().find(({ defect }) => defect === 'no_transaction_verification');
  if (saved === undefined) throw new Error('it has no plan');
  // With min.insync.replicas=1 nothing is promised after a loss of power.
  const once = { 'min.insync.replicas': 1, 'transaction.state.log.min.isr': 1 };
  const powerLoss = { id: 99, at: { ms: 9_000 }, kind: 'power-loss', node: 'broker-3', restartAfterMs: 500 };
  const plan = planSchema.parse({
    ...saved.plan,
    configuration: { ...saved.plan.configuration, ...once },
    faults: [...saved.plan.faults, powerLoss],
  });
  expect(simulate(plan).violations.map(({ anomaly }) => anomaly)).toContain('hanging-transaction');
});
