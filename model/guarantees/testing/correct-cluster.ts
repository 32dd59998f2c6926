/** A log that keeps every promise, with transactions, both isolation levels and committed offsets. */
import fc from 'fast-check';

import {
  HistoryBuilder,
  type OpenOperation,
  type OpenSend,
  type OpenTransaction,
} from '../../history/testing/history-builder.ts';

const PARTITIONS = 2;
const GROUP = 'group';

type Step =
  | { readonly kind: 'send'; readonly producer: number; readonly partition: number; readonly known: boolean }
  | { readonly kind: 'plain-send'; readonly partition: number }
  | { readonly kind: 'send-offset' | 'commit-offset'; readonly producer: number; readonly partition: number }
  | { readonly kind: 'fetch-offset'; readonly partition: number }
  | {
      readonly kind: 'end';
      readonly producer: number;
      readonly how: 'commit' | 'abort';
      readonly known: boolean;
    }
  /** A process with the same transactional id takes over; the old one continues as a zombie. */
  | { readonly kind: 'take-over'; readonly producer: number; readonly commitsAfterwards: boolean }
  /** The coordinator aborts a transaction that took too long. */
  | { readonly kind: 'time-out'; readonly producer: number }
  /** One marker of a decided transaction is written. */
  | { readonly kind: 'marker' }
  /** The oldest pending operation completes. */
  | { readonly kind: 'settle' }
  | {
      readonly kind: 'poll';
      readonly consumer: number;
      readonly partition: number;
      readonly limit: number;
      readonly committed: boolean;
    };

const partition = fc.nat(PARTITIONS - 1);
const producer = fc.nat(2);

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      producer,
      partition,
      known: fc.constantFrom(true, true, true, true, false),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('plain-send' as const), partition }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('send-offset' as const, 'send-offset' as const, 'commit-offset' as const),
      producer,
      partition,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('fetch-offset' as const), partition }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      producer,
      how: fc.constantFrom('commit' as const, 'commit' as const, 'abort' as const),
      known: fc.constantFrom(true, true, false),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('take-over' as const),
      producer,
      commitsAfterwards: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('time-out' as const), producer }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('marker' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('poll' as const),
      consumer: fc.nat(1),
      partition,
      limit: fc.integer({ min: 1, max: 4 }),
      committed: fc.boolean(),
    }),
  },
);

export interface Transaction {
  readonly handle: OpenTransaction;
  outcome: 'open' | 'committed' | 'aborted';
  /** A send has an unknown outcome, so its producer does not commit the transaction. */
  doubtful: boolean;
  readonly values: string[];
  /** The partitions in which a marker is due. */
  readonly partitions: Set<number>;
  readonly pending: { readonly partition: number; readonly offset: number; readonly order: number }[];
}

interface Entry {
  /** Null: a marker. */
  readonly value: string | null;
  readonly transaction: Transaction | null;
}

interface Producer {
  process: string;
  transaction: Transaction | null;
  incarnation: number;
}

/** Logs, a coordinator and an offset store that do what Kafka promises. */
export class CorrectCluster {
  readonly history = new HistoryBuilder();
  /** Transactions that are committed by their producer's knowledge, and those that certainly are not. */
  readonly committed: Transaction[] = [];
  readonly aborted: Transaction[] = [];
  private readonly logs: Entry[][] = Array.from({ length: PARTITIONS }, () => []);
  private readonly producers: Producer[];
  private readonly decided: Transaction[] = [];
  private readonly open: (() => void)[] = [];
  private readonly positions = new Map<string, number>();
  private readonly store = new Map<number, { readonly offset: number; readonly order: number }>();
  private made = 0;

  constructor() {
    this.producers = [0, 1, 2].map((index) => {
      const process = `producer-${index}`;
      this.history.initialised(process, `id-${index}`);
      return { process, transaction: null, incarnation: 1 };
    });
  }

  play(steps: readonly Step[]): this {
    // Every history has a transaction of each kind, over two partitions and an offset.
    for (const how of ['commit', 'abort'] as const) {
      for (const index of [0, 1]) this.step({ kind: 'send', producer: 0, partition: index, known: true });
      this.step({ kind: 'send-offset', producer: 0, partition: 0 });
      this.step({ kind: 'end', producer: 0, how, known: true });
      this.settleAll();
    }
    for (const next of steps) this.step(next);
    this.settleAll();
    for (const { transaction } of this.producers)
      if (transaction !== null) this.decide(transaction, 'aborted');
    while (this.decided.length > 0) this.mark();
    for (const isolation of ['read_committed', 'read_uncommitted'] as const) {
      for (const reader of ['reader-1', 'reader-2']) {
        this.logs.forEach((log, index) => {
          const values = log.map((entry) => shownTo(isolation === 'read_committed', entry));
          this.history.finallyRead(`${reader} ${isolation}`, values, { partition: index, isolation });
        });
      }
    }
    for (let index = 0; index < PARTITIONS; index++) this.fetch(index);
    return this;
  }

  private step(next: Step): void {
    switch (next.kind) {
      case 'send':
        return this.send(this.producer(next.producer), next.partition, next.known);
      case 'plain-send':
        return this.plainSend(next.partition);
      case 'send-offset':
        return this.sendOffset(this.producer(next.producer), next.partition);
      case 'commit-offset':
        return this.commitOffset(next.partition);
      case 'fetch-offset':
        return this.fetch(next.partition);
      case 'end':
        return this.end(this.producer(next.producer), next.how, next.known);
      case 'take-over':
        return this.takeOver(this.producer(next.producer), next.commitsAfterwards);
      case 'time-out': {
        const { transaction } = this.producer(next.producer);
        if (transaction !== null) this.decide(transaction, 'aborted');
        return;
      }
      case 'marker':
        return this.mark();
      case 'settle':
        return this.open.shift()?.();
      case 'poll':
        return this.poll(next.consumer, next.partition, next.limit, next.committed);
    }
  }

  private send(owner: Producer, index: number, known: boolean): void {
    const transaction = this.transactionOf(owner);
    const value = `v${this.made++}`;
    const send: OpenSend = transaction.handle.sends(value, { partition: index });
    if (transaction.outcome !== 'open') return this.later(() => send.fail('INVALID_TXN_STATE'));
    const offset = this.append(index, { value, transaction });
    transaction.partitions.add(index);
    transaction.values.push(value);
    if (!known) transaction.doubtful = true;
    this.later(() => (known ? send.ok(offset) : send.unknown()));
  }

  private plainSend(index: number): void {
    const value = `v${this.made++}`;
    const send = this.history.sends('plain', value, { partition: index });
    const offset = this.append(index, { value, transaction: null });
    this.later(() => send.ok(offset));
  }

  private sendOffset(owner: Producer, index: number): void {
    const transaction = this.transactionOf(owner);
    const offset = this.made++;
    const sent = transaction.handle.sendsOffset(GROUP, offset, { partition: index });
    if (transaction.outcome !== 'open') return this.later(() => sent.fail('INVALID_TXN_STATE'));
    transaction.pending.push({ partition: index, offset, order: this.made });
    this.later(() => sent.ok());
  }

  private commitOffset(index: number): void {
    const offset = this.made++;
    const commit = this.history.commitsOffset('consumer-0', GROUP, offset, { partition: index });
    this.store.set(index, { offset, order: this.made });
    this.later(() => commit.ok());
  }

  /** Fetches the group's offset, unless a write is pending (KIP-447). */
  private fetch(index: number): void {
    const isPending = ({ pending }: Transaction): boolean =>
      pending.some((write) => write.partition === index);
    const open = this.producers.flatMap(({ transaction }) => (transaction === null ? [] : [transaction]));
    if ([...open, ...this.decided].some(isPending)) return;
    this.history.fetchedOffset('consumer-1', GROUP, this.store.get(index)?.offset ?? null, {
      partition: index,
    });
  }

  private end(owner: Producer, how: 'commit' | 'abort', known: boolean): void {
    const { transaction } = owner;
    if (transaction === null) return;
    this.settleAll();
    owner.transaction = null;
    const { handle } = transaction;
    const commits = how === 'commit' && !transaction.doubtful;
    const operation = commits ? handle.commits() : handle.aborts();
    const wasOpen = transaction.outcome === 'open';
    this.decide(transaction, commits ? 'committed' : 'aborted');
    this.complete(transaction, operation, known, commits && !wasOpen);
  }

  private complete(transaction: Transaction, operation: OpenOperation, known: boolean, fails: boolean): void {
    if (known && !fails && transaction.outcome === 'committed') this.committed.push(transaction);
    if (known && transaction.outcome === 'aborted') this.aborted.push(transaction);
    this.later(() => {
      if (!known) operation.unknown();
      else if (fails) operation.fail('INVALID_TXN_STATE');
      else operation.ok();
    });
  }

  private takeOver(owner: Producer, commitsAfterwards: boolean): void {
    const { transaction } = owner;
    this.settleAll();
    if (transaction !== null) this.decide(transaction, 'aborted');
    const old = owner.process.split('#')[0] ?? '';
    owner.incarnation++;
    owner.process = `${old}#${owner.incarnation}`;
    owner.transaction = null;
    this.history.initialised(owner.process, `id-${this.producers.indexOf(owner)}`);
    if (transaction === null || !commitsAfterwards) return;
    this.aborted.push(transaction);
    const zombie = transaction.handle.commits();
    this.later(() => zombie.fail('INVALID_PRODUCER_EPOCH'));
  }

  private poll(consumer: number, index: number, limit: number, committed: boolean): void {
    const isolation = committed ? 'read_committed' : 'read_uncommitted';
    const process = `consumer-${consumer} ${isolation}`;
    const key = `${process} ${index}`;
    const log = this.logs[index] ?? [];
    const from = this.positions.get(key) ?? 0;
    const end = committed ? this.lastStableOffset(index) : log.length;
    const to = Math.min(end, from + limit);
    const values = log.slice(from, to).map((entry) => shownTo(committed, entry));
    this.history.polled(process, from, values, { partition: index, isolation, highWatermark: log.length });
    this.positions.set(key, Math.max(from, to));
  }

  /** The offset of the first record whose transaction has no marker here yet. */
  private lastStableOffset(index: number): number {
    const log = this.logs[index] ?? [];
    const first = log.findIndex(
      ({ value, transaction }) => value !== null && transaction?.partitions.has(index),
    );
    return first === -1 ? log.length : first;
  }

  private decide(transaction: Transaction, outcome: 'committed' | 'aborted'): void {
    if (transaction.outcome !== 'open') return;
    transaction.outcome = outcome;
    this.decided.push(transaction);
  }

  private mark(): void {
    const [transaction] = this.decided;
    if (transaction === undefined) return;
    const [index] = transaction.partitions;
    if (index !== undefined) {
      transaction.partitions.delete(index);
      this.append(index, { value: null, transaction });
      return;
    }
    for (const { partition: of, offset, order } of transaction.pending.splice(0)) {
      if (transaction.outcome === 'aborted' || order < (this.store.get(of)?.order ?? 0)) continue;
      this.store.set(of, { offset, order });
    }
    this.decided.shift();
  }

  private transactionOf(owner: Producer): Transaction {
    owner.transaction ??= {
      handle: this.history.begins(owner.process),
      outcome: 'open',
      doubtful: false,
      values: [],
      partitions: new Set(),
      pending: [],
    };
    return owner.transaction;
  }

  private producer(index: number): Producer {
    const found = this.producers[index];
    if (found === undefined) throw new RangeError(`there is no producer ${index}`);
    return found;
  }

  private append(index: number, entry: Entry): number {
    return (this.logs[index]?.push(entry) ?? 0) - 1;
  }

  private later(complete: () => void): void {
    this.open.push(complete);
  }

  private settleAll(): void {
    for (const complete of this.open.splice(0)) complete();
  }
}

function shownTo(committed: boolean, { value, transaction }: Entry): string | undefined {
  if (value === null) return undefined;
  return committed && transaction !== null && transaction.outcome !== 'committed' ? undefined : value;
}
