import type { HistoryEvent } from '../history/history.ts';
/** An event and its position in the history. */
export interface Exhibit {
  readonly position: number;
  readonly event: HistoryEvent;
}
