/**
 * What a correctly configured Kafka keeps, whatever happens to it, and the twins of that: the
 * configurations and bugs with which it must break, found by the same search.
 */
import { describe, expect, test } from 'vitest';

import { simulate } from '../impl/simulated/simulate.ts';
import { defects } from '../impl/simulated/defects/index.ts';
import { primaryViolation } from '../reports/failure-report.ts';
import { generatePlan } from './arbitraries/generate.ts';
import type { PlanOptions } from './arbitraries/options.ts';
import { assertPlansHold } from './hold.ts';

describe('promises hold under all faults', () => {
  test('with the default configuration: 3 brokers, replication factor 3, min.insync.replicas=2, acks=all', async () => {
    await assertPlansHold({}, { runs: 800 });
  });

  test('with three controllers that fail, too, and with five', async () => {
    await assertPlansHold({ controllers: 3 }, { runs: 400 });
    await assertPlansHold({ controllers: 5 }, { runs: 100 });
  });

  test('with controllers in the processes of brokers', async () => {
    await assertPlansHold({ controllers: 3, combined: true }, { runs: 200 });
    await assertPlansHold({ controllers: 1, combined: true }, { runs: 100 });
    await assertPlansHold({ controllers: 5, brokers: 5, combined: true }, { runs: 100 });
  });

  test('with one request in flight, sends keep their order, too', async () => {
    await assertPlansHold({ configuration: { 'max.in.flight.requests.per.connection': 1 } }, { runs: 200 });
  });

  test.each<[string, PlanOptions]>([
    ['one replica', { configuration: { 'default.replication.factor': 1, 'min.insync.replicas': 1 } }],
    [
      'two replicas, min.insync.replicas=1',
      { configuration: { 'default.replication.factor': 2, 'min.insync.replicas': 1 } },
    ],
    ['before KIP-966', { configuration: { 'eligible.leader.replicas.version': 0 } }],
    ['acks=1', { configuration: { acks: '1' } }],
    ['acks=0', { configuration: { acks: '0' } }],
    [
      'unclean leader election',
      { configuration: { 'unclean.leader.election.enable': true }, uncleanElections: true },
    ],
    ['five brokers', { brokers: 5, configuration: { 'min.insync.replicas': 2 } }],
  ])('what a weaker or wider configuration still promises: %s', async (_, options) => {
    await assertPlansHold({ ...options, expect: [] }, { runs: 150 });
  });
});

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
