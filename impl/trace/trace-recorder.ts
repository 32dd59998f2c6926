import type { TraceEntry } from './trace.ts';

/** An entry without the fields that the recorder fills in. */
export type Untimed<E extends TraceEntry = TraceEntry> = E extends TraceEntry
  ? Omit<E, 'seq' | 'timeUs' | 'cause'>
  : never;

/** The time of the target that is traced, and the event that it is handling. */
export interface TraceClock {
  readonly nowUs: number;
  /** Position in the trace of the event that is being handled; -1: none. */
  readonly causedBy: number;
}

/** Collects the trace of a run on any target. It only listens. */
export class TraceRecorder {
  readonly entries: TraceEntry[] = [];
  #clock: TraceClock | null = null;

  attach(clock: TraceClock): void {
    this.#clock = clock;
  }

  /** Adds an entry and returns its position. `cause`: the position of the entry that caused it, if not the present event. */
  add(entry: Untimed, cause?: number): number {
    const clock = this.#clock;
    if (clock === null) throw new Error('the recorder is attached to no clock');
    const causedBy = cause ?? clock.causedBy;
    const seq = this.entries.length;
    this.entries.push({ ...entry, seq, timeUs: clock.nowUs, cause: causedBy < 0 ? null : causedBy });
    return seq;
  }
}
