/**
 * A trace cut to what a page can carry. A cluster that never comes to rest records millions of entries,
 * and nearly all of them say the same. The events of the story and what led to the violation are kept whole,
 * with a stretch before it as it was; of the rest only what replicas need to be shown rightly.
 */
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import { coordinatorKey, replicaKey } from './cluster-state.ts';

/** Entries that a page carries without being cut. */
export const WHOLE = 24_000;
/** Entries before the one in question that are kept as they were. */
const BEFORE = 1_500;
/** Entries after it. */
const AFTER = 200;
/** Entries of a beginning that is kept as it was. */
const BEGINNING = 500;

export interface Excerpt {
  readonly trace: Trace;
  readonly leftOut: number;
}

/**
 * @param centre seq of the entry in question
 * @param needed seqs that are kept whatever happens
 */
export function excerpt(trace: Trace, centre: number, needed: ReadonlySet<number>): Excerpt {
  if (trace.entries.length <= WHOLE) return { trace, leftOut: 0 };
  const kept = new Set(needed);
  const last = new Map<string, number>();
  const settle = (): void => {
    for (const seq of last.values()) kept.add(seq);
    last.clear();
  };
  const begin = trace.entries.find(({ timeUs }) => timeUs >= trace.workloadStartUs)?.seq ?? 0;
  const isNear = (seq: number): boolean =>
    (seq >= centre - BEFORE && seq <= centre + AFTER) || (seq >= begin && seq < begin + BEGINNING);
  for (const entry of trace.entries) {
    if (entry.seq > centre + AFTER) break;
    if (isNear(entry.seq) || CHANGES_LOGS.has(entry.kind)) {
      settle();
      kept.add(entry.seq);
      continue;
    }
    const key = stateKey(entry);
    if (key !== null) last.set(key, entry.seq);
    if (kept.has(entry.seq)) settle();
  }
  settle();
  keepWhole(trace.entries, kept);
  const entries = trace.entries.filter(({ seq }) => kept.has(seq));
  return { trace: { ...trace, entries }, leftOut: trace.entries.length - entries.length };
}

/** These build on all that came before them. */
const CHANGES_LOGS: ReadonlySet<TraceEntry['kind']> = new Set([
  'append',
  'fault',
  'log-start',
  'node',
  'truncate',
  'violation',
]);

/** What is replaced by the next entry of the same key; null for what changes no replica. */
function stateKey(entry: TraceEntry): string | null {
  switch (entry.kind) {
    case 'high-watermark':
    case 'role':
    case 'leader-isr':
    case 'open-transactions':
      return `${entry.kind} ${replicaKey(entry.node, entry.topic, entry.partition)}`;
    case 'transaction-state':
      return `${entry.kind} ${coordinatorKey(entry.node, entry.transactionalId)}`;
    case 'partition-state':
      return `${entry.kind} ${entry.topic} ${entry.partition}`;
    default:
      return null;
  }
}

/** A message has both its ends, an operation its beginning, and a decision of the controller its cause. */
function keepWhole(entries: readonly TraceEntry[], kept: Set<number>): void {
  const messages = new Set<number>();
  const operations = new Set<number>();
  for (const entry of entries.toReversed()) {
    if (entry.kind === 'message-sent' && messages.has(entry.message)) kept.add(entry.seq);
    if (entry.kind === 'history' && entry.event.type === 'invoke' && operations.has(entry.event.op)) {
      kept.add(entry.seq);
    }
    if (!kept.has(entry.seq)) continue;
    if (entry.kind === 'message-delivered' || entry.kind === 'message-lost') messages.add(entry.message);
    if (entry.kind === 'history' && entry.event.type !== 'cluster') operations.add(entry.event.op);
    if (entry.kind === 'partition-state' && entry.cause !== null) kept.add(entry.cause);
  }
}
