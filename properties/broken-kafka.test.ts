/** The twin of `replicated-kafka.test.ts`: configurations and bugs that break guarantees, found by the same search. */
import { describe, expect, test } from 'vitest';

import { simulate } from '../impl/simulated/run/simulate.ts';
import { defects } from '../impl/simulated/defects/index.ts';
import { primaryViolation } from '../impl/result/primary-violation.ts';
import { generatePlan } from './arbitraries/generate.ts';
import type { PlanOptions } from './arbitraries/options.ts';
import { CANARY_DEFECT } from './night/canary.ts';
import { isLongTest } from './testing/test-length.ts';

const SEED = 'twin';

/** The first run that breaks a guarantee; null when none of `limit` runs does. */
function firstViolation(options: PlanOptions, limit = 2_000) {
  for (let index = 0; index < limit; index++) {
    const violation = primaryViolation(simulate(generatePlan(SEED, index, options)));
    if (violation !== null) return { index, violation };
  }
  return null;
}

describe('a search finds within 2,000 runs that', () => {
  test('acks=1 loses a record when the leader crashes', () => {
    const found = firstViolation({ configuration: { acks: '1' }, faults: ['crash'] });
    expect(found?.violation).toMatchObject({ guarantee: 'no-loss', notPromisedBecause: 'acks=1' });
  });

  test('enable.idempotence=false stores a retry twice', () => {
    // With one request in flight a retry cannot overtake another batch: the duplicate is the only possible violation.
    const found = firstViolation({
      configuration: { 'enable.idempotence': false, 'max.in.flight.requests.per.connection': 1 },
    });
    expect(found?.violation).toMatchObject({
      guarantee: 'idempotent-producer',
      notPromisedBecause: 'enable.idempotence=false',
    });
  });

  test('unclean leader election loses records', () => {
    const found = firstViolation({ configuration: { 'unclean.leader.election.enable': true } });
    expect(found?.violation.notPromisedBecause).toBe('unclean.leader.election.enable=true');
  });

  test('min.insync.replicas=1 does not survive the loss of the last replica’s disk', () => {
    const configuration = { 'min.insync.replicas': 1 };
    const found = firstViolation({ configuration, faults: ['disk-loss', 'shutdown', 'partition'] });
    expect(found?.violation.notPromisedBecause).toContain('min.insync.replicas=1');
  });
});

/**
 * In `npm test` the saved plan of each historical bug shows that the bug is caught (`detection/defect-case.test.ts`).
 * How soon a search finds it is measured by `hunt` (DEFECTS.md): the slowest took 2,219 runs there.
 */
const SEARCHED_FOR = isLongTest ? defects.map(({ slug }) => slug) : [CANARY_DEFECT];

test.each(SEARCHED_FOR)('a search finds the historical bug %s within 20,000 runs', (slug) => {
  expect(firstViolation({ defects: [slug] }, 20_000)).not.toBeNull();
});
