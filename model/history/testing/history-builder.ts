/** Builds histories by hand, for tests that read as documentation. Each event is a millisecond after the previous one. */
import type {
  ClusterEvent,
  HistoryEvent,
  IsolationLevel,
  NotOk,
  OtherOk,
  PolledPartition,
  PositionReset,
  ProcessName,
  StartPosition,
} from '../history.ts';

export interface Place {
  readonly topic?: string;
  readonly partition?: number;
  /** The topic id of completions; none by default. */
  readonly topicId?: string;
}

export interface SendOptions extends Place {
  readonly key?: string;
  /** The partitioner chooses: the invocation names no partition. */
  readonly partitioner?: boolean;
  /** The `op` of the `begin` that it belongs to. */
  readonly transaction?: number;
}

export interface PollOptions extends Place {
  readonly isolation?: IsolationLevel;
  /** The `op` of the `begin` of the transaction that it is part of. */
  readonly transaction?: number;
  readonly lastStableOffset?: number;
  readonly highWatermark?: number;
  /** The position after the poll, if not right after the last record. */
  readonly to?: number;
  readonly resets?: readonly PositionReset[];
}

/** A pending send. */
export interface OpenSend {
  /** Null with acks=0. */
  ok(offset: number | null, partition?: number): void;
  fail(error?: string, partition?: number): void;
  unknown(error?: string): void;
}

/** A pending operation. */
export interface OpenOperation {
  ok(): void;
  fail(error?: string): void;
  unknown(error?: string): void;
}

/** The operations of one producer between `begin` and the end of a transaction. */
export interface OpenTransaction {
  /** The `op` of its `begin`. */
  readonly op: number;
  sends(value: string, options?: SendOptions): OpenSend;
  /** A send that was appended at the offset. */
  sent(value: string, offset: number | null, options?: SendOptions): OpenTransaction;
  sendsOffset(group: string, offset: number, place?: Place): OpenOperation;
  sentOffset(group: string, offset: number, place?: Place): OpenTransaction;
  commits(): OpenOperation;
  aborts(): OpenOperation;
  committed(): void;
  aborted(): void;
}

export class HistoryBuilder {
  readonly events: HistoryEvent[] = [];
  private nextOp = 0;
  private clockUs = 0;

  /** Invokes a send, to `orders-0` by default. */
  sends(process: ProcessName, value: string, options: SendOptions = {}): OpenSend {
    const { topic = 'orders', partition = 0, topicId, key = null, partitioner = false } = options;
    const op = this.nextOp++;
    const id = topicId === undefined ? {} : { topicId };
    const destination = partitioner ? null : partition;
    const { transaction } = options;
    this.add({
      type: 'invoke',
      f: 'send',
      op,
      process,
      topic,
      partition: destination,
      key,
      value,
      ...(transaction === undefined ? {} : { transaction }),
    });
    const failed = (type: 'fail' | 'unknown', error: string, at?: number): void => {
      this.add({ type, f: 'send', op, process, error, ...(at === undefined ? {} : { partition: at }) });
    };
    return {
      ok: (offset, at = partition) =>
        this.add({ type: 'ok', f: 'send', op, process, topic, partition: at, ...id, offset }),
      fail: (error = 'NOT_ENOUGH_REPLICAS', at) => failed('fail', error, at),
      unknown: (error = 'REQUEST_TIMED_OUT') => failed('unknown', error),
    };
  }

  /** A send acknowledged at the offset. */
  sent(process: ProcessName, value: string, offset: number | null, options: SendOptions = {}): this {
    this.sends(process, value, options).ok(offset);
    return this;
  }

  /** The process acquires the transactional id. */
  initialised(process: ProcessName, transactionalId: string): this {
    this.initialises(process, transactionalId).ok();
    return this;
  }

  initialises(process: ProcessName, transactionalId: string): OpenOperation {
    const op = this.nextOp++;
    this.add({ type: 'invoke', f: 'init-transactions', op, process, transactionalId });
    return this.openOperation('init-transactions', op, process);
  }

  begins(process: ProcessName): OpenTransaction {
    const op = this.nextOp++;
    this.add({ type: 'invoke', f: 'begin', op, process });
    this.add({ type: 'ok', f: 'begin', op, process });
    const transaction: OpenTransaction = {
      op,
      sends: (value, options) => this.sends(process, value, { ...options, transaction: op }),
      sent: (value, offset, options) => {
        transaction.sends(value, options).ok(offset);
        return transaction;
      },
      sendsOffset: (group, offset, place) => this.sendsOffset(process, op, group, offset, place),
      sentOffset: (group, offset, place) => {
        transaction.sendsOffset(group, offset, place).ok();
        return transaction;
      },
      commits: () => this.ends('commit', process, op),
      aborts: () => this.ends('abort', process, op),
      committed: () => transaction.commits().ok(),
      aborted: () => transaction.aborts().ok(),
    };
    return transaction;
  }

  /** Commits the group's position outside of any transaction. */
  commitsOffset(
    process: ProcessName,
    group: string,
    offset: number,
    { topic = 'orders', partition = 0 }: Place = {},
  ): OpenOperation {
    const op = this.nextOp++;
    const offsets = [{ topic, partition, offset }];
    this.add({ type: 'invoke', f: 'commit-offsets', op, process, group, offsets });
    return this.openOperation('commit-offsets', op, process);
  }

  committedOffset(process: ProcessName, group: string, offset: number, place: Place = {}): this {
    this.commitsOffset(process, group, offset, place).ok();
    return this;
  }

  /** Fetches the group's position; the answer is null if it has none. */
  fetchedOffset(
    process: ProcessName,
    group: string,
    offset: number | null,
    { final = false, ...place }: Place & { readonly final?: boolean } = {},
  ): this {
    this.fetchesOffset(process, group, { ...place, final }).ok(offset);
    return this;
  }

  /** Invokes a fetch of the group's position, to be answered later. */
  fetchesOffset(
    process: ProcessName,
    group: string,
    { final = false, topic = 'orders', partition = 0 }: Place & { readonly final?: boolean } = {},
  ): { ok(offset: number | null): void } {
    const op = this.nextOp++;
    const partitions = [{ topic, partition }];
    this.add({
      type: 'invoke',
      f: 'fetch-offsets',
      op,
      process,
      group,
      partitions,
      ...(final ? { final: true as const } : {}),
    });
    return {
      ok: (offset) => {
        const offsets = [{ topic, partition, offset }];
        this.add({ type: 'ok', f: 'fetch-offsets', op, process, offsets });
      },
    };
  }

  /**
   * A poll that begins at `from` (inclusive) and returns these values at consecutive offsets; an
   * undefined value leaves a hole.
   */
  polled(
    process: ProcessName,
    from: number,
    values: readonly (string | undefined)[],
    options: PollOptions = {},
  ): this {
    return this.pollOf(process, this.entry(from, values, options), options);
  }

  /** One final reader reads the whole partition, up to the high watermark. */
  finallyRead(
    process: ProcessName,
    values: readonly (string | undefined)[],
    options: PollOptions = {},
  ): this {
    const highWatermark = options.highWatermark ?? values.length;
    return this.pollOf(process, this.entry(0, values, { ...options, highWatermark }), {
      ...options,
      final: true,
    });
  }

  /** A poll with this entry. */
  pollOf(
    process: ProcessName,
    entry: PolledPartition,
    options: Pick<PollOptions, 'resets' | 'isolation' | 'transaction'> & { readonly final?: boolean } = {},
  ): this {
    const op = this.nextOp++;
    const { resets, isolation, transaction, final = false } = options;
    this.add({
      type: 'invoke',
      f: 'poll',
      op,
      process,
      ...(final ? { final: true as const } : {}),
      ...(isolation === undefined ? {} : { isolation }),
      ...(transaction === undefined ? {} : { transaction }),
    });
    this.add({
      type: 'ok',
      f: 'poll',
      op,
      process,
      partitions: [entry],
      ...(resets === undefined ? {} : { resets }),
    });
    return this;
  }

  assigned(
    process: ProcessName,
    position: StartPosition,
    { topic = 'orders', partition = 0 }: Place = {},
  ): this {
    const op = this.nextOp++;
    this.add({ type: 'invoke', f: 'assign', op, process, partitions: [{ topic, partition, position }] });
    this.add({ type: 'ok', f: 'assign', op, process });
    return this;
  }

  sought(
    process: ProcessName,
    position: StartPosition,
    { topic = 'orders', partition = 0 }: Place = {},
  ): this {
    const op = this.nextOp++;
    this.add({ type: 'invoke', f: 'seek', op, process, topic, partition, position });
    this.add({ type: 'ok', f: 'seek', op, process });
    return this;
  }

  /** Requests the deletion of the records below the offset. */
  deleted(
    beforeOffset: number,
    outcome: 'ok' | 'fail' | 'unknown' = 'ok',
    { topic = 'orders', partition = 0 }: Place = {},
  ): this {
    const op = this.nextOp++;
    const process = 'admin-1';
    this.add({ type: 'invoke', f: 'delete-records', op, process, topic, partition, beforeOffset });
    if (outcome === 'ok') this.add({ type: 'ok', f: 'delete-records', op, process });
    else this.add({ type: outcome, f: 'delete-records', op, process, error: 'OFFSET_OUT_OF_RANGE' });
    return this;
  }

  /** Requests the deletion of topic orders. */
  topicDeleted(outcome: 'ok' | 'fail' | 'unknown' = 'ok'): this {
    const [op, process] = [this.nextOp++, 'admin-1'];
    this.add({ type: 'invoke', f: 'delete-topic', op, process, topic: 'orders' });
    if (outcome === 'ok') this.add({ type: 'ok', f: 'delete-topic', op, process });
    else this.add({ type: outcome, f: 'delete-topic', op, process, error: 'REQUEST_TIMED_OUT' });
    return this;
  }

  /** Creates topic orders; the response has its id, if there is one. */
  topicCreated(topicId?: string): this {
    const [op, process] = [this.nextOp++, 'admin-1'];
    this.add({ type: 'invoke', f: 'create-topic', op, process, topic: 'orders' });
    this.add({
      type: 'ok',
      f: 'create-topic',
      op,
      process,
      ...(topicId === undefined ? {} : { topicId }),
    });
    return this;
  }

  cluster(f: ClusterEvent['f'], node?: string): this {
    this.add({ type: 'cluster', f, ...(node === undefined ? {} : { node }) });
    return this;
  }

  private entry(
    from: number,
    values: readonly (string | undefined)[],
    options: PollOptions,
  ): PolledPartition {
    const { topic = 'orders', partition = 0, topicId, to = from + values.length } = options;
    const { highWatermark, lastStableOffset } = options;
    const records = values.flatMap((value, index) =>
      value === undefined ? [] : [{ offset: from + index, key: null, value }],
    );
    return {
      topic,
      partition,
      ...(topicId === undefined ? {} : { topicId }),
      from,
      to,
      records,
      ...(highWatermark === undefined ? {} : { highWatermark }),
      ...(lastStableOffset === undefined ? {} : { lastStableOffset }),
    };
  }

  private sendsOffset(
    process: ProcessName,
    transaction: number,
    group: string,
    offset: number,
    { topic = 'orders', partition = 0 }: Place = {},
  ): OpenOperation {
    const op = this.nextOp++;
    const offsets = [{ topic, partition, offset }];
    this.add({ type: 'invoke', f: 'send-offsets', op, process, transaction, group, offsets });
    return this.openOperation('send-offsets', op, process);
  }

  private ends(f: 'commit' | 'abort', process: ProcessName, transaction: number): OpenOperation {
    const op = this.nextOp++;
    this.add({ type: 'invoke', f, op, process, transaction });
    return this.openOperation(f, op, process);
  }

  private openOperation(f: OtherOk['f'], op: number, process: ProcessName): OpenOperation {
    const failed = (type: NotOk['type'], error: string): void => this.add({ type, f, op, process, error });
    return {
      ok: () => this.add({ type: 'ok', f, op, process }),
      fail: (error = 'PRODUCER_FENCED') => failed('fail', error),
      unknown: (error = 'REQUEST_TIMED_OUT') => failed('unknown', error),
    };
  }

  /** Lets this much time pass. */
  passes(ms: number): this {
    this.clockUs += ms * 1_000;
    return this;
  }

  private add(event: Untimed<HistoryEvent>): void {
    this.clockUs += 1_000;
    this.events.push({ ...event, timeUs: this.clockUs });
  }
}

/** Distributes over the union, which Omit does not. */
type Untimed<Event> = Event extends unknown ? Omit<Event, 'timeUs'> : never;
