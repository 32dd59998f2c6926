/** The expected log at one moment: what the reference model knows of a partition from acknowledgements and reads. */
import type { TraceEntry } from '../../impl/trace/trace.ts';
import type { TopicPartition } from '../../model/history/history.ts';
import { invocations, sentValue } from './evidence.ts';

/** A value that a client knows to be at an offset. */
export interface KnownRecord {
  readonly offset: number;
  readonly value: string;
  /** The client that received the acknowledgement; null: none did. */
  readonly acknowledgedTo: string | null;
  /** Who read it there, each once. */
  readonly readBy: readonly string[];
  /** One of them read only what is committed. */
  readonly isReadCommitted: boolean;
  /** The transaction in which it was sent; null: none, or not known. */
  readonly transaction: number | null;
  /** The event that made it known, or that last confirmed it. */
  readonly seq: number;
}

/** What its client knows of a transaction. */
export interface KnownTransaction {
  /** The operation that began it. */
  readonly op: number;
  readonly process: string;
  readonly standing:
    | 'open'
    | 'being committed'
    | 'committed'
    | 'perhaps committed'
    | 'not committed'
    | 'being aborted'
    | 'aborted'
    | 'perhaps aborted';
  /** The event that last changed it. */
  readonly seq: number;
}

/** Whether a read_committed consumer was given a record of a transaction that, as its client knows, is not committed. */
export function isReadTooEarly(record: KnownRecord, transaction: KnownTransaction | undefined): boolean {
  if (!record.isReadCommitted || transaction === undefined) return false;
  return !['being committed', 'committed', 'perhaps committed'].includes(transaction.standing);
}

/**
 * In the order in which they began.
 * @param seq the history up to this entry, inclusive
 */
export function knownTransactions(
  entries: readonly TraceEntry[],
  seq: number,
): ReadonlyMap<number, KnownTransaction> {
  const known = new Map<number, KnownTransaction>();
  const ends = new Map<number, { readonly transaction: number; readonly f: 'commit' | 'abort' }>();
  for (const entry of entries) {
    if (entry.seq > seq) break;
    if (entry.kind !== 'history' || entry.event.type === 'cluster') continue;
    const { event } = entry;
    if (event.type === 'invoke' && event.f === 'begin') {
      const { op, process } = event;
      known.set(op, { op, process, standing: 'open', seq: entry.seq });
    }
    if (event.type === 'invoke' && (event.f === 'commit' || event.f === 'abort')) ends.set(event.op, event);
    const end = ends.get(event.op);
    const transaction = end === undefined ? undefined : known.get(end.transaction);
    if (end === undefined || transaction === undefined) continue;
    const standing = STANDINGS[end.f][event.type];
    known.set(transaction.op, { ...transaction, standing, seq: entry.seq });
  }
  return known;
}

/** By what was asked for, and how that stands. An abort that fails leaves it to the coordinator to abort. */
const STANDINGS = {
  commit: { invoke: 'being committed', ok: 'committed', fail: 'not committed', unknown: 'perhaps committed' },
  abort: { invoke: 'being aborted', ok: 'aborted', fail: 'perhaps aborted', unknown: 'perhaps aborted' },
} as const;

/**
 * By offset. Two records at one offset are a contradiction.
 * @param seq the history up to this entry, inclusive
 */
export function knownRecords(
  entries: readonly TraceEntry[],
  { topic, partition }: TopicPartition,
  seq: number,
): readonly KnownRecord[] {
  const invoked = invocations(entries);
  // Values are unique in a run, so a value that was read identifies its transaction.
  const transactions = new Map(
    [...invoked.values()].flatMap((event) =>
      event.f === 'send' && event.transaction !== undefined ? [[event.value, event.transaction]] : [],
    ),
  );
  const known = new Map<string, { -readonly [Key in keyof KnownRecord]: KnownRecord[Key] }>();
  const learn = (offset: number, value: string, at: number) => {
    const key = `${offset} ${value}`;
    const transaction = transactions.get(value) ?? null;
    const record = known.get(key) ?? {
      offset,
      value,
      acknowledgedTo: null,
      readBy: [],
      isReadCommitted: false,
      transaction,
      seq: at,
    };
    known.set(key, record);
    record.seq = at;
    return record;
  };
  for (const entry of entries) {
    if (entry.seq > seq) break;
    if (entry.kind !== 'history' || entry.event.type !== 'ok') continue;
    const { event } = entry;
    if (event.f === 'send' && event.offset !== null) {
      if (event.topic !== topic || event.partition !== partition) continue;
      const value = sentValue(event.op, invoked);
      if (value !== null) learn(event.offset, value, entry.seq).acknowledgedTo = event.process;
    }
    if (event.f !== 'poll') continue;
    for (const polled of event.partitions) {
      if (polled.topic !== topic || polled.partition !== partition) continue;
      for (const { offset, value } of polled.records) {
        const record = learn(offset, value, entry.seq);
        if (!record.readBy.includes(event.process)) record.readBy = [...record.readBy, event.process];
        const poll = invoked.get(event.op);
        record.isReadCommitted ||= poll?.f === 'poll' && poll.isolation === 'read_committed';
      }
    }
  }
  return [...known.values()].sort((a, b) => a.offset - b.offset);
}
