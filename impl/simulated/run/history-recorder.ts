import type { FaultTally } from '../../../model/contract/fault-tally.ts';
import type { Violation } from '../../../model/guarantee.ts';
import type { ClusterEvent, HistoryEvent } from '../../../model/history/history.ts';
import type { ReferenceModel } from '../../../model/reference-model.ts';
import type { TraceRecorder } from '../../trace/trace-recorder.ts';
import { keyOf } from '../kernel/mix.ts';
import type { World } from '../kernel/world.ts';

/** An event without its time, which is always now. */
export type Untimed<E extends HistoryEvent = HistoryEvent> = E extends HistoryEvent
  ? Omit<E, 'timeUs'>
  : never;

/** Takes down what clients and the nemesis do, and has it judged at once. */
export class HistoryRecorder {
  readonly #world: World;
  readonly #trace: TraceRecorder | null;
  readonly #model: ReferenceModel;
  readonly #tally: FaultTally;
  readonly #report: (violation: Violation) => void;
  readonly #kept: HistoryEvent[] | null;

  constructor(
    world: World,
    model: ReferenceModel,
    tally: FaultTally,
    keep: boolean,
    report: (violation: Violation) => void,
    trace: TraceRecorder | null = null,
  ) {
    this.#world = world;
    this.#trace = trace;
    this.#model = model;
    this.#tally = tally;
    this.#kept = keep ? [] : null;
    this.#report = report;
  }

  get events(): readonly HistoryEvent[] | undefined {
    return this.#kept ?? undefined;
  }

  /** Takes the event over: it gets its time here, and is nobody else's any more. */
  record(event: Untimed): void {
    if (this.#world.recordsOrderSensitiveEvents)
      this.#world.orderSensitiveEvent(keyOf(JSON.stringify(event)), 0);
    const timed = timedAt(this.#world.nowUs, event);
    if (timed.type === 'cluster') this.#tally.observe(timed);
    this.#kept?.push(timed);
    this.#trace?.add({ kind: 'history', event: timed });
    for (const violation of this.#model.observe(timed)) this.#report(violation);
  }

  cluster(f: ClusterEvent['f'], node: string | undefined, detail: string): void {
    this.record({ type: 'cluster', f, detail, ...(node === undefined ? {} : { node }) });
  }

  conclude(): void {
    for (const violation of this.#model.conclude()) this.#report(violation);
  }
}

/** In place, because a copy of each event is dear. */
function timedAt(timeUs: number, event: Untimed & { timeUs?: number }): HistoryEvent {
  event.timeUs = timeUs;
  // Every kind of event has a time, and only that was missing.
  return event as HistoryEvent;
}
