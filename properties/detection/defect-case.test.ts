import { describe, expect, test } from 'vitest';

import { defects } from '../../impl/simulated/defects/index.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import { defectCases, withoutDefect } from './defect-case.ts';

const cases = defectCases();
/** The sequences of a producer must come round first, which takes sixteen records and one more. */
const LONGER = new Map([['wrapped_batch_misplaced', 20]]);

test('every historical bug has its saved plan', () => {
  expect(cases.map(({ defect }) => defect).sort()).toEqual(defects.map(({ slug }) => slug).sort());
});

describe.each(cases.map((saved) => [saved.defect, saved] as const))('%s', (slug, { plan, verdict }) => {
  test('with the bug put back the plan fails as stated', () => {
    expect(plan.defects).toEqual([slug]);
    expect(simulate(plan).violations).toContainEqual(expect.objectContaining(verdict));
  });

  test('without it the same plan holds', () => {
    expect(simulate(withoutDefect(plan)).violations).toEqual([]);
  });

  test('the plan is short enough to be told', () => {
    expect(plan.operations.length + plan.faults.length).toBeLessThanOrEqual(LONGER.get(slug) ?? 12);
  });
});
