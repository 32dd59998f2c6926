/** Plans that once broke a promise in a correct configuration, and were right to: what they found is mended. */
import { readdirSync, readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { readPlan } from '../impl/plan-file.ts';
import { simulate } from '../impl/simulated/simulate.ts';

const FOLDER = new URL('./corpus/mended/', import.meta.url);

test.each(readdirSync(FOLDER).filter((name) => name.endsWith('.json')))('%s holds', (name) => {
  const plan = readPlan(readFileSync(new URL(name, FOLDER), 'utf8'), name);
  expect(plan.defects).toEqual([]);
  expect(simulate(plan).violations).toEqual([]);
});
