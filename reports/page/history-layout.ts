/** Where the bars of client operations go. One column for each event of the history, so that short ones are seen. */
import type { TraceEntry } from '../../impl/trace/trace.ts';
import type { Completion, Invocation } from '../../model/history/history.ts';

export interface OperationBar {
  readonly op: number;
  readonly invocation: Invocation;
  /** Null for an operation that never came back. */
  readonly completion: Completion | null;
  /** Of the completion, or of the invocation where there is none. */
  readonly seq: number;
  readonly outcome: 'ok' | 'fail' | 'unknown' | 'open';
  /** In columns, inclusive. */
  readonly from: number;
  /** In columns, exclusive. */
  readonly to: number;
  /** Operations of one process that overlap lie in rows of their own. */
  readonly row: number;
}

export interface ProcessLane {
  readonly process: string;
  readonly rows: number;
  readonly bars: readonly OperationBar[];
}

export interface HistoryLayout {
  readonly columns: number;
  readonly lanes: readonly ProcessLane[];
  /** Operations that were left out. */
  readonly leftOut: number;
}

/** At most `max` operations: those of the evidence, and the ones nearest to them in the history. */
export function layOutHistory(
  entries: readonly TraceEntry[],
  evidence: ReadonlySet<number>,
  max: number,
): HistoryLayout {
  const invoked = new Map<number, { readonly seq: number; readonly event: Invocation }>();
  const completed = new Map<number, { readonly seq: number; readonly event: Completion }>();
  for (const entry of entries) {
    if (entry.kind !== 'history' || entry.event.type === 'cluster') continue;
    const { event, seq } = entry;
    if (event.type === 'invoke') invoked.set(event.op, { seq, event });
    else completed.set(event.op, { seq, event });
  }
  const kept = nearest([...invoked.keys()], evidence, max);
  const column = columnsOf(kept, invoked, completed);
  const lanes = new Map<string, OperationBar[]>();
  for (const op of kept) {
    const start = invoked.get(op);
    if (start === undefined) continue;
    const end = completed.get(op);
    const lane = lanes.get(start.event.process) ?? [];
    lanes.set(start.event.process, lane);
    const from = column.get(start.seq) ?? 0;
    const to = end === undefined ? column.size : (column.get(end.seq) ?? from) + 1;
    lane.push({
      op,
      invocation: start.event,
      completion: end?.event ?? null,
      seq: end?.seq ?? start.seq,
      outcome: end === undefined ? 'open' : end.event.type,
      from,
      to,
      row: freeRow(lane, from),
    });
  }
  return {
    columns: column.size,
    lanes: [...lanes].map(([process, bars]) => ({
      process,
      rows: 1 + Math.max(...bars.map(({ row }) => row)),
      bars,
    })),
    leftOut: invoked.size - kept.length,
  };
}

function nearest(ops: readonly number[], evidence: ReadonlySet<number>, max: number): readonly number[] {
  if (ops.length <= max) return ops;
  const centres = ops.flatMap((op, index) => (evidence.has(op) ? [index] : []));
  if (centres.length === 0) return ops.slice(-max);
  const distance = (index: number): number => Math.min(...centres.map((centre) => Math.abs(centre - index)));
  return ops
    .map((op, index) => ({ op, index, distance: distance(index) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, max)
    .sort((a, b) => a.index - b.index)
    .map(({ op }) => op);
}

type BySeq = ReadonlyMap<number, { readonly seq: number }>;

function columnsOf(ops: readonly number[], invoked: BySeq, completed: BySeq): ReadonlyMap<number, number> {
  const seqs = ops.flatMap((op) => {
    const start = invoked.get(op)?.seq;
    const end = completed.get(op)?.seq;
    return [...(start === undefined ? [] : [start]), ...(end === undefined ? [] : [end])];
  });
  return new Map(seqs.sort((a, b) => a - b).map((seq, index) => [seq, index]));
}

function freeRow(lane: readonly OperationBar[], from: number): number {
  for (let row = 0; ; row++) {
    if (lane.every((bar) => bar.row !== row || bar.to <= from)) return row;
  }
}
