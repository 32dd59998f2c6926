/** A correctly configured Kafka keeps its guarantees under all faults. The twin of this file is `broken-kafka.test.ts`. */
import { describe, test } from 'vitest';

import type { PlanOptions } from './arbitraries/options.ts';
import { assertPlans } from './cases/assert-plans.ts';
import { runs } from './testing/test-length.ts';

describe('guarantees hold under all faults', () => {
  test('with the default configuration: 3 brokers, replication factor 3, min.insync.replicas=2, acks=all', async () => {
    await assertPlans({}, { runs: runs({ short: 250, long: 8000 }) });
  });

  test('with three and with five controllers, which fail too', async () => {
    await assertPlans({ controllers: 3 }, { runs: runs({ short: 120, long: 4000 }) });
    await assertPlans({ controllers: 5 }, { runs: runs({ short: 40, long: 1000 }) });
  });

  test('with controllers in the processes of brokers', async () => {
    await assertPlans({ controllers: 3, combined: true }, { runs: runs({ short: 60, long: 2000 }) });
    await assertPlans({ controllers: 1, combined: true }, { runs: runs({ short: 40, long: 1000 }) });
    await assertPlans(
      { controllers: 5, brokers: 5, combined: true },
      { runs: runs({ short: 40, long: 1000 }) },
    );
  });

  test('with one request in flight', async () => {
    await assertPlans(
      { configuration: { 'max.in.flight.requests.per.connection': 1 } },
      { runs: runs({ short: 60, long: 2000 }) },
    );
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
  ])('that a weaker or larger configuration still promises: %s', async (_, options) => {
    await assertPlans({ ...options, expect: [] }, { runs: runs({ short: 50, long: 1500 }) });
  });
});
