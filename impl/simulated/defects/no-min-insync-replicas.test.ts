import { expect, test } from 'vitest';

import { SmallCluster } from '../broker/testing/small-cluster.ts';
import { Errors } from '../../kafka/errors.ts';
import { noMinInsyncReplicas } from './no-min-insync-replicas.ts';

/** Only the leader is left in the ISR, and is asked to append for all. */
function produceAlone(rules = {}): number {
  const configuration = {
    'min.insync.replicas': 2,
    'broker.session.timeout.ms': 1000,
    'broker.heartbeat.interval.ms': 200,
  };
  const small = new SmallCluster(2, configuration, rules);
  small.topic(1, 2);
  small.world.crash(small.host(2));
  small.until(() => small.replica(1, 't-0').isr.length === 1);
  return small.produce(1, 't-0', ['a']).error;
}

test('a leader that is alone in the ISR acknowledges acks=all', () => {
  expect(produceAlone(noMinInsyncReplicas.rules)).toBe(Errors.NONE);
  expect(produceAlone()).toBe(Errors.NOT_ENOUGH_REPLICAS);
});
