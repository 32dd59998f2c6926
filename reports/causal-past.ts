/**
 * The part of a trace that led to a violation. The full causal past of anything in a cluster whose
 * followers never stop fetching is nearly everything; this keeps what a person would ask about.
 *
 * Roots are the violation and its evidence, and, up to where the evidence was complete, every fault and
 * every entry that decided over the records in question: appends at the offsets concerned, truncations,
 * moves of the high watermark across them, elections and changes of the in-sync replicas of the
 * partition. To these come their causes, back to the operation, timer or fault where each chain began.
 */
import type { Trace, TraceEntry } from '../impl/simulated/world/trace.ts';
import type { Violation } from '../model/guarantee.ts';
import { ClusterReplay, droppedRecords, replicaKey } from './cluster-state.ts';
import { type Evidence, findEvidence } from './evidence.ts';
import { type MessageSent } from './event-sentence.ts';

/** Seqs of the entries that belong to it. */
export function causalPast(trace: Trace, violation: Violation): ReadonlySet<number> {
  const evidence = findEvidence(trace, violation);
  const entries = new Map(trace.entries.map((entry) => [entry.seq, entry]));
  const sends = new Map<number, MessageSent>();
  const arrivals = new Map<number, TraceEntry>();
  const invoked = new Map<number, number>();
  for (const entry of trace.entries) {
    if (entry.kind === 'message-sent') sends.set(entry.message, entry);
    if (entry.kind === 'message-delivered' || entry.kind === 'message-lost')
      arrivals.set(entry.message, entry);
    if (entry.kind === 'history' && entry.event.type === 'invoke') invoked.set(entry.event.op, entry.seq);
  }

  const past = new Set<number>();
  const pending = roots(trace, violation, evidence, sends);
  for (let seq = pending.pop(); seq !== undefined; seq = pending.pop()) {
    const entry = entries.get(seq);
    if (entry === undefined || past.has(seq) || seq > evidence.violationSeq) continue;
    past.add(seq);
    if (entry.kind === 'message-delivered' || entry.kind === 'message-lost') {
      const sent = sends.get(entry.message);
      if (sent !== undefined) pending.push(sent.seq);
    }
    if (entry.kind === 'history' && entry.event.type !== 'invoke' && entry.event.type !== 'cluster') {
      const invocation = invoked.get(entry.event.op);
      if (invocation !== undefined) pending.push(invocation);
    }
    // A message that was sent for a reason is drawn to its end.
    if (entry.kind === 'message-sent') {
      const arrival = arrivals.get(entry.message);
      if (arrival !== undefined) pending.push(arrival.seq);
    }
    // What caused an arrival is the sending, added above.
    const isArrival = entry.kind === 'message-delivered';
    const isAfterthought = entry.seq > evidence.completeSeq;
    if (entry.cause !== null && !isArrival && !isAfterthought && !continuesLoop(entry, entries, sends))
      pending.push(entry.cause);
  }
  return past;
}

/** A follower's next fetch is caused by the answer to its last one, and so on to the beginning of time. */
function continuesLoop(
  entry: TraceEntry,
  entries: ReadonlyMap<number, TraceEntry>,
  sends: ReadonlyMap<number, MessageSent>,
): boolean {
  if (entry.kind !== 'message-sent' || entry.type !== 'request' || entry.cause === null) return false;
  const cause = entries.get(entry.cause);
  if (cause?.kind !== 'message-delivered' && cause?.kind !== 'message-lost') return false;
  const answered = sends.get(cause.message);
  return answered !== undefined && answered.api === entry.api && answered.to === entry.from;
}

function roots(
  trace: Trace,
  violation: Violation,
  evidence: Evidence,
  sends: ReadonlyMap<number, MessageSent>,
): number[] {
  const { topic, partition } = violation.place;
  const found = [evidence.violationSeq, ...evidence.seqs];
  const lostLinks = new Set<string>();
  const state = new ClusterReplay();
  for (const entry of trace.entries) {
    if (entry.seq > evidence.completeSeq) break;
    if (isRoot(entry)) found.push(entry.seq);
    state.advance(entry);
  }
  return found;

  function isRoot(entry: TraceEntry): boolean {
    switch (entry.kind) {
      case 'fault':
        lostLinks.clear();
        return true;
      case 'node':
        return entry.timeUs >= trace.workloadStartUs;
      case 'message-lost': {
        // The first of its kind on its way, not each of a thousand retries.
        const sent = sends.get(entry.message);
        const link = `${sent?.from} ${sent?.to} ${sent?.api} ${sent?.type}`;
        if (lostLinks.has(link)) return false;
        lostLinks.add(link);
        return true;
      }
      case 'append':
        return (
          isHere(entry) &&
          entry.records.some(
            ({ offset, value }) => evidence.offsets.has(offset) || evidence.values.has(value),
          )
        );
      case 'truncate':
        return isHere(entry) && droppedRecords(entry, state).length > 0;
      case 'high-watermark': {
        if (!isHere(entry)) return false;
        const old =
          state.replicas.get(replicaKey(entry.node, entry.topic, entry.partition))?.highWatermark ?? 0;
        return [...evidence.offsets].some((offset) => old > offset !== entry.highWatermark > offset);
      }
      case 'role':
      case 'leader-isr':
      case 'partition-state':
        return isHere(entry);
      default:
        return false;
    }
  }

  function isHere(entry: { readonly topic: string; readonly partition: number }): boolean {
    return entry.topic === topic && entry.partition === partition;
  }
}
