import { describe, expect, test } from 'vitest';

import { planSchema } from '../../../impl/plan/plan.ts';
import { PRODUCER_SCENARIOS, type DirectedScenario } from '../../../impl/simulated/defects/defect.ts';
import { defects } from '../../../impl/simulated/defects/index.ts';
import { generatePlan } from '../generate.ts';

const scenarios: readonly DirectedScenario[] = PRODUCER_SCENARIOS;
const asking = defects
  .filter(({ needs }) => needs?.directedScenario !== undefined && scenarios.includes(needs.directedScenario))
  .map(({ slug }) => slug);
const isOfScenario = (name: string): boolean => name.startsWith('producer-of-story');

describe.each(asking)('%s', (slug) => {
  const plans = Array.from({ length: 40 }, (_, index) => generatePlan('stories', index, { defects: [slug] }));
  const withScenario = plans.filter(({ clients }) => clients.some(({ name }) => isOfScenario(name)));

  test('has its scenario in most plans, and some plans have none', () => {
    expect(withScenario.length).toBeGreaterThan(15);
    expect(withScenario.length).toBeLessThan(35);
  });

  test('its plans are valid: every operation has a client, every fault a place', () => {
    for (const plan of withScenario) {
      expect(planSchema.safeParse(plan).error).toBeUndefined();
      const names = new Set(plan.clients.map(({ name }) => name));
      for (const { client } of plan.operations) expect(names).toContain(client);
      expect(new Set(plan.operations.map(({ id }) => id)).size).toBe(plan.operations.length);
      expect(new Set(plan.faults.map(({ id }) => id)).size).toBe(plan.faults.length);
    }
  });
});

test('a plan without historical bugs has no producer scenario', () => {
  for (let index = 0; index < 40; index++) {
    const { clients, topics } = generatePlan('stories', index);
    expect(clients.filter(({ name }) => isOfScenario(name))).toEqual([]);
    expect(topics.map(({ name }) => name)).not.toContain('of-story');
  }
});
