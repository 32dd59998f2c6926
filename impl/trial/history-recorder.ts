import type { ClusterEvent, HistoryEvent } from '../../model/history/history.ts';
import type { Judge } from './judge.ts';

/** An event without its time, which is the present. */
export type Untimed<E extends HistoryEvent = HistoryEvent> = E extends HistoryEvent
  ? Omit<E, 'timeUs'>
  : never;

export interface HistoryRecorderOptions {
  /** The target's clock in microseconds. */
  readonly nowUs: () => number;
  /** Keep the events, for the result of the run. */
  readonly keep: boolean;
  /** Called with each event that is about to be recorded, before it has its time. */
  readonly onEvent?: (event: Untimed) => void;
  /** Called with each event that was recorded, before it is judged. */
  readonly onRecorded?: (event: HistoryEvent) => void;
}

/** Records what clients and the nemesis do, and has it judged at once. */
export class HistoryRecorder {
  readonly #options: HistoryRecorderOptions;
  readonly #judge: Judge;
  readonly #kept: HistoryEvent[] | null;

  constructor(judge: Judge, options: HistoryRecorderOptions) {
    this.#judge = judge;
    this.#options = options;
    this.#kept = options.keep ? [] : null;
  }

  get events(): readonly HistoryEvent[] | undefined {
    return this.#kept ?? undefined;
  }

  /** Takes ownership of the event and sets its time. */
  record(event: Untimed): void {
    const { nowUs, onEvent, onRecorded } = this.#options;
    onEvent?.(event);
    const timed = timedAt(nowUs(), event);
    this.#kept?.push(timed);
    onRecorded?.(timed);
    this.#judge.observe(timed);
  }

  cluster(f: ClusterEvent['f'], node: string | undefined, detail: string): void {
    this.record({ type: 'cluster', f, detail, ...(node === undefined ? {} : { node }) });
  }
}

/** In place, because copying each event would be slow. */
function timedAt(timeUs: number, event: Untimed & { timeUs?: number }): HistoryEvent {
  event.timeUs = timeUs;
  // Every kind of event has a time, and only that was missing.
  return event as HistoryEvent;
}
