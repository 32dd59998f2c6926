/**
 * Under any configuration a search reports only guarantees that the configuration gives up. Properties that a run draws
 * in addition, mostly shorter timeouts, must be consistent with the given ones.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { simulate } from '../impl/simulated/run/simulate.ts';
import { type CataloguedProperty, propertyCatalogue } from '../model/configuration/catalogue.ts';
import type { ConfigurationValue } from '../model/configuration/property.ts';
import { CRUCIBLE_DEFAULTS, resolveConfiguration } from '../model/configuration/configuration.ts';
import { generatePlan } from './arbitraries/generate.ts';
import { runs } from './testing/test-length.ts';

const RUNS_OF_ONE = runs({ short: 2, long: 20 });

type Given = Readonly<Record<string, ConfigurationValue>>;

const properties = propertyCatalogue().filter(
  ({ name, type }) => type !== 'choice' && !name.startsWith('crucible.'),
);

/** Values that a user may write: the default, a multiple or a fraction of it, or a round number. */
function plausible({ name, default: usual }: CataloguedProperty): readonly ConfigurationValue[] {
  if (typeof usual !== 'number') return [true, false];
  if (!name.endsWith('.ms')) return [...new Set([usual, 0, 1, 2, 3, 5])];
  const parts = [1, 3, 1 / 3, 1 / 10].map((part) => Math.round(usual * part));
  return [...new Set([...parts, 300, 1_000, 3_000, 10_000, 60_000])];
}

function isValidForKafka(given: Given): boolean {
  try {
    return resolveConfiguration({ ...CRUCIBLE_DEFAULTS, ...given })['default.replication.factor'] <= 5;
  } catch {
    return false;
  }
}

/** Returns the guarantees that a run under this configuration is wrongly reported to break. */
function falseAlarms(configuration: Given, run: number): readonly string[] {
  const { violations, verdict } = simulate(generatePlan('any configuration', run, { configuration }));
  const alarms = violations.filter(({ notPromisedBecause }) => notPromisedBecause === undefined);
  return [
    ...alarms.map(({ guarantee, anomaly, sentence }) => `${guarantee} ${anomaly}: ${sentence}`),
    ...(verdict === 'budget' ? ['the run did not converge'] : []),
  ];
}

describe('a search raises no false alarm', () => {
  test.each(properties.map((property) => [property.name, property] as const))(
    'with any value of %s',
    (name, property) => {
      for (const value of plausible(property)) {
        const given = { [name]: value };
        if (!isValidForKafka(given)) continue;
        for (let run = 0; run < RUNS_OF_ONE; run++)
          expect([given, falseAlarms(given, run)]).toEqual([given, []]);
      }
    },
  );

  test('with any values of several properties', () => {
    const several = fc
      .uniqueArray(fc.constantFrom(...properties), { minLength: 2, maxLength: 5 })
      .chain((chosen) =>
        fc.record(Object.fromEntries(chosen.map((each) => [each.name, fc.constantFrom(...plausible(each))]))),
      );
    fc.assert(
      fc.property(several.filter(isValidForKafka), fc.nat(1_000_000), (given, run) => {
        expect(falseAlarms(given, run)).toEqual([]);
      }),
      { seed: 1, numRuns: runs({ short: 150, long: 3_000 }) },
    );
  });
});
