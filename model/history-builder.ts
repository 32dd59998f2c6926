/** Histories written by hand, for tests that read as documentation. Every event takes a millisecond. */
import type {
  ClusterEvent,
  HistoryEvent,
  PolledPartition,
  PositionReset,
  ProcessName,
  StartPosition,
} from './history.ts';

export interface Place {
  readonly topic?: string;
  readonly partition?: number;
  /** What the history tells of which topic it was; by default nothing. */
  readonly topicId?: string;
}

export interface SendOptions extends Place {
  readonly key?: string;
  /** The partitioner chooses: the invocation names no partition. */
  readonly partitioner?: boolean;
}

export interface PollOptions extends Place {
  readonly highWatermark?: number;
  /** Where the position is after the poll, if not right behind the last record. */
  readonly to?: number;
  readonly resets?: readonly PositionReset[];
}

/** A send whose outcome is still open. */
export interface OpenSend {
  /** Null with acks=0. */
  ok(offset: number | null, partition?: number): void;
  fail(error?: string, partition?: number): void;
  unknown(error?: string): void;
}

export class HistoryBuilder {
  readonly events: HistoryEvent[] = [];
  private nextOp = 0;
  private clockUs = 0;

  /** Invokes a send to `orders-0` unless told otherwise. */
  sends(process: ProcessName, value: string, options: SendOptions = {}): OpenSend {
    const { topic = 'orders', partition = 0, topicId, key = null, partitioner = false } = options;
    const op = this.nextOp++;
    const told = topicId === undefined ? {} : { topicId };
    const destination = partitioner ? null : partition;
    this.add({ type: 'invoke', f: 'send', op, process, topic, partition: destination, key, value });
    const failed = (type: 'fail' | 'unknown', error: string, at?: number): void => {
      this.add({ type, f: 'send', op, process, error, ...(at === undefined ? {} : { partition: at }) });
    };
    return {
      ok: (offset, at = partition) =>
        this.add({ type: 'ok', f: 'send', op, process, topic, partition: at, ...told, offset }),
      fail: (error = 'NOT_ENOUGH_REPLICAS', at) => failed('fail', error, at),
      unknown: (error = 'REQUEST_TIMED_OUT') => failed('unknown', error),
    };
  }

  /** A send acknowledged at the offset. */
  sent(process: ProcessName, value: string, offset: number | null, options: SendOptions = {}): this {
    this.sends(process, value, options).ok(offset);
    return this;
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
    return this.pollOf(process, this.entry(from, values, options), options.resets);
  }

  /** One final reader reads the whole partition, and knows that it did. */
  finallyRead(
    process: ProcessName,
    values: readonly (string | undefined)[],
    options: PollOptions = {},
  ): this {
    const highWatermark = options.highWatermark ?? values.length;
    return this.pollOf(process, this.entry(0, values, { ...options, highWatermark }), undefined, true);
  }

  /** A poll as it is given. */
  pollOf(
    process: ProcessName,
    entry: PolledPartition,
    resets?: readonly PositionReset[],
    final = false,
  ): this {
    const op = this.nextOp++;
    this.add({ type: 'invoke', f: 'poll', op, process, ...(final ? { final: true as const } : {}) });
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

  /** The records below the offset are asked to be deleted. */
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

  /** Topic orders is asked to be deleted. */
  topicDeleted(outcome: 'ok' | 'fail' | 'unknown' = 'ok'): this {
    const [op, process] = [this.nextOp++, 'admin-1'];
    this.add({ type: 'invoke', f: 'delete-topic', op, process, topic: 'orders' });
    if (outcome === 'ok') this.add({ type: 'ok', f: 'delete-topic', op, process });
    else this.add({ type: outcome, f: 'delete-topic', op, process, error: 'REQUEST_TIMED_OUT' });
    return this;
  }

  /** Topic orders is made; its id is told, if there is one. */
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
    const { topic = 'orders', partition = 0, topicId, to = from + values.length, highWatermark } = options;
    const records = values.flatMap((value, index) =>
      value === undefined ? [] : [{ offset: from + index, key: null, value }],
    );
    const place = { topic, partition, ...(topicId === undefined ? {} : { topicId }) };
    return { ...place, from, to, records, ...(highWatermark === undefined ? {} : { highWatermark }) };
  }

  private add(event: Untimed<HistoryEvent>): void {
    this.clockUs += 1_000;
    this.events.push({ ...event, timeUs: this.clockUs });
  }
}

/** Distributes over the union, which Omit does not. */
type Untimed<Event> = Event extends unknown ? Omit<Event, 'timeUs'> : never;
