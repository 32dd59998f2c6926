/**
 * Reads histories of Jepsen's Kafka workload, in EDN with one operation a line, as events of our own format.
 *
 * A key is a topic with one partition, named after the key. Values are unique only within a key, so our values contain
 * the key. An operation that sends is one transaction if it is a `:txn`, or if the caller says that all are. The history
 * does not say when the client requested the commit, so the commit is invoked at once. The records that a poll within
 * an operation returned are kept with any outcome of the operation. Positions are known only as far as they follow from
 * earlier polls, and are forgotten with every assignment, subscription and rebalance.
 *
 * The history does not say which polls are the final read, so Jepsen's `unseen` is not judged.
 */
import { z } from 'zod';

import { type Edn, EdnError, ednText, parseEdn } from './edn.ts';
import type { EndTransactionInvoked, HistoryEvent, PolledPartition, PollOk } from './history.ts';
import { HistoryFormatError } from './history-line.ts';

const scalar = z.union([z.number(), z.string(), z.boolean()]);
const offset = z.int().min(0);
const polled = z.record(z.string(), z.array(z.tuple([offset, scalar])));
const microOperation = z.union([
  z.tuple([z.literal(':send'), scalar, z.union([scalar, z.tuple([offset.nullable(), scalar])])]),
  z.tuple([z.literal(':poll')]),
  z.tuple([z.literal(':poll'), polled.nullable()]),
]);
const operation = z.object({
  ':type': z.enum([':invoke', ':ok', ':fail', ':info']),
  ':f': z.string(),
  ':process': z.union([z.int(), z.string()]),
  ':time': z.int().min(0).exactOptional(),
  ':value': z.unknown().optional(),
  ':error': z.unknown().optional(),
  ':rebalance-log': z.unknown().optional(),
});
type Operation = z.infer<typeof operation>;
type MicroOperation = z.infer<typeof microOperation>;

const MIXTURES: readonly string[] = [':send', ':poll', ':txn'];
const OUTCOMES = { ':ok': 'ok', ':fail': 'fail', ':info': 'unknown' } as const;

interface OpenSend {
  readonly op: number;
  readonly topic: string;
  readonly value: string;
}

interface Open {
  readonly sends: readonly OpenSend[];
  /** Null where the operation is no transaction. */
  readonly transaction: { readonly begin: number; readonly commit: number } | null;
}

/** An event without the fields that are equal for all events of one line. */
type Unplaced<Event> = Event extends unknown ? Omit<Event, 'process' | 'timeUs'> : never;
type ClientEvent = Exclude<HistoryEvent, { readonly type: 'cluster' }>;

export class JepsenReader {
  private lineNumber = 0;
  private nextOp = 0;
  private readonly allTransactional: boolean;
  private readonly open = new Map<string, Open>();
  /** The next offset of a process in a key, as far as its polls show. */
  private readonly positions = new Map<string, Map<string, number>>();

  /** `allTransactional`: operations that only send are transactions as well (Jepsen's `--txn`). */
  constructor(allTransactional: boolean) {
    this.allTransactional = allTransactional;
  }

  /**
   * Returns the events of the next line; none for a line that is not a client's.
   * @throws HistoryFormatError
   */
  read(line: string): readonly HistoryEvent[] {
    this.lineNumber++;
    // A comment, in EDN, runs to the end of its line.
    if (/^\s*(;|$)/.test(line)) return [];
    const op = this.validated(operation, this.parsed(line), '');
    if (typeof op[':process'] === 'string') return [];
    const process = `process-${op[':process']}`;
    const timeUs = Math.floor((op[':time'] ?? 0) / 1000);
    const place = (event: Unplaced<ClientEvent>): HistoryEvent =>
      // Unplaced omits exactly these two fields of each event.
      ({ ...event, process, timeUs }) as HistoryEvent;
    return this.eventsOf(op, process).map(place);
  }

  private eventsOf(op: Operation, process: string): readonly Unplaced<ClientEvent>[] {
    const f = op[':f'];
    if (f === ':assign' || f === ':subscribe') return op[':type'] === ':invoke' ? this.forget(process) : [];
    if (!MIXTURES.includes(f)) return [];
    const parts = this.validated(z.array(microOperation), op[':value'] ?? [], ':value');
    return op[':type'] === ':invoke' ? this.invoked(f, parts, process) : this.completed(op, parts, process);
  }

  private invoked(
    f: string,
    parts: readonly MicroOperation[],
    process: string,
  ): readonly Unplaced<ClientEvent>[] {
    if (this.open.has(process)) {
      throw new HistoryFormatError(this.lineNumber, ':process', `${process} has an operation open already`);
    }
    const events: Unplaced<ClientEvent>[] = [];
    const isSend = (part: MicroOperation): boolean => part[0] === ':send';
    const transactional = (f === ':txn' || this.allTransactional) && parts.some(isSend);
    const begin = this.nextOp;
    if (transactional) {
      this.nextOp++;
      events.push({ type: 'invoke', f: 'begin', op: begin }, { type: 'ok', f: 'begin', op: begin });
    }
    const sends: OpenSend[] = [];
    for (const part of parts) {
      if (part[0] !== ':send') continue;
      const topic = ednText(part[1]);
      const value = valueOf(topic, part[2]);
      const op = this.nextOp++;
      sends.push({ op, topic, value });
      const send = { type: 'invoke', f: 'send', op, topic, partition: 0, key: null, value } as const;
      events.push(transactional ? { ...send, transaction: begin } : send);
    }
    const commit = this.nextOp;
    if (transactional) {
      this.nextOp++;
      const requested: Unplaced<EndTransactionInvoked> = {
        type: 'invoke',
        f: 'commit',
        op: commit,
        transaction: begin,
      };
      events.push(requested);
    }
    this.open.set(process, { sends, transaction: transactional ? { begin, commit } : null });
    return events;
  }

  private completed(
    op: Operation,
    parts: readonly MicroOperation[],
    process: string,
  ): readonly Unplaced<ClientEvent>[] {
    const open = this.open.get(process);
    if (open === undefined) {
      throw new HistoryFormatError(this.lineNumber, ':process', `${process} has no operation open`);
    }
    this.open.delete(process);
    const type = op[':type'] === ':invoke' ? 'unknown' : OUTCOMES[op[':type']];
    const error = op[':error'] === undefined ? 'none' : JSON.stringify(op[':error']);
    const rebalanced = Array.isArray(op[':rebalance-log']) && op[':rebalance-log'].length > 0;
    const events: Unplaced<ClientEvent>[] = rebalanced ? [...this.forget(process)] : [];
    const { transaction } = open;
    const sent = parts.filter((part) => part[0] === ':send');
    open.sends.forEach(({ op: send, topic }, index) => {
      const result = sent[index]?.[2];
      const at = Array.isArray(result) ? result[0] : null;
      if (type === 'ok' || at !== null) {
        events.push({ type: 'ok', f: 'send', op: send, topic, partition: 0, offset: at });
        return;
      }
      // A record of an aborted transaction may be in the log.
      const outcome = transaction === null ? type : 'unknown';
      events.push({ type: outcome, f: 'send', op: send, error });
    });
    for (const part of parts) {
      if (part[0] !== ':poll' || part[1] === undefined || part[1] === null) continue;
      events.push(...this.poll(part[1], process, transaction?.begin));
    }
    if (transaction !== null) {
      const end = { f: 'commit', op: transaction.commit } as const;
      events.push(type === 'ok' ? { ...end, type } : { ...end, type, error });
    }
    if (rebalanced) events.push(...this.forget(process));
    return events;
  }

  private poll(
    found: z.infer<typeof polled>,
    process: string,
    transaction: number | undefined,
  ): readonly Unplaced<ClientEvent>[] {
    const op = this.nextOp++;
    const positions = this.positions.get(process) ?? new Map<string, number>();
    this.positions.set(process, positions);
    const partitions = Object.entries(found).flatMap(([topic, pairs]): PolledPartition[] => {
      const records = pairs.map(([at, value]) => ({ offset: at, key: null, value: valueOf(topic, value) }));
      const [first] = records;
      const last = records.at(-1);
      if (first === undefined || last === undefined) return [];
      const from = Math.min(positions.get(topic) ?? first.offset, first.offset);
      const to = last.offset + 1;
      positions.set(topic, to);
      return [{ topic, partition: 0, from, to, records }];
    });
    const ok: Unplaced<PollOk> = { type: 'ok', f: 'poll', op, partitions };
    const invoke = { type: 'invoke', f: 'poll', op } as const;
    return [transaction === undefined ? invoke : { ...invoke, transaction }, ok];
  }

  /** Forgets the positions of the consumer of the process. */
  private forget(process: string): readonly Unplaced<ClientEvent>[] {
    this.positions.delete(process);
    const op = this.nextOp++;
    return [
      { type: 'invoke', f: 'assign', op, partitions: [] },
      { type: 'ok', f: 'assign', op },
    ];
  }

  private parsed(line: string): Edn {
    try {
      return parseEdn(line);
    } catch (error) {
      if (error instanceof EdnError) throw new HistoryFormatError(this.lineNumber, '', error.message);
      throw error;
    }
  }

  private validated<Value>(schema: z.ZodType<Value>, value: unknown, field: string): Value {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const path = [...(field === '' ? [] : [field]), ...(issue?.path ?? []).map(String)].join(' ');
    const shape =
      field === ''
        ? (issue?.message ?? '')
        : 'expected [:send k v], [:send k [offset v]], [:poll] or [:poll {k [[offset v] ...]}]';
    throw new HistoryFormatError(this.lineNumber, path, shape);
  }
}

/** The value with its key, because a value is unique only within its key. */
function valueOf(topic: string, value: Edn): string {
  return `${topic}/${ednText(Array.isArray(value) ? (value[1] ?? null) : value)}`;
}
