/** The twin of `replicated-kafka.test.ts`: configurations and bugs with which promises must break, found by the same search. */
import { describe, expect, test } from 'vitest';

import { simulate } from '../impl/simulated/simulate.ts';
import { defects } from '../impl/simulated/defects/index.ts';
import { primaryViolation } from '../reports/failure-report.ts';
import { generatePlan } from './arbitraries/generate.ts';
import type { PlanOptions } from './arbitraries/options.ts';

/** The run that first breaks something, within 2,000; null when none does. */
function firstViolation(options: PlanOptions) {
  for (let index = 0; index < 2000; index++) {
    const violation = primaryViolation(simulate(generatePlan('twin', index, options)));
    if (violation !== null) return { index, violation };
  }
  return null;
}

describe('the search finds what breaks them, within 2,000 runs', () => {
  test('acks=1 loses a record when the leader crashes', () => {
    const found = firstViolation({ configuration: { acks: '1' }, faults: ['crash'] });
    expect(found?.violation).toMatchObject({ guarantee: 'no-loss', notPromisedBecause: 'acks=1' });
  });

  test('without idempotence a retry is stored twice', () => {
    // With one request in flight a retry overtakes nothing: what is left is the copy.
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

  // Thousands of runs: how long they take is the machine's affair.
  test.each(defects.map(({ slug }) => slug))('%s', { timeout: 600_000 }, (slug) => {
    expect(firstViolation({ defects: [slug] })).not.toBeNull();
  });
});
