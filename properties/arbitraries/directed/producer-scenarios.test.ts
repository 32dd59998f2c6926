import { describe, expect, test } from 'vitest';

import { planSchema } from '../../../impl/plan/plan.ts';
import { PRODUCER_SCENARIOS, type DirectedScenario } from '../../../impl/simulated/defects/defect.ts';
import { defects } from '../../../impl/simulated/defects/index.ts';
import { generatePlan } from '../generate.ts';

const stories: readonly DirectedScenario[] = PRODUCER_SCENARIOS;
const asking = defects
  .filter(({ needs }) => needs?.directedScenario !== undefined && stories.includes(needs.directedScenario))
  .map(({ slug }) => slug);
const isOfStory = (name: string): boolean => name.startsWith('producer-of-story');

describe.each(asking)('%s', (slug) => {
  const plans = Array.from({ length: 40 }, (_, index) => generatePlan('stories', index, { defects: [slug] }));
  const told = plans.filter(({ clients }) => clients.some(({ name }) => isOfStory(name)));

  test('gets its story in most plans, and the others go without', () => {
    expect(told.length).toBeGreaterThan(15);
    expect(told.length).toBeLessThan(35);
  });

  test('and the plans are valid: no operation is without a client, no fault without its place', () => {
    for (const plan of told) {
      expect(planSchema.safeParse(plan).error).toBeUndefined();
      const names = new Set(plan.clients.map(({ name }) => name));
      for (const { client } of plan.operations) expect(names).toContain(client);
      expect(new Set(plan.operations.map(({ id }) => id)).size).toBe(plan.operations.length);
      expect(new Set(plan.faults.map(({ id }) => id)).size).toBe(plan.faults.length);
    }
  });
});

test('nobody else is told a story', () => {
  for (let index = 0; index < 40; index++) {
    const { clients, topics } = generatePlan('stories', index);
    expect(clients.filter(({ name }) => isOfStory(name))).toEqual([]);
    expect(topics.map(({ name }) => name)).not.toContain('of-story');
  }
});
