import { describe, expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { SmallCluster } from './testing/small-cluster.ts';

function cluster(): SmallCluster {
  const small = new SmallCluster(3, {
    'broker.session.timeout.ms': 60_000,
    'replica.lag.time.max.ms': 1000,
    'request.timeout.ms': 2000,
  });
  small.topic(2, 3);
  return small;
}

/** The next AlterPartition request of broker 1, or its answer, is lost. */
function loseNext(small: SmallCluster, request: boolean): void {
  const [from, to] = request ? [small.host(1), small.controller] : [small.controller, small.host(1)];
  small.world.network.arm({
    fault: 1,
    from,
    to,
    api: Api.AlterPartition,
    request,
    effect: 'lose',
    delayUs: 0,
  });
}

/** Makes the leaders want broker 3 out of the ISR, for it does not fetch any more. */
function fallBehind(small: SmallCluster): void {
  small.world.pause(small.host(3));
  for (const leader of [1, 2]) small.produce(leader, `t-${leader - 1}`, ['a'], 1);
}

describe('a proposal', () => {
  test('reaches the controller, and its outcome the leader', () => {
    const small = cluster();
    fallBehind(small);
    small.until(() => small.replica(1, 't-0').isr.length === 2);
    expect(small.record('t-0').isr).toEqual([1, 2]);
    expect(small.replica(1, 't-0')).toMatchObject({ proposedIsr: null, maximalIsr: [1, 2] });
  });

  test('that is lost is sent again', () => {
    const small = cluster();
    loseNext(small, true);
    fallBehind(small);
    small.until(() => small.replica(1, 't-0').isr.length === 2);
    expect(small.hits('alter-partition-refused')).toBe(0);
  });

  test('whose answer is lost is refused the second time, and settled by the metadata', () => {
    const small = cluster();
    loseNext(small, false);
    fallBehind(small);
    small.until(() => small.record('t-0').isr.length === 2);
    small.until(() => small.replica(1, 't-0').isr.length === 2);
    expect(small.replica(1, 't-0').proposedIsr).toBeNull();
    small.wait(5000);
    expect(small.record('t-0').isr).toEqual([1, 2]);
  });

  test('is safe while nobody knows its outcome: the leader waits for both sets', () => {
    const small = cluster();
    fallBehind(small);
    small.world.network.cut(small.host(1), small.controller, 'hold', true);
    small.until(() => small.replica(1, 't-0').proposedIsr !== null);
    small.wait(3000);
    expect(small.replica(1, 't-0')).toMatchObject({
      isr: [1, 2, 3],
      maximalIsr: [1, 2, 3],
      highWatermark: 0,
    });
    small.world.network.cut(small.host(1), small.controller, 'hold', false);
    small.until(() => small.replica(1, 't-0').highWatermark === 1);
  });
});
