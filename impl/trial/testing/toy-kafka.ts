/**
 * A toy that replicates as Kafka does, in real time: each step takes a timer of the operating system. It shows that a
 * trial needs the ports of its target and nothing else. It knows producers and consumers without transactions, and
 * crashes.
 */
import type { PolledRecord } from '../../../model/history/history.ts';
import type { Operation, Plan } from '../../plan/plan.ts';
import type { HistoryRecorder } from '../history-recorder.ts';

/** Milliseconds that a message takes. */
const HOP_MS = 1;
const REPLICATION_MS = 4;

export interface ToyOptions {
  /** The bug: the leader acknowledges a record at once, and followers copy it only when the cluster is healed. */
  readonly acknowledgesEarly?: boolean;
}

interface Stored {
  readonly key: string | null;
  readonly value: string;
}

/** A partition with one log for each broker that has a replica. */
export class ToyPartition {
  readonly topic: string;
  readonly index: number;
  readonly logs = new Map<number, Stored[]>();
  /** -1 while no replica lives. */
  leader: number;

  constructor(topic: string, index: number, replicas: readonly number[]) {
    this.topic = topic;
    this.index = index;
    for (const broker of replicas) this.logs.set(broker, []);
    this.leader = replicas[0]!;
  }

  get replicas(): readonly number[] {
    return [...this.logs.keys()];
  }

  get leaderLog(): Stored[] | null {
    return this.logs.get(this.leader) ?? null;
  }
}

/** The brokers with their logs, and the clients, which record what they do. */
export class ToyKafka {
  readonly partitions: readonly ToyPartition[];
  readonly brokers: readonly number[];
  readonly down = new Set<number>();
  readonly #options: ToyOptions;
  readonly #history: HistoryRecorder;
  readonly #positions = new Map<string, Map<ToyPartition, number>>();
  readonly #polling = new Set<string>();
  readonly #hasPolled = new Set<string>();
  readonly #triggers: { readonly broker: number | null; left: number; readonly action: () => void }[] = [];
  #nextOp: number;
  pending = 0;

  constructor(plan: Plan, history: HistoryRecorder, options: ToyOptions) {
    this.#history = history;
    this.#options = options;
    this.brokers = Array.from({ length: plan.cluster.brokers }, (_, i) => i + 1);
    this.#nextOp = Math.max(0, ...plan.operations.map(({ id }) => id)) + 1;
    this.partitions = plan.topics.flatMap(({ name, partitions, replicationFactor }) =>
      Array.from(
        { length: partitions },
        (_, index) => new ToyPartition(name, index, this.brokers.slice(0, replicationFactor ?? undefined)),
      ),
    );
  }

  perform(operation: Operation): void {
    if (operation.kind === 'send') this.#send(operation);
    else if (operation.kind === 'poll') {
      this.poll(operation.client, false, () => this.pending--, operation.id);
    } else throw new RangeError(`the toy cannot perform ${operation.kind}`);
  }

  #send({ id: op, client: process, topic, partition, key }: Operation & { kind: 'send' }): void {
    const value = `v${op}`;
    this.#history.record({ type: 'invoke', f: 'send', op, process, topic, partition, key, value });
    setTimeout(() => {
      const to = this.#find(topic, partition ?? 0);
      const { leader } = to;
      const offset = (to.leaderLog?.push({ key, value }) ?? 0) - 1;
      const acknowledge = (): void => {
        this.pending--;
        const completion = { f: 'send', op, process } as const;
        if (to.leader === leader && leader !== -1) {
          this.#history.record({ ...completion, type: 'ok', topic, partition: to.index, offset });
        } else this.#history.record({ ...completion, type: 'unknown', error: 'REQUEST_TIMED_OUT' });
      };
      this.#appended(leader);
      if (this.#options.acknowledgesEarly === true) {
        acknowledge();
        return;
      }
      setTimeout(() => {
        this.#replicate(to, leader);
        setTimeout(acknowledge, HOP_MS);
      }, REPLICATION_MS);
    }, HOP_MS);
  }

  /** Calls the action after the nth append on a broker, or on any. */
  onAppend(broker: number | null, count: number, action: () => void): void {
    this.#triggers.push({ broker, left: count, action });
  }

  #appended(leader: number): void {
    for (const trigger of this.#triggers) {
      if (trigger.broker !== null && trigger.broker !== leader) continue;
      trigger.left--;
      if (trigger.left === 0) trigger.action();
    }
  }

  replicateAll(): void {
    for (const partition of this.partitions) this.#replicate(partition, partition.leader);
  }

  /** Copies the leader's log to every live follower. */
  #replicate(partition: ToyPartition, leader: number): void {
    const log = partition.leaderLog;
    if (log === null || partition.leader !== leader) return;
    for (const broker of partition.replicas) if (!this.down.has(broker)) partition.logs.set(broker, [...log]);
  }

  assign(
    process: string,
    partitions: readonly { readonly topic: string; readonly partition: number }[],
  ): void {
    const op = this.#nextOp++;
    const assigned = partitions.map(({ topic, partition }) => ({
      topic,
      partition,
      position: 'earliest' as const,
    }));
    this.#history.record({ type: 'invoke', f: 'assign', op, process, partitions: assigned });
    this.#positions.set(
      process,
      new Map(partitions.map(({ topic, partition }) => [this.#find(topic, partition), 0])),
    );
    this.#history.record({ type: 'ok', f: 'assign', op, process });
  }

  poll(process: string, final: boolean, done: (ok: boolean) => void, op = this.#nextOp++): void {
    this.#polling.add(process);
    const isFinal = final ? { final: true as const } : {};
    this.#history.record({ type: 'invoke', f: 'poll', op, process, ...isFinal });
    setTimeout(() => {
      this.#polling.delete(process);
      this.#hasPolled.add(process);
      const partitions = [...(this.#positions.get(process) ?? [])].map(([partition, from]) => {
        const log = this.#replicated(partition);
        const records = log.slice(from).map((stored, i): PolledRecord => ({ offset: from + i, ...stored }));
        const to = Math.max(from, log.length);
        this.#positions.get(process)?.set(partition, to);
        return { topic: partition.topic, partition: partition.index, from, to, records };
      });
      this.#history.record({ type: 'ok', f: 'poll', op, process, partitions });
      done(true);
    }, HOP_MS);
  }

  /** The records that every live replica has. */
  #replicated(partition: ToyPartition): readonly Stored[] {
    const live = partition.replicas.filter((broker) => !this.down.has(broker));
    const lengths = live.map((broker) => partition.logs.get(broker)!.length);
    return partition.leaderLog?.slice(0, Math.min(...lengths)) ?? [];
  }

  isPolling(process: string): boolean {
    return this.#polling.has(process);
  }

  /** A consumer knows the ends of its partitions from its first poll on. */
  isAtEnd(process: string): boolean {
    if (!this.#hasPolled.has(process)) return false;
    const positions = [...(this.#positions.get(process) ?? [])];
    return positions.every(([partition, position]) => position >= (partition.leaderLog?.length ?? 0));
  }

  moveLeader(topic: string, partition: number, leader: number, done: () => void): void {
    setTimeout(() => {
      this.#find(topic, partition).leader = leader;
      done();
    }, HOP_MS);
  }

  crash(broker: number): void {
    if (this.down.has(broker)) return;
    this.down.add(broker);
    this.#history.cluster('crash', `broker-${broker}`, 'crashes');
    for (const partition of this.partitions) {
      if (partition.leader !== broker) continue;
      partition.leader = partition.replicas.find((other) => !this.down.has(other)) ?? -1;
    }
  }

  /** Starts a broker, which truncates its logs to those of the leaders. */
  start(broker: number): void {
    if (!this.down.delete(broker)) return;
    this.#history.cluster('start', `broker-${broker}`, 'starts');
    for (const partition of this.partitions) {
      if (!partition.logs.has(broker)) continue;
      if (partition.leader === -1) partition.leader = broker;
      this.#replicate(partition, partition.leader);
    }
  }

  #find(topic: string, index: number): ToyPartition {
    const partition = this.partitions.find((each) => each.topic === topic && each.index === index);
    if (partition === undefined) throw new RangeError(`the toy has no partition ${topic}-${index}`);
    return partition;
  }
}
