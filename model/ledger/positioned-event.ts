import type { HistoryEvent } from '../history/history.ts';

/** An event and its position in the history. */
export interface PositionedEvent {
  readonly position: number;
  readonly event: HistoryEvent;
}
