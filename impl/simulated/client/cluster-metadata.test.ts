import { describe, expect, test } from 'vitest';

import { resolveConfiguration } from '../../../model/configuration/configuration.ts';
import { fetchByTopicNameAfterRecreate } from '../defects/fetch-by-topic-name-after-recreate.ts';
import { Api } from '../../kafka/api.ts';
import { kafkaRules, rulesWith } from '../rules/rules.ts';
import type { Rules } from '../rules/rules.ts';
import type { Context } from '../kernel/context.ts';
import type { Process } from '../kernel/process.ts';
import { BrokerConnections } from './broker-connections.ts';
import { ClusterMetadata } from './cluster-metadata.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

class Watcher implements Process {
  readonly metadata: ClusterMetadata;
  updates = 0;

  constructor(
    context: Context,
    configuration: Record<string, number>,
    cluster: ScriptedCluster,
    rules: Rules,
  ) {
    const settings = resolveConfiguration(configuration);
    const connections = new BrokerConnections(context, settings, cluster.directory);
    this.metadata = new ClusterMetadata(context, settings, connections, () => this.updates++, rules);
  }

  start(): void {
    this.metadata.requestUpdate();
  }

  onRequest(): void {}

  shutdown(done: (cleanly: boolean) => void): void {
    done(true);
  }
}

function scene(
  configuration: Record<string, number> = {},
  rules = kafkaRules,
): { cluster: ScriptedCluster; watcher: Watcher } {
  const cluster = new ScriptedCluster(3);
  cluster.topic('orders', [1, 2]);
  const watcher = cluster.start((context) => new Watcher(context, configuration, cluster, rules), {});
  return { cluster, watcher };
}

describe('metadata', () => {
  test('is requested once at the start, and again when it is metadata.max.age.ms old', () => {
    const { cluster, watcher } = scene({ 'metadata.max.age.ms': 1000 });
    cluster.run(500);
    expect(watcher.updates).toBe(1);
    expect(watcher.metadata.topic('orders')?.map(({ leader }) => leader)).toEqual([1, 2]);
    cluster.run(1000);
    expect(watcher.updates).toBe(2);
  });

  test('is requested once for several calls, not before the backoff', () => {
    const { cluster, watcher } = scene();
    cluster.run(10);
    watcher.metadata.requestUpdate();
    watcher.metadata.requestUpdate();
    cluster.run(50);
    expect(watcher.updates).toBe(1);
    cluster.run(200);
    expect(watcher.updates).toBe(2);
  });

  test('that changes nothing makes the backoff longer', () => {
    const { cluster, watcher } = scene();
    for (let i = 0; i < 200; i++) {
      watcher.metadata.requestUpdate();
      cluster.run(20);
    }
    const times = cluster.requests(Api.Metadata).map(({ atMs }) => atMs);
    const waits = times.slice(1).map((at, i) => at - times[i]!);
    expect(waits[0]).toBeLessThan(150);
    expect(waits.at(-1)).toBeGreaterThan(700);
  });

  test('with a lower leader epoch is ignored, with a higher one accepted', () => {
    const { cluster, watcher } = scene({ 'metadata.max.age.ms': 200 });
    const older = [...cluster.partitions];
    cluster.elect('orders-0', 3);
    cluster.run(500);
    expect(watcher.metadata.partition('orders-0')).toMatchObject({ leader: 3, leaderEpoch: 1 });
    cluster.script = () => ({ api: Api.Metadata, brokers: [1], partitions: older });
    cluster.run(500);
    expect(watcher.metadata.partition('orders-0')).toMatchObject({ leader: 3, leaderEpoch: 1 });
  });

  test('of a topic created again is accepted although its leader epoch is lower (KAFKA-12257)', () => {
    const { cluster, watcher } = scene({ 'metadata.max.age.ms': 200 });
    cluster.elect('orders-0', 3);
    cluster.run(500);
    cluster.recreate('orders');
    cluster.run(500);
    expect(watcher.metadata.partition('orders-0')).toMatchObject({ topicId: 2, leaderEpoch: 0 });
  });

  test('of a topic created again is ignored for ever with the bug of KAFKA-12257', () => {
    const { cluster, watcher } = scene(
      { 'metadata.max.age.ms': 200 },
      rulesWith([fetchByTopicNameAfterRecreate.rules]),
    );
    cluster.elect('orders-0', 3);
    cluster.run(500);
    cluster.recreate('orders');
    cluster.run(5000);
    expect(watcher.metadata.partition('orders-0')).toMatchObject({ topicId: 1, leaderEpoch: 1 });
  });

  test('without a topic removes the topic', () => {
    const { cluster, watcher } = scene({ 'metadata.max.age.ms': 200 });
    cluster.run(100);
    cluster.partitions.length = 0;
    cluster.run(500);
    expect(watcher.metadata.topic('orders')).toBeUndefined();
    expect(watcher.metadata.partition('orders-0')).toBeUndefined();
  });

  test('without a broker is ignored', () => {
    const { cluster, watcher } = scene();
    cluster.script = () => ({ api: Api.Metadata, brokers: [], partitions: [] });
    cluster.run(1000);
    expect(watcher.updates).toBe(0);
    expect(cluster.requests(Api.Metadata).length).toBeGreaterThan(2);
    cluster.script = () => undefined;
    cluster.run(1500);
    expect(watcher.updates).toBe(1);
  });

  test('is requested from a broker that is up', () => {
    const { cluster, watcher } = scene({ 'metadata.max.age.ms': 500 });
    cluster.world.crash(cluster.world.host('broker-1'));
    cluster.world.crash(cluster.world.host('broker-3'));
    cluster.run(5000);
    expect(watcher.updates).toBeGreaterThan(3);
    expect(cluster.requests(Api.Metadata).every(({ node }) => node === 'broker-2')).toBe(true);
  });
});

describe('waiting for a partition', () => {
  test('ends when the topic appears, for all in their order', () => {
    const { cluster, watcher } = scene();
    const completed: string[] = [];
    watcher.metadata.awaitPartition('late', 0, 10_000, (found) => completed.push(`a ${found}`));
    watcher.metadata.awaitPartition('late', 0, 10_000, (found) => completed.push(`b ${found}`));
    cluster.run(1000);
    expect(completed).toEqual([]);
    cluster.topic('late', [1]);
    cluster.run(1500);
    expect(completed).toEqual(['a true', 'b true']);
  });

  test('ends with the timeout', () => {
    const { cluster, watcher } = scene();
    const completed: boolean[] = [];
    watcher.metadata.awaitPartition('orders', 2, 700, (found) => completed.push(found));
    cluster.run(699);
    expect(completed).toEqual([]);
    cluster.run(2);
    expect(completed).toEqual([false]);
  });
});
