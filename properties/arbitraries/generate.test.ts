import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import type { Fault } from '../../impl/plan/plan.ts';
import { generatePlan } from './generate.ts';

const hashOf = (value: unknown) =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

describe('generatePlan', () => {
  test('is a function of its arguments', () => {
    expect(generatePlan('nightly', 7)).toEqual(generatePlan('nightly', 7));
    expect(generatePlan('nightly', 7)).not.toEqual(generatePlan('nightly', 8));
    expect(generatePlan('nightly', 7).seed).toBe('nightly:7');
  });

  test('draws on every machine what it drew when this was committed', () => {
    const hashes = [0, 1, 2, 3, 4].map((index) => hashOf(generatePlan('golden', index)));
    expect(hashes).toMatchInlineSnapshot(`
      [
        "88363857d34d5311",
        "f7e39590b845fd2c",
        "cf2ec8d8636bec4f",
        "a621ad67026c06f5",
        "1548f910c201e375",
      ]
    `);
  });

  test('an option changes nothing that it is not about', () => {
    for (let index = 0; index < 50; index++) {
      // Where transactions are left open, whether a plan has them depends on its configuration.
      const options = { transactions: 'never' } as const;
      const plan = generatePlan('still', index, options);
      const quiet = generatePlan('still', index, { ...options, faults: [] });
      expect(quiet.faults).toEqual([]);
      expect({ ...quiet, faults: plan.faults }).toEqual(plan);

      const fixed = generatePlan('still', index, { ...options, configuration: { acks: '1' } });
      expect({ ...fixed, configuration: plan.configuration }).toEqual(plan);

      const bigger = generatePlan('still', index, { ...options, brokers: 5 });
      expect(bigger.operations.map(({ atMs, kind }) => [atMs, kind])).toEqual(
        plan.operations.map(({ atMs, kind }) => [atMs, kind]),
      );
      // Among more brokers other faults befall voters, or none.
      if (bigger.cluster.combined === true) continue;
      // Which broker it is that a fault waits for depends on how many there are.
      const timing = ({ at, kind }: Fault) => ['probe' in at ? at.probe : at.ms, kind];
      expect(bigger.faults.map(timing)).toEqual(plan.faults.map(timing));
    }
  });
});
