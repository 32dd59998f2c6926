import { expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { FetchedPartition, RequestBody, ResponseBody } from '../protocol/messages.ts';
import { Consumer } from './consumer.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

const ORDERS_0 = { topic: 'orders', partition: 0 };

/** A consumer in rack b of orders-0, which broker 1 leads; the log holds a and b. */
class Scene {
  readonly cluster = new ScriptedCluster(3);
  readonly consumer: Consumer;

  constructor() {
    this.cluster.topic('orders', [1]);
    this.cluster.append('orders-0', ['a', 'b']);
    this.consumer = this.cluster.start(
      (context, settings, directory) => new Consumer(context, settings, directory, 'b'),
      { 'fetch.max.wait.ms': 50, 'metadata.max.age.ms': 2_000, 'auto.offset.reset': 'earliest' },
    );
    this.cluster.run(10);
    this.consumer.assign([{ ...ORDERS_0, position: 0 }]);
  }

  poll() {
    const values: string[] = [];
    let resets = 0;
    this.consumer.poll(300, (outcome) => {
      if (outcome.type !== 'ok') throw new Error(outcome.error);
      resets = outcome.resets.length;
      values.push(...outcome.partitions.flatMap(({ records }) => records.map(({ value }) => value)));
    });
    this.cluster.run(301);
    return { values, resets };
  }

  /** The brokers that got fetches, in their order. */
  get asked(): string[] {
    return this.cluster.requests(Api.Fetch).map(({ node }) => node);
  }
}

function answering(request: RequestBody, change: Partial<FetchedPartition>): ResponseBody | undefined {
  if (request.api !== Api.Fetch) return undefined;
  const base = { error: Errors.NONE, highWatermark: 2, logStartOffset: 0, divergingEpoch: null, batches: [] };
  return {
    api: Api.Fetch,
    partitions: request.partitions.map(({ partition }) => ({ partition, ...base, ...change })),
  };
}

/** Broker 1 sends the consumer to broker 2, which answers as usual, or with an error. */
function sendingTo2(error?: ErrorCode) {
  return (request: RequestBody, node: string): ResponseBody | undefined => {
    if (node === 'broker-1') return answering(request, { preferredReadReplica: 2 });
    return error === undefined ? undefined : answering(request, { error });
  };
}

test('a consumer sends its rack, and reads from the replica that the leader prefers', () => {
  const scene = new Scene();
  scene.cluster.script = sendingTo2();
  expect(scene.poll().values).toEqual(['a', 'b']);
  expect(scene.asked.slice(0, 2)).toEqual(['broker-1', 'broker-2']);
  expect(scene.cluster.requests(Api.Fetch)[0]?.body.rackId).toBe('b');
});

test('a consumer reads from the preferred replica until its lease expires, then from the leader', () => {
  const scene = new Scene();
  scene.cluster.script = sendingTo2();
  scene.poll();
  scene.poll();
  const before = scene.asked.length;
  expect(scene.asked.slice(1)).not.toContain('broker-1');
  scene.cluster.run(2_000);
  scene.poll();
  expect(scene.asked.slice(before)).toContain('broker-1');
});

test('a consumer does not reset when a follower lacks the offset, and fetches from the leader', () => {
  const scene = new Scene();
  let sent = false;
  scene.cluster.script = (request, node) => {
    if (node === 'broker-2') return answering(request, { error: Errors.OFFSET_OUT_OF_RANGE });
    if (request.api !== Api.Fetch || sent) return undefined;
    sent = true;
    return answering(request, { preferredReadReplica: 2 });
  };
  expect(scene.poll()).toEqual({ values: ['a', 'b'], resets: 0 });
  expect(scene.asked.slice(0, 3)).toEqual(['broker-1', 'broker-2', 'broker-1']);
});

test('a consumer leaves a follower that returns an error for the leader', () => {
  const scene = new Scene();
  scene.cluster.script = sendingTo2(Errors.NOT_LEADER_OR_FOLLOWER);
  scene.poll();
  expect(scene.asked.slice(0, 3)).toEqual(['broker-1', 'broker-2', 'broker-1']);
});
