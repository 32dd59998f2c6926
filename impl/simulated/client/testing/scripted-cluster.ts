/**
 * A cluster of brokers that keep one shared log a partition and replicate nothing, and answer
 * otherwise where a test says so: what clients are tested against.
 */
import { KAFKA_CATALOGUE } from '../../catalogue/kafka-catalogue.ts';
import { resolveConfiguration } from '../../../../model/configuration/configuration.ts';
import type { Configuration, ConfigurationValues } from '../../../../model/configuration/configuration.ts';
import type { Directory } from '../../cluster/directory.ts';
import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import { EARLIEST_TIMESTAMP } from '../../protocol/messages.ts';
import type {
  FetchRequest,
  FetchResponse,
  PartitionMetadata,
  RequestBody,
  ResponseBody,
} from '../../protocol/messages.ts';
import { plainBatch } from '../../../kafka/records.ts';
import { partitionName } from '../../../kafka/partition-name.ts';
import type { RecordBatch, UnplacedBatch } from '../../../kafka/records.ts';
import type { PartitionName } from '../../../kafka/partition-name.ts';
import type { Message } from '../../net/message.ts';
import type { Context } from '../../kernel/context.ts';
import type { Host } from '../../kernel/host.ts';
import type { Process } from '../../kernel/process.ts';
import { TimerName } from '../../catalogue/timers.ts';
import { World } from '../../kernel/world.ts';

/** Instead of the usual answer: another one, none ever, or undefined for the usual one. */
export type Script = (request: RequestBody, node: string) => ResponseBody | 'silence' | undefined;

/** A request as a broker or the controller got it. */
export interface ReceivedRequest {
  readonly node: string;
  readonly atMs: number;
  readonly body: RequestBody;
}

class ScriptedNode implements Process {
  readonly #context: Context;
  readonly #cluster: ScriptedCluster;

  constructor(context: Context, cluster: ScriptedCluster) {
    this.#context = context;
    this.#cluster = cluster;
  }

  start(): void {}

  shutdown(done: (cleanly: boolean) => void): void {
    done(true);
  }

  onRequest(message: Message): void {
    // Requests arrive here, never responses.
    const body = message.body;
    const cluster = this.#cluster;
    const node = this.#context.host.name;
    cluster.received.push({ node, atMs: cluster.nowMs, body });
    const scripted = cluster.script(body, node);
    if (scripted === 'silence') return;
    if (scripted !== undefined) return message.connection.respond(message, scripted);
    if (body.api === Api.Fetch && cluster.isUpToDate(body)) {
      this.#context.after(body.maxWaitMs, TimerName.FetchExpiry, () =>
        message.connection.respond(message, cluster.fetch(body)),
      );
      return;
    }
    const answer = cluster.answer(body);
    if (answer === null) message.connection.respondNothing(message);
    else message.connection.respond(message, answer);
  }
}

/** The id of every topic, unless a test creates one again. */
const TOPIC_ID = 1;

export class ScriptedCluster {
  readonly world = new World(
    {
      seed: 'scripted',
      schedule: { latency: { model: 'uniform', minUs: 1000, maxUs: 1000 }, slowPair: null },
      overrides: [],
    },
    KAFKA_CATALOGUE,
  );
  readonly received: ReceivedRequest[] = [];
  readonly logs = new Map<PartitionName, RecordBatch[]>();
  readonly partitions: PartitionMetadata[] = [];
  readonly directory: Directory;
  script: Script = () => undefined;

  constructor(brokers: number) {
    const boot = (context: Context): Process => new ScriptedNode(context, this);
    const controller = this.world.addHost('controller-1', 'controller', boot);
    const brokerIds = Array.from({ length: brokers }, (_, i) => i + 1);
    for (const id of brokerIds) this.world.addHost(`broker-${id}`, 'broker', boot);
    this.directory = {
      broker: (id): Host => this.world.host(`broker-${id}`),
      brokerIds,
      controllers: [controller],
    };
  }

  get nowMs(): number {
    return Math.floor(this.world.nowUs / 1000);
  }

  /** Adds a topic whose partitions are led by these brokers in epoch 0. */
  topic(topic: string, leaders: readonly number[]): void {
    for (const [index, leader] of leaders.entries()) {
      const partition = partitionName(topic, index);
      const replicas = [leader, ...this.directory.brokerIds.filter((id) => id !== leader)];
      const place = { partition, topic, topicId: TOPIC_ID, index };
      this.partitions.push({ ...place, leader, leaderEpoch: 0, replicas, isr: replicas });
      this.logs.set(partition, []);
    }
  }

  /** Deletes a topic and creates it again, empty, with another id and in epoch 0. */
  recreate(topic: string): void {
    this.partitions.forEach((before, index) => {
      if (before.topic !== topic) return;
      this.partitions[index] = { ...before, topicId: before.topicId + 1, leaderEpoch: 0 };
      this.logs.set(before.partition, []);
    });
  }

  /** Makes a broker leader of a partition in a new epoch. */
  elect(partition: PartitionName, leader: number): void {
    const index = this.partitions.findIndex((candidate) => candidate.partition === partition);
    const before = this.partitions[index]!;
    this.partitions[index] = { ...before, leader, leaderEpoch: before.leaderEpoch + 1 };
  }

  append(partition: PartitionName, values: readonly string[]): number {
    return this.#append(
      partition,
      plainBatch(values.map((value, op) => ({ key: null, value, timestamp: 0, op }))),
    );
  }

  values(partition: PartitionName): string[] {
    return this.#log(partition).flatMap((batch) => batch.records.map((record) => record.value));
  }

  /** Adds the client, wires all and starts all. */
  start<C extends Process>(
    make: (context: Context, configuration: Configuration, directory: Directory) => C,
    configuration: ConfigurationValues,
  ): C {
    let client: C | undefined;
    this.world.addHost('client-1', 'client', (context) => {
      client = make(context, resolveConfiguration(configuration), this.directory);
      return client;
    });
    this.world.network.wire(this.world.hosts);
    for (const host of this.world.hosts) this.world.start(host);
    if (client === undefined) throw new Error('the client has not started');
    return client;
  }

  /** Lets that much virtual time pass. */
  run(ms: number): void {
    let over = false;
    this.world.at(this.world.nowUs + ms * 1000, `run until ${this.nowMs + ms}`, () => (over = true));
    while (!over) this.world.step();
  }

  requests<A extends RequestBody['api']>(
    api: A,
  ): (ReceivedRequest & { body: Extract<RequestBody, { api: A }> })[] {
    // The filter makes sure of the type.
    return this.received.filter(({ body }) => body.api === api) as never;
  }

  isUpToDate(request: FetchRequest): boolean {
    return request.partitions.every(
      ({ partition, fetchOffset }) => fetchOffset === this.endOffset(partition),
    );
  }

  endOffset(partition: PartitionName): number {
    const last = this.#log(partition).at(-1);
    return last === undefined ? 0 : last.lastOffset + 1;
  }

  fetch(request: FetchRequest): FetchResponse {
    return {
      api: Api.Fetch,
      partitions: request.partitions.map(({ partition, fetchOffset }) => ({
        partition,
        error: fetchOffset > this.endOffset(partition) ? Errors.OFFSET_OUT_OF_RANGE : Errors.NONE,
        highWatermark: this.endOffset(partition),
        logStartOffset: 0,
        divergingEpoch: null,
        batches: this.#log(partition).filter((batch) => batch.lastOffset >= fetchOffset),
      })),
    };
  }

  /** The usual answer; null for a produce that wants none. */
  answer(request: RequestBody): ResponseBody | null {
    switch (request.api) {
      case Api.Metadata:
        return { api: Api.Metadata, brokers: this.directory.brokerIds, partitions: [...this.partitions] };
      case Api.Produce: {
        const partitions = request.partitions.map((batch) => ({
          partition: batch.partition,
          error: Errors.NONE,
          baseOffset: this.#append(batch.partition, batch),
        }));
        return request.acks === 0 ? null : { api: Api.Produce, partitions };
      }
      case Api.InitProducerId:
        return { api: Api.InitProducerId, error: Errors.NONE, producerId: 7, producerEpoch: 0 };
      case Api.Fetch:
        return this.fetch(request);
      case Api.ListOffsets:
        return {
          api: Api.ListOffsets,
          partitions: request.partitions.map(({ partition, timestamp }) => ({
            partition,
            error: Errors.NONE,
            offset: timestamp === EARLIEST_TIMESTAMP ? 0 : this.endOffset(partition),
            leaderEpoch: 0,
          })),
        };
      case Api.OffsetsForLeaderEpoch:
        return {
          api: Api.OffsetsForLeaderEpoch,
          partitions: request.partitions.map(({ partition, leaderEpoch }) => {
            const last = this.#log(partition).findLast((batch) => batch.leaderEpoch <= leaderEpoch);
            return {
              partition,
              error: Errors.NONE,
              leaderEpoch: last?.leaderEpoch ?? -1,
              endOffset: last === undefined ? -1 : last.lastOffset + 1,
            };
          }),
        };
      case Api.CreateTopics:
      case Api.DeleteTopics:
      case Api.ElectLeaders:
      case Api.AlterPartitionReassignments:
        return { api: request.api, error: Errors.NONE };
      default:
        throw new Error('no client sends this');
    }
  }

  #append(partition: PartitionName, batch: UnplacedBatch): number {
    const baseOffset = this.endOffset(partition);
    const leaderEpoch =
      this.partitions.find((candidate) => candidate.partition === partition)?.leaderEpoch ?? 0;
    this.#log(partition).push({
      ...batch,
      baseOffset,
      lastOffset: baseOffset + batch.records.length - 1,
      leaderEpoch,
    });
    return baseOffset;
  }

  #log(partition: PartitionName): RecordBatch[] {
    const log = this.logs.get(partition);
    if (log === undefined) throw new RangeError(`there is no ${partition}`);
    return log;
  }
}
