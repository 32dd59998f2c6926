/** A real controller and real brokers, asked and disturbed by hand: what brokers are tested with. */
import { KAFKA_CATALOGUE } from '../../catalogue/kafka-catalogue.ts';
import { resolveConfiguration } from '../../../../model/configuration/configuration.ts';
import type { ConfigurationValues } from '../../../../model/configuration/configuration.ts';
import { KraftControlPlane } from '../../controller/kraft/kraft-control-plane.ts';
import type { KraftCluster } from '../../controller/kraft/kraft-cluster.ts';
import { Controller } from '../../controller/kraft/controller.ts';
import { Api } from '../../../kafka/api.ts';
import type { PartitionRecord } from '../../protocol/metadata-records.ts';
import type { FetchPartition, RequestBody, ResponseTo } from '../../protocol/messages.ts';
import { NetworkClient } from '../../net/network-client.ts';
import type { PartitionName } from '../../../kafka/partition-name.ts';
import { rulesWith } from '../../rules/rules.ts';
import type { Rules } from '../../rules/rules.ts';
import { notifyMetadata } from '../../observe/metadata-observer.ts';
import { notifyQuorum } from '../../observe/quorum-observer.ts';
import { notifyReplication } from '../../observe/replication-observer.ts';
import type { Context } from '../../kernel/context.ts';
import type { Host } from '../../kernel/host.ts';
import { Probe } from '../../catalogue/probes.ts';
import type { ProbeName } from '../../catalogue/probes.ts';
import type { Process } from '../../kernel/process.ts';
import { World } from '../../kernel/world.ts';
import { Broker } from '../broker.ts';
import type { Partition } from '../partition.ts';
import { recordsOf } from './scripted-replicas.ts';

/** A client that only asks. */
const idle: Process = {
  start() {},
  onRequest() {},
  shutdown: (done: (cleanly: boolean) => void): void => done(true),
};

export class SmallCluster {
  /** Without listeners: a test spies on its events. */
  readonly observer = notifyReplication([]);
  readonly world: World;
  readonly #brokers: Host[] = [];
  readonly #controller: Host;
  readonly #client: Host;
  readonly #channels = new Map<Host, NetworkClient>();

  /** Starts the brokers and waits until all are active. */
  constructor(
    brokers: number,
    configuration: ConfigurationValues = {},
    rules: Partial<Rules> = {},
    logDirs = 1,
  ) {
    const latency = { model: 'uniform', minUs: 500, maxUs: 500 } as const;
    this.world = new World(
      { seed: 'small', schedule: { latency, slowPair: null }, overrides: [] },
      KAFKA_CATALOGUE,
    );
    const { world } = this;
    const hosts = this.#brokers;
    const controller = world.addHost(
      'controller-1',
      'controller',
      (context) => new Controller(context, cluster, 1),
    );
    const brokerIds = Array.from({ length: brokers }, (_, i) => i + 1);
    const broker = (id: number): Host => world.host(`broker-${id}`);
    const cluster: KraftCluster = {
      configuration: resolveConfiguration(configuration),
      rules: rulesWith([rules]),
      observer: this.observer,
      metadataObserver: notifyMetadata([]),
      quorumObserver: notifyQuorum([]),
      directory: { broker, brokerIds, controllers: [controller] },
    };
    for (const id of brokerIds) {
      const boot = (context: Context) =>
        new Broker(context, cluster, id, new KraftControlPlane(context, cluster, id));
      hosts.push(world.addHost(`broker-${id}`, 'broker', boot, logDirs));
    }
    this.#controller = controller;
    this.#client = world.addHost('client-1', 'client', () => idle);
    world.network.wire(world.hosts);
    for (const host of world.hosts) world.start(host);
    this.until(() => this.#active !== null && brokerIds.every((id) => this.image.isActive(id)));
  }

  get #active() {
    return (this.#controller.context!.process as Controller).image;
  }

  /** The cluster as the controller has it. Throws while none is active. */
  get image() {
    const image = this.#active;
    if (image === null) throw new Error('no controller is active');
    return image;
  }

  get controller(): Host {
    return this.#controller;
  }

  host(broker: number): Host {
    return this.#brokers[broker - 1]!;
  }

  /** The running process; there is none while the broker is down. */
  broker(broker: number): Broker {
    return this.host(broker).context!.process as Broker;
  }

  record(partition: PartitionName): PartitionRecord {
    return this.image.partitions.get(partition)!;
  }

  replica(broker: number, partition: PartitionName): Partition {
    return this.broker(broker).partitions.get(partition)!;
  }

  /** The id of a partition's topic, as some running broker has it: also while there is no controller. */
  topicId(partition: PartitionName): number {
    for (const { context } of this.#brokers) {
      const replica = (context?.process as Broker | undefined)?.partitions.get(partition);
      if (replica !== undefined) return replica.topicId;
    }
    // Of a partition that nobody has: as if it were one more of topic t.
    return this.image.topics.get('t') ?? -1;
  }

  hits(probe: ProbeName): number {
    return this.world.probeCounts[Probe[probe]] ?? 0;
  }

  /** Creates topic t, or another one, and waits until all its replicas are there. */
  topic(partitions: number, replicationFactor: number, topic = 't'): void {
    this.ask('controller', { api: Api.CreateTopics, topic, partitions, replicationFactor });
    this.until(() =>
      [...this.image.partitions.values()].every(({ partition, replicas }) =>
        replicas.every((broker) => this.broker(broker).partitions.has(partition)),
      ),
    );
  }

  /** Produces one record for each value, and returns the answer for the partition. */
  produce(broker: number, partition: PartitionName, values: readonly string[], acks = -1, timeoutMs = 1000) {
    const request = {
      api: Api.Produce,
      acks,
      timeoutMs,
      partitions: [{ partition, topicId: this.topicId(partition), ...recordsOf(...values) }],
    };
    return this.ask(broker, request).partitions[0]!;
  }

  /** Fetches as a consumer. */
  fetch(broker: number, asked: Partial<FetchPartition> & { partition: PartitionName }, maxWaitMs = 0) {
    const topicId = this.topicId(asked.partition);
    const position = { topicId, fetchOffset: 0, lastFetchedEpoch: -1, currentLeaderEpoch: -1, ...asked };
    const [replicaId, replicaEpoch, minRecords] = [-1, -1, 1];
    const request = {
      api: Api.Fetch,
      replicaId,
      replicaEpoch,
      maxWaitMs,
      minRecords,
      partitions: [position],
    };
    return this.ask(broker, request).partitions[0]!;
  }

  /** Sends a request and lets time pass until it is answered. @throws Error when it never is. */
  ask<R extends RequestBody>(whom: number | 'controller', request: R): ResponseTo<R> {
    let answer: ResponseTo<R> | null | undefined;
    this.send(whom, request, (response) => (answer = response));
    this.until(() => answer !== undefined);
    if (answer === undefined || answer === null) throw new Error('no answer');
    return answer;
  }

  send<R extends RequestBody>(
    whom: number | 'controller',
    request: R,
    onResponse: (response: ResponseTo<R> | null) => void,
  ): void {
    const host = whom === 'controller' ? this.#controller : this.host(whom);
    let channel = this.#channels.get(host);
    if (channel === undefined) {
      channel = new NetworkClient(this.clientContext, host, 30_000);
      this.#channels.set(host, channel);
    }
    channel.send(request, onResponse);
  }

  get clientContext(): Context {
    return this.#client.context!;
  }

  /** Lets time pass until it is so. @throws Error when it is not within a minute. */
  until(condition: () => boolean): void {
    const deadlineUs = this.world.nowUs + 60_000_000;
    while (!condition()) {
      if (this.world.nowUs > deadlineUs || !this.world.step()) throw new Error('it never happened');
    }
  }

  wait(ms: number): void {
    let over = false;
    this.world.at(this.world.nowUs + ms * 1000, `wait ${this.world.nowUs}`, () => (over = true));
    this.until(() => over);
  }

  /** Cuts all links between the brokers and everybody else but the client, or heals them. */
  isolate(broker: number, begin = true): void {
    const host = this.host(broker);
    for (const other of this.world.hosts) {
      if (other === host || other === this.#client) continue;
      this.world.network.cut(host, other, 'lose', begin);
      this.world.network.cut(other, host, 'lose', begin);
    }
  }
}
