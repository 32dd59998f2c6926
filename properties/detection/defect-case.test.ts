import { describe, expect, test } from 'vitest';

import { defects } from '../../impl/simulated/defects/index.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import { defectCases, withoutDefect } from './defect-case.ts';

const cases = defectCases();
/** Plans that need more steps: the sequences of a producer must wrap around first, which takes 17 records. */
const LONGER = new Map([['wrapped_batch_misplaced', 20]]);

test('every historical bug has a saved plan', () => {
  expect(cases.map(({ defect }) => defect).sort()).toEqual(defects.map(({ slug }) => slug).sort());
});

describe.each(cases.map((saved) => [saved.defect, saved] as const))('%s', (slug, { plan, verdict }) => {
  test('the saved plan fails as stated with the bug', () => {
    expect(plan.defects).toEqual([slug]);
    expect(simulate(plan).violations).toContainEqual(expect.objectContaining(verdict));
  });

  test('the saved plan passes without the bug', () => {
    expect(simulate(withoutDefect(plan)).violations).toEqual([]);
  });

  test('the saved plan has at most twelve operations and faults', () => {
    expect(plan.operations.length + plan.faults.length).toBeLessThanOrEqual(LONGER.get(slug) ?? 12);
  });
});
