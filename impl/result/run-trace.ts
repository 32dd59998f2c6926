import type { Trace, TraceEntry } from '../trace/trace.ts';
import type { RunResult } from './run-result.ts';

/** Returns the trace of a run. For a target that records none (a real cluster), makes one from the history. */
export function traceOf(result: RunResult): Trace {
  if (result.trace !== undefined) return result.trace;
  const history = result.history ?? [];
  const entries: TraceEntry[] = history.map((event, seq) => ({
    kind: 'history',
    seq,
    timeUs: event.timeUs,
    cause: null,
    event,
  }));
  const endUs = history.at(-1)?.timeUs ?? 0;
  for (const violation of result.violations) {
    entries.push({ kind: 'violation', seq: entries.length, timeUs: endUs, cause: null, violation });
  }
  const clients = new Set(history.flatMap((event) => (event.type === 'cluster' ? [] : [event.process])));
  return {
    entries,
    nodes: [...clients].map((name) => ({ name, role: 'client' as const })),
    workloadStartUs: 0,
    livenessStartUs: endUs,
  };
}
