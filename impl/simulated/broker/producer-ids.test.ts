import { describe, expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { errorName, Errors } from '../../kafka/errors.ts';
import { firstProducerIdOfNewController, wantsNextBlock } from '../rules/producer-ids.ts';
import { SmallCluster } from './testing/small-cluster.ts';

const ASK = {
  api: Api.InitProducerId,
  transactionalId: null,
  transactionTimeoutMs: 0,
  producerId: -1,
  producerEpoch: -1,
} as const;

/** Asks until the broker has an id to give. */
function producerId(small: SmallCluster, broker: number): number {
  let id = -1;
  small.until(() => {
    const { error, producerId: given } = small.ask(broker, ASK);
    if (error === Errors.NONE) id = given;
    return id >= 0;
  });
  return id;
}

describe('producer ids (KIP-730)', () => {
  test('come from blocks that the controller hands out, each to one broker', () => {
    const small = new SmallCluster(2, { 'crucible.producer.id.block.size': 2 });
    const ids = [1, 2, 1, 2, 1, 1].map((broker) => producerId(small, broker));
    expect(new Set(ids).size).toBe(ids.length);
    expect(small.image.nextProducerId).toBeGreaterThanOrEqual(6);
  });

  test('who asks before the first block is there is sent away for a while', () => {
    const small = new SmallCluster(1);
    expect(errorName(small.ask(1, ASK).error)).toBe('COORDINATOR_LOAD_IN_PROGRESS');
    expect(producerId(small, 1)).toBe(0);
  });

  test('the next block is asked for when nine tenths are used', () => {
    expect([8, 9, 10].map((used) => wantsNextBlock(used, 10))).toEqual([false, true, true]);
  });

  test('a new controller goes on behind the last block (KAFKA-15552)', () => {
    expect(firstProducerIdOfNewController(3000, 1000)).toBe(3000);
  });
});
