/** What clients may rely on at one moment: the log of a partition as far as its history binds anybody. */
import type { TraceEntry } from '../impl/simulated/world/trace.ts';
import type { TopicPartition } from '../model/history.ts';
import { invocations, sentValue } from './evidence.ts';

/** A value that a client knows to be at an offset. */
export interface KnownRecord {
  readonly offset: number;
  readonly value: string;
  /** Who was told so by an acknowledgement; null: nobody was. */
  readonly acknowledgedTo: string | null;
  /** Who read it there, each once. */
  readonly readBy: readonly string[];
  /** The event that made it known, or that last confirmed it. */
  readonly seq: number;
}

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
  const known = new Map<string, { -readonly [Key in keyof KnownRecord]: KnownRecord[Key] }>();
  const learn = (offset: number, value: string, at: number) => {
    const key = `${offset} ${value}`;
    const record = known.get(key) ?? { offset, value, acknowledgedTo: null, readBy: [], seq: at };
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
      }
    }
  }
  return [...known.values()].sort((a, b) => a.offset - b.offset);
}
