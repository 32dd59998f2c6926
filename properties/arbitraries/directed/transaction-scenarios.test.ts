import { describe, expect, test } from 'vitest';

import { type DirectedScenario, TRANSACTION_SCENARIOS } from '../../../impl/simulated/defects/defect.ts';
import { defects } from '../../../impl/simulated/defects/index.ts';
import { planProblems } from '../../../impl/plan/plan-problems.ts';
import { generatePlan } from '../generate.ts';

const scenarios: readonly DirectedScenario[] = TRANSACTION_SCENARIOS;
const withScenario = defects.flatMap(({ slug, needs }) =>
  needs?.directedScenario !== undefined && scenarios.includes(needs.directedScenario)
    ? [{ slug, needs }]
    : [],
);
const plansFor = (slug: string) =>
  Array.from({ length: 30 }, (_, index) => generatePlan('stories', index, { defects: [slug] }));
const hasScenario = ({ clients }: { readonly clients: readonly object[] }) =>
  clients.some((client) => 'transactionalId' in client && client.transactionalId === 'transactions-0');

test('a plan has a transaction scenario if a bug needs it, else none', () => {
  // What a late record does is a hole of the first protocol itself (`properties/first-transaction-protocol.test.ts`).
  const asked = new Set<DirectedScenario | undefined>([
    ...withScenario.map(({ needs }) => needs.directedScenario),
    'late-record',
  ]);
  expect(asked).toEqual(new Set(TRANSACTION_SCENARIOS));
  for (const { slug } of withScenario) expect(plansFor(slug).every(hasScenario)).toBe(true);
  expect(plansFor('late_end_txn').some(hasScenario)).toBe(false);
});

describe.each(withScenario)('$needs.directedScenario', ({ slug, needs }) => {
  test('is about transactions, which it needs', () => {
    expect(needs.transactions).toBe(true);
  });

  test('makes plans that can be run, also with one broker', () => {
    const small = generatePlan('stories', 1, {
      defects: [slug],
      brokers: 1,
      configuration: { 'default.replication.factor': 1, 'min.insync.replicas': 1 },
    });
    for (const plan of [...plansFor(slug), small]) expect(planProblems(plan)).toEqual([]);
  });
});
