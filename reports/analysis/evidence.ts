/** Where the evidence of a violation stands in a trace, and which values and offsets it is about. */
import type { OpenTransaction, ReplicaEntry, Trace, TraceEntry } from '../../impl/trace/trace.ts';
import type { Violation } from '../../model/guarantee.ts';
import type { HistoryEvent, Invocation } from '../../model/history/history.ts';

export type HistoryEntry = Extract<TraceEntry, { kind: 'history' }>;

export interface Evidence {
  /** The trace's entry of the violation; the last entry where the trace does not have it. */
  readonly violationSeq: number;
  /**
   * Where the evidence was complete: what came later, up to the moment when the violation was reported,
   * did not lead to it. The violation's own seq where there is no evidence.
   */
  readonly completeSeq: number;
  /** The trace's entries of the evidence. */
  readonly entries: readonly HistoryEntry[];
  /** The seqs of these entries. */
  readonly seqs: ReadonlySet<number>;
  /** Values that the evidence sends, and those that it reads at the offsets in question. */
  readonly values: ReadonlySet<string>;
  /** Offsets of the violation's partition at which something is wrong. */
  readonly offsets: ReadonlySet<number>;
  /** The offsets at which the sends of the evidence to the partition were acknowledged: values by offset. */
  readonly acknowledged: ReadonlyMap<number, string>;
  /** Every operation of the evidence. */
  readonly ops: ReadonlySet<number>;
}

/** Events carry no identity of their own once they have been through a file. */
function identity(event: HistoryEvent): string {
  return event.type === 'cluster'
    ? `cluster ${event.f} ${event.node ?? ''} ${event.timeUs}`
    : `${event.type} ${event.op}`;
}

export function findEvidence(trace: Trace, violation: Violation): Evidence {
  const wanted = new Set(violation.evidence.map(identity));
  const ops = new Set(violation.evidence.flatMap((event) => (event.type === 'cluster' ? [] : [event.op])));
  const values = new Set<string>();
  const offsets = new Set<number>();
  const acknowledged = new Map<number, string>();
  const invoked = invocations(trace.entries);
  if (violation.place.offset !== undefined) offsets.add(violation.place.offset);
  for (const event of violation.evidence) {
    if (event.type === 'invoke' && event.f === 'send') values.add(event.value);
    if (event.type !== 'ok' || event.f !== 'send' || event.offset === null) continue;
    if (event.topic !== violation.place.topic || event.partition !== violation.place.partition) continue;
    offsets.add(event.offset);
    const value = sentValue(event.op, invoked);
    if (value !== null) acknowledged.set(event.offset, value);
  }

  for (const event of violation.evidence) {
    if (event.type !== 'ok' || event.f !== 'poll') continue;
    for (const polled of event.partitions) {
      if (polled.topic !== violation.place.topic || polled.partition !== violation.place.partition) continue;
      for (const { offset, value } of polled.records) if (offsets.has(offset)) values.add(value);
    }
  }

  const entries: HistoryEntry[] = [];
  let violationSeq: number | null = null;
  const open = new Map<string, readonly OpenTransaction[]>();
  for (const entry of trace.entries) {
    if (entry.kind === 'violation' && entry.violation.sentence === violation.sentence) {
      violationSeq ??= entry.seq;
    }
    // A transaction that hangs has no event of a client to prove it: what it wrote is in question.
    if (entry.kind === 'open-transactions' && hangs(violation, entry) && violationSeq === null)
      open.set(entry.node, entry.open);
    if (entry.kind !== 'history') continue;
    if (wanted.has(identity(entry.event))) entries.push(entry);
    if (entry.event.type === 'invoke' && entry.event.f === 'send' && ops.has(entry.event.op)) {
      values.add(entry.event.value);
    }
  }
  for (const { firstOffset } of [...open.values()].flat()) offsets.add(firstOffset);
  const seqs = new Set(entries.map(({ seq }) => seq));
  const toldSeq = violationSeq ?? trace.entries.at(-1)?.seq ?? 0;
  return {
    violationSeq: toldSeq,
    completeSeq: entries.at(-1)?.seq ?? toldSeq,
    entries,
    seqs,
    values,
    offsets,
    acknowledged,
    ops,
  };
}

function hangs({ anomaly, place }: Violation, at: ReplicaEntry): boolean {
  return anomaly === 'hanging-transaction' && at.topic === place.topic && at.partition === place.partition;
}

/** Every invocation of a trace's history, by operation. */
export function invocations(entries: readonly TraceEntry[]): ReadonlyMap<number, Invocation> {
  const found = new Map<number, Invocation>();
  for (const entry of entries) {
    if (entry.kind === 'history' && entry.event.type === 'invoke') found.set(entry.event.op, entry.event);
  }
  return found;
}

/** What a send carried, where the history has its invocation. */
export function sentValue(op: number, invoked: ReadonlyMap<number, Invocation>): string | null {
  const invocation = invoked.get(op);
  return invocation?.f === 'send' ? invocation.value : null;
}
