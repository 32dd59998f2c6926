/** The invariants of transactions, each shown to bite: a historical bug breaks it. */
import { expect, test } from 'vitest';

import { planSchema } from '../impl/plan/plan.ts';
import { simulate } from '../impl/simulated/run/simulate.ts';
import { generatePlan } from './arbitraries/generate.ts';
import { defectCases, withoutDefect } from './detection/defect-case.ts';

test.each(['no_transaction_verification', 'txn_offset_commit_unverified'])(
  'with %s a transaction is open where no coordinator lists it',
  (slug) => {
    const saved = defectCases().find(({ defect }) => defect === slug);
    if (saved === undefined) throw new Error(`${slug} has no plan`);
    const found = simulate(saved.plan).violations.map(({ anomaly }) => anomaly);
    expect(found).toContain('unlisted-transaction');
    expect(simulate(withoutDefect(saved.plan)).violations).toEqual([]);
  },
);

test('a coordinator that acts on what is not committed has in memory what its log does not say', () => {
  const options = { defects: ['coordinator_serves_uncommitted_log'] };
  for (let run = 0; run < 150; run++) {
    const plan = generatePlan('coordinator cache', run, options);
    if (!simulate(plan).violations.some(({ anomaly }) => anomaly === 'coordinator-cache')) continue;
    expect(simulate(withoutDefect(plan)).violations).toEqual([]);
    return;
  }
  expect.unreachable('one drawn plan in fifteen shows it');
});

test('a transaction that hangs is no less one because a broker lost its power, if nothing of it was lost', () => {
  const saved = defectCases().find(({ defect }) => defect === 'no_transaction_verification');
  if (saved === undefined) throw new Error('it has no plan');
  // With one in-sync replica as a minimum nothing is promised after a loss of power.
  const once = { 'min.insync.replicas': 1, 'transaction.state.log.min.isr': 1 };
  const powerLoss = { id: 99, at: { ms: 9_000 }, kind: 'power-loss', node: 'broker-3', restartAfterMs: 500 };
  const plan = planSchema.parse({
    ...saved.plan,
    configuration: { ...saved.plan.configuration, ...once },
    faults: [...saved.plan.faults, powerLoss],
  });
  expect(simulate(plan).violations.map(({ anomaly }) => anomaly)).toContain('hanging-transaction');
});
