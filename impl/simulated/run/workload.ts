import type {
  AdminInvoked,
  GroupOffset,
  IsolationLevel,
  StartPosition,
  TopicPartition,
} from '../../../model/history/history.ts';
import type { Client, Operation } from '../../plan/plan.ts';
import { ClientProcess } from './client-process.ts';
import { Admin } from '../client/admin.ts';
import type { AdminOutcome } from '../client/admin.ts';
import type { ClusterMetadata } from '../client/cluster-metadata.ts';
import { Consumer } from '../client/consumer.ts';
import type { SendOutcome } from '../client/producer-batch.ts';
import type { ProducerTransactions } from '../client/producer-transactions.ts';
import { Producer } from '../client/producer.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { HistoryRecorder } from '../../trial/history-recorder.ts';
import { TransactionCalls } from './transaction-calls.ts';
import type { Host } from '../kernel/host.ts';
import type { World } from '../kernel/world.ts';

/** A client of the plan, or of the harness, whose consumers are assigned later. */
export type ClientToAdd =
  | Exclude<Client, { kind: 'consumer' }>
  | Omit<Extract<Client, { kind: 'consumer' }>, 'assign'>;

type Assignment = readonly (TopicPartition & { readonly position: StartPosition })[];

/**
 * The clients of a plan and their operations. Producers send without waiting; a transactional one, a consumer and an
 * admin client are used by one thread each, so that their operations queue. Every operation is written
 * into the history when it really begins.
 */
export class Workload {
  readonly #world: World;
  readonly #history: HistoryRecorder;
  readonly #clients = new Map<string, ClientProcess>();
  /** The assignment of each consumer, by its name. */
  readonly #assignments = new Map<string, readonly TopicPartition[]>();
  readonly #isolations = new Map<string, IsolationLevel>();
  readonly #transactions: TransactionCalls;
  readonly #producers = new Map<string, Producer>();
  readonly #consumers = new Map<string, Consumer>();
  readonly #admins = new Map<string, Admin>();
  #nextOp: number;
  #pending = 0;

  constructor(world: World, history: HistoryRecorder, firstFreeOp: number) {
    this.#world = world;
    this.#history = history;
    this.#nextOp = firstFreeOp;
    this.#transactions = new TransactionCalls(history, () => this.#nextOp++);
  }

  /** How many operations have begun, or wait for their turn, and are not over. */
  get pending(): number {
    return this.#pending;
  }

  /** Adds a client's host; the client runs once the host is started. */
  addClient(client: ClientToAdd, { configuration, directory, rules }: Cluster): Host {
    const { name } = client;
    const host = this.#world.addHost(name, 'client', (context) => {
      switch (client.kind) {
        case 'producer': {
          const { transactionalId = null } = client;
          const producer = new Producer(context, configuration, directory, rules, transactionalId);
          this.#producers.set(name, producer);
          return producer;
        }
        case 'consumer': {
          const { rack, isolation } = client;
          const consumer = new Consumer(context, configuration, directory, rack, isolation, rules);
          this.#consumers.set(name, consumer);
          return consumer;
        }
        case 'admin': {
          const admin = new Admin(context, configuration, directory, rules);
          this.#admins.set(name, admin);
          return admin;
        }
      }
    });
    this.#clients.set(name, new ClientProcess(host));
    if (client.kind === 'consumer' && client.isolation !== undefined) {
      this.#isolations.set(name, client.isolation);
    }
    return host;
  }

  producer(name: string): Producer {
    return found(this.#producers, name);
  }

  consumer(name: string): Consumer {
    return found(this.#consumers, name);
  }

  admin(name: string): Admin {
    return found(this.#admins, name);
  }

  /** The cluster metadata of each running client. */
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
    this.#assignments.set(name, partitions);
    this.#history.record({ type: 'ok', f: 'assign', op, process: name });
  }

  /** Polls once; with `final`, as part of the final read. `done` is called with whether the poll succeeded. */
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
      ...this.#isolationOf(name),
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

  /** Returns the isolation level of a consumer, where it is not the configuration's. */
  #isolationOf(name: string): { readonly isolation?: IsolationLevel } {
    const isolation = this.#isolations.get(name);
    return isolation === undefined ? {} : { isolation };
  }

  #begin(operation: Operation): void {
    const client = found(this.#clients, operation.client);
    if (operation.kind === 'restart-producer') {
      this.#pending--;
      this.#restart(client);
      return;
    }
    const over = (): void => {
      this.#pending--;
    };
    if (operation.kind !== 'send') {
      client.takeTurn((done) => this.#take(operation, done), over);
    } else if (this.producer(operation.client).transactions === null) {
      this.#send(client, operation, over);
    } else {
      // KafkaProducer.send returns when it has taken the record.
      client.takeTurn(
        (done) => this.#send(client, operation, over, done),
        () => {},
      );
    }
  }

  /** The process dies without a word, and another one takes its place. */
  #restart(client: ClientProcess): void {
    this.#world.crash(client.host);
    const process = client.process;
    for (const [op, f] of client.replaced()) {
      this.#history.record({ type: 'unknown', f, op, process, error: 'CLIENT_CRASHED' });
      if (f === 'send') this.#pending--;
    }
    this.#world.start(client.host);
    client.resume();
  }

  /** Aborts the transactions that running producers have left open: afterwards only those of dead producers are open. */
  abortOpenTransactions(): void {
    for (const [name, client] of this.#clients) {
      if (client.transaction === null || !client.host.isUp) continue;
      this.#pending++;
      client.takeTurn(
        (done) => this.#transactions.end(client, this.#transactionsOf(name), false, this.#nextOp++, done),
        () => this.#pending--,
      );
    }
  }

  #transactionsOf(name: string): ProducerTransactions {
    const { transactions } = this.producer(name);
    if (transactions === null) throw new RangeError(`${name} has no transactionalId`);
    return transactions;
  }

  #send(
    client: ClientProcess,
    operation: Operation & { kind: 'send' },
    over: () => void,
    accepted: () => void = () => {},
  ): void {
    const { id: op, topic, partition, key, payload } = operation;
    const value = payload === undefined ? `v${op}` : `${payload} #${op}`;
    const { process, transaction } = client;
    this.#history.record({
      type: 'invoke',
      f: 'send',
      op,
      process,
      topic,
      partition,
      key,
      value,
      ...(transaction === null ? {} : { transaction }),
    });
    client.began(op, 'send');
    const complete = (outcome: SendOutcome): void => {
      if (!client.ended(op)) return;
      over();
      if (outcome.type === 'ok') {
        const { partition: at, offset } = outcome;
        const place = { topic, partition: at, topicId: String(outcome.topicId) };
        this.#history.record({ type: 'ok', f: 'send', op, process, ...place, offset });
        return;
      }
      const chosen = outcome.partition === undefined ? {} : { partition: outcome.partition };
      const { type, error } = outcome;
      this.#history.record({ type, f: 'send', op, process, error, ...chosen });
    };
    this.producer(operation.client).send({ op, topic, partition, key, value }, complete, accepted);
  }

  #take(operation: Exclude<Operation, { kind: 'send' | 'restart-producer' }>, done: () => void): void {
    const { id: op, client } = operation;
    const process = found(this.#clients, client);
    switch (operation.kind) {
      case 'init-transactions':
        this.#transactions.init(process, this.#transactionsOf(client), op, done);
        return;
      case 'begin-transaction':
        this.#transactions.begin(process, this.#transactionsOf(client), op, done);
        return;
      case 'commit-transaction':
      case 'abort-transaction': {
        const commit = operation.kind === 'commit-transaction';
        this.#transactions.end(process, this.#transactionsOf(client), commit, op, done);
        return;
      }
      case 'send-offsets-to-transaction': {
        const { group, consumer } = operation;
        const offsets = this.#positionsOf(consumer);
        this.#transactions.sendOffsets(process, this.#transactionsOf(client), group, offsets, op, done);
        return;
      }
      case 'commit-offsets': {
        const { group } = operation;
        const offsets = this.#positionsOf(client);
        if (offsets.length === 0) return done();
        this.#history.record({ type: 'invoke', f: 'commit-offsets', op, process: client, group, offsets });
        const complete = this.#completing('commit-offsets', op, client, done);
        this.consumer(client).commitOffsets(group, offsets, complete);
        return;
      }
      case 'fetch-offsets':
        this.fetchOffsets(client, operation.group, this.#assignments.get(client) ?? [], false, done, op);
        return;
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

  /** Asks for a group's positions; with `final`, as part of the final read. */
  fetchOffsets(
    name: string,
    group: string,
    partitions: readonly TopicPartition[],
    final: boolean,
    done: () => void,
    op = this.#nextOp++,
  ): void {
    const asked = partitions.map(({ topic, partition }) => ({ topic, partition }));
    this.#history.record({
      type: 'invoke',
      f: 'fetch-offsets',
      op,
      process: name,
      group,
      partitions: asked,
      ...(final ? { final: true as const } : {}),
    });
    this.consumer(name).fetchOffsets(group, asked, (outcome) => {
      const completion = { f: 'fetch-offsets', op, process: name } as const;
      if (outcome.type === 'ok') {
        this.#history.record({ ...completion, type: 'ok', offsets: outcome.offsets });
      } else this.#history.record({ ...completion, type: 'fail', error: outcome.error });
      done();
    });
  }

  /** Where a consumer stands, as far as it knows. */
  #positionsOf(name: string): readonly GroupOffset[] {
    return (this.#assignments.get(name) ?? []).flatMap(({ topic, partition }) => {
      const offset = this.consumer(name).position({ topic, partition });
      return offset === null ? [] : [{ topic, partition, offset }];
    });
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
    f: 'delete-records' | 'delete-topic' | 'commit-offsets' | AdminInvoked['f'],
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
