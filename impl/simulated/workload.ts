import type { Configuration } from '../../model/configuration.ts';
import type { AdminInvoked, StartPosition, TopicPartition } from '../../model/history.ts';
import type { Client, Operation } from '../plan.ts';
import { Admin } from './client/admin.ts';
import type { AdminOutcome } from './client/admin.ts';
import type { ClusterMetadata } from './client/cluster-metadata.ts';
import { Consumer } from './client/consumer.ts';
import { Producer } from './client/producer.ts';
import type { Directory } from './directory.ts';
import type { HistoryRecorder } from './history-recorder.ts';
import type { Rules } from './rules/rules.ts';
import type { Host } from './world/host.ts';
import type { World } from './world/world.ts';

type Assignment = readonly (TopicPartition & { readonly position: StartPosition })[];

/** An operation of a client that does one thing at a time, and waits for its turn. */
type Turn = (done: () => void) => void;

/**
 * The clients of a plan and what they do. Producers send without waiting; a consumer and an admin
 * client are used by one thread each, so that their operations queue. Every operation is written
 * into the history when it really begins.
 */
export class Workload {
  readonly #world: World;
  readonly #history: HistoryRecorder;
  readonly #rules: Rules;
  readonly #clients = new Map<string, { readonly host: Host; readonly turns: Turn[]; busy: boolean }>();
  readonly #producers = new Map<string, Producer>();
  readonly #consumers = new Map<string, Consumer>();
  readonly #admins = new Map<string, Admin>();
  #nextOp: number;
  #pending = 0;

  constructor(world: World, history: HistoryRecorder, firstFreeOp: number, rules: Rules) {
    this.#world = world;
    this.#rules = rules;
    this.#history = history;
    this.#nextOp = firstFreeOp;
  }

  /** How many operations have begun, or wait for their turn, and are not over. */
  get pending(): number {
    return this.#pending;
  }

  /** Adds a client's host; the client runs once the host is started. */
  addClient(
    kind: Client['kind'],
    name: string,
    configuration: Configuration,
    directory: Directory,
    rack: string | null = null,
  ): Host {
    const host = this.#world.addHost(name, 'client', (context) => {
      switch (kind) {
        case 'producer': {
          const producer = new Producer(context, configuration, directory, this.#rules);
          this.#producers.set(name, producer);
          return producer;
        }
        case 'consumer': {
          const consumer = new Consumer(context, configuration, directory, rack, this.#rules);
          this.#consumers.set(name, consumer);
          return consumer;
        }
        case 'admin': {
          const admin = new Admin(context, configuration, directory, this.#rules);
          this.#admins.set(name, admin);
          return admin;
        }
      }
    });
    this.#clients.set(name, { host, turns: [], busy: false });
    return host;
  }

  consumer(name: string): Consumer {
    return found(this.#consumers, name);
  }

  admin(name: string): Admin {
    return found(this.#admins, name);
  }

  /** What each running client believes of the cluster. */
  *metadataOfClients(): Iterable<readonly [string, ClusterMetadata]> {
    for (const clients of [this.#producers, this.#consumers, this.#admins])
      for (const [name, { metadata }] of clients) yield [name, metadata];
  }

  /** Schedules an operation; its time counts from `startUs`. */
  schedule(operation: Operation, startUs: number): void {
    this.#pending++;
    const { host } = found(this.#clients, operation.client);
    const begin = (): void => this.#begin(operation);
    this.#world.at(startUs + operation.atMs * 1000, `operation ${operation.id}`, begin, host);
  }

  assign(name: string, partitions: Assignment): void {
    const op = this.#nextOp++;
    this.#history.record({ type: 'invoke', f: 'assign', op, process: name, partitions });
    this.consumer(name).assign(partitions);
    this.#history.record({ type: 'ok', f: 'assign', op, process: name });
  }

  /** Polls once; with `final`, as part of the final read. `done` is told whether the poll succeeded. */
  poll(
    name: string,
    timeoutMs: number,
    final: boolean,
    done: (ok: boolean) => void,
    op = this.#nextOp++,
  ): void {
    this.#history.record({
      type: 'invoke',
      f: 'poll',
      op,
      process: name,
      ...(final ? { final: true as const } : {}),
    });
    this.consumer(name).poll(timeoutMs, (outcome) => {
      if (outcome.type === 'fail') {
        this.#history.record({ type: 'fail', f: 'poll', op, process: name, error: outcome.error });
      } else {
        const { partitions, resets } = outcome;
        const resetsToTell = resets.length > 0 ? { resets } : {};
        this.#history.record({ type: 'ok', f: 'poll', op, process: name, partitions, ...resetsToTell });
      }
      done(outcome.type === 'ok');
    });
  }

  #begin(operation: Operation): void {
    if (operation.kind === 'send') {
      this.#send(operation);
      return;
    }
    const client = found(this.#clients, operation.client);
    client.turns.push((done) => this.#take(operation, done));
    this.#nextTurn(operation.client);
  }

  #nextTurn(name: string): void {
    const client = found(this.#clients, name);
    if (client.busy) return;
    const turn = client.turns.shift();
    if (turn === undefined) return;
    client.busy = true;
    turn(() => {
      client.busy = false;
      this.#pending--;
      this.#nextTurn(name);
    });
  }

  #send(operation: Operation & { kind: 'send' }): void {
    const { id: op, client, topic, partition, key } = operation;
    const value = `v${op}`;
    this.#history.record({ type: 'invoke', f: 'send', op, process: client, topic, partition, key, value });
    found(this.#producers, client).send({ op, topic, partition, key, value }, (outcome) => {
      this.#pending--;
      if (outcome.type === 'ok') {
        const { partition: at, offset } = outcome;
        const topicId = String(outcome.topicId);
        const place = { topic, partition: at, topicId };
        this.#history.record({ type: 'ok', f: 'send', op, process: client, ...place, offset });
        return;
      }
      const chosen = outcome.partition === undefined ? {} : { partition: outcome.partition };
      const { type, error } = outcome;
      this.#history.record({ type, f: 'send', op, process: client, error, ...chosen });
    });
  }

  #take(operation: Exclude<Operation, { kind: 'send' }>, done: () => void): void {
    const { id: op, client } = operation;
    switch (operation.kind) {
      case 'poll':
        this.poll(client, operation.timeoutMs, false, done, op);
        return;
      case 'seek': {
        const { topic, partition, position } = operation;
        this.#history.record({ type: 'invoke', f: 'seek', op, process: client, topic, partition, position });
        this.consumer(client).seek({ topic, partition }, position);
        this.#history.record({ type: 'ok', f: 'seek', op, process: client });
        done();
        return;
      }
      case 'create-topic': {
        const { topic, partitions, replicationFactor } = operation;
        const detail = `${partitions} partitions, replication factor ${replicationFactor}`;
        const complete = this.#administer('create-topic', op, client, topic, detail, done);
        this.admin(client).createTopic(topic, partitions, replicationFactor, complete);
        return;
      }
      case 'delete-topic': {
        const { topic } = operation;
        this.#history.record({ type: 'invoke', f: 'delete-topic', op, process: client, topic });
        this.admin(client).deleteTopic(topic, this.#completing('delete-topic', op, client, done));
        return;
      }
      case 'move-leader':
        this.moveLeader(client, operation.topic, operation.partition, operation.broker, done, op);
        return;
      case 'delete-records': {
        const { topic, partition, beforeOffset } = operation;
        this.#history.record({
          type: 'invoke',
          f: 'delete-records',
          op,
          process: client,
          topic,
          partition,
          beforeOffset,
        });
        const complete = this.#completing('delete-records', op, client, done);
        this.admin(client).deleteRecords(topic, partition, beforeOffset, complete);
        return;
      }
      case 'reassign': {
        const { topic, partition, replicas } = operation;
        const detail = `${topic}-${partition} to brokers ${replicas.join(', ')}`;
        const complete = this.#administer('reassign', op, client, topic, detail, done);
        this.admin(client).reassign(topic, partition, replicas, complete);
        return;
      }
      case 'elect-leader': {
        const { topic, partition, election } = operation;
        const complete = this.#administer(
          'elect-leader',
          op,
          client,
          topic,
          `${election}, ${topic}-${partition}`,
          done,
        );
        this.admin(client).electLeader(election, topic, partition, complete);
        return;
      }
    }
  }

  moveLeader(
    client: string,
    topic: string,
    partition: number,
    broker: number,
    done: () => void,
    op = this.#nextOp++,
  ): void {
    const complete = this.#administer(
      'move-leader',
      op,
      client,
      topic,
      `${topic}-${partition} to broker ${broker}`,
      done,
    );
    this.admin(client).moveLeader(topic, partition, broker, complete);
  }

  #administer(
    f: AdminInvoked['f'],
    op: number,
    process: string,
    topic: string,
    detail: string,
    done: () => void,
  ): (outcome: AdminOutcome) => void {
    this.#history.record({ type: 'invoke', f, op, process, topic, detail });
    return this.#completing(f, op, process, done);
  }

  #completing(
    f: 'delete-records' | 'delete-topic' | AdminInvoked['f'],
    op: number,
    process: string,
    done: () => void,
  ): (outcome: AdminOutcome) => void {
    return (outcome) => {
      if (outcome.type === 'ok') {
        const { topicId } = outcome;
        const created = topicId === undefined ? {} : { topicId: String(topicId) };
        this.#history.record({ type: 'ok', f, op, process, ...created });
      } else this.#history.record({ type: outcome.type, f, op, process, error: outcome.error });
      done();
    };
  }
}

function found<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name);
  if (value === undefined) throw new RangeError(`there is no client ${name} of that kind`);
  return value;
}
