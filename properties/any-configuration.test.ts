/**
 * Whatever configuration somebody has, a search under it finds what that configuration gives up, and nothing else. What
 * is drawn for a run beside it, mostly so that time passes faster, must fit to it.
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

/** What somebody may write in a file: the default, more or less of it, or what they take for a round number. */
function plausible({ name, default: usual }: CataloguedProperty): readonly ConfigurationValue[] {
  if (typeof usual !== 'number') return [true, false];
  if (!name.endsWith('.ms')) return [...new Set([usual, 0, 1, 2, 3, 5])];
  const parts = [1, 3, 1 / 3, 1 / 10].map((part) => Math.round(usual * part));
  return [...new Set([...parts, 300, 1_000, 3_000, 10_000, 60_000])];
}

function isTakenByKafka(given: Given): boolean {
  try {
    return resolveConfiguration({ ...CRUCIBLE_DEFAULTS, ...given })['default.replication.factor'] <= 5;
  } catch {
    return false;
  }
}

/** What a run under this configuration is wrongly said to break. */
function falseAlarms(configuration: Given, run: number): readonly string[] {
  const { violations, verdict } = simulate(generatePlan('any configuration', run, { configuration }));
  const alarms = violations.filter(({ notPromisedBecause }) => notPromisedBecause === undefined);
  return [
    ...alarms.map(({ guarantee, anomaly, sentence }) => `${guarantee} ${anomaly}: ${sentence}`),
    ...(verdict === 'budget' ? ['the run did not come to rest'] : []),
  ];
}

describe('no false alarm is raised', () => {
  test.each(properties.map((property) => [property.name, property] as const))(
    'whatever %s is',
    (name, property) => {
      for (const value of plausible(property)) {
        const given = { [name]: value };
        if (!isTakenByKafka(given)) continue;
        for (let run = 0; run < RUNS_OF_ONE; run++)
          expect([given, falseAlarms(given, run)]).toEqual([given, []]);
      }
    },
  );

  test('whatever several properties are', () => {
    const several = fc
      .uniqueArray(fc.constantFrom(...properties), { minLength: 2, maxLength: 5 })
      .chain((chosen) =>
        fc.record(Object.fromEntries(chosen.map((each) => [each.name, fc.constantFrom(...plausible(each))]))),
      );
    fc.assert(
      fc.property(several.filter(isTakenByKafka), fc.nat(1_000_000), (given, run) => {
        expect(falseAlarms(given, run)).toEqual([]);
      }),
      { seed: 1, numRuns: runs({ short: 150, long: 3_000 }) },
    );
  });
});
