import type { HistoryEvent, TopicPartition } from './history/history.ts';

export const GUARANTEE_IDS = [
  'partition-order',
  'committed-reads',
  'no-loss',
  'idempotent-producer',
  'atomic-transactions',
  'progress',
] as const;
export type GuaranteeId = (typeof GUARANTEE_IDS)[number];

/** A promise seen broken, with the least evidence that proves it. */
export interface Violation {
  /** A guarantee's id, or `invariant` for what must hold between replicas (simulation only). */
  readonly guarantee: GuaranteeId | 'invariant';
  /** The anomaly's name, Jepsen's where Jepsen has one: `lost-write`. */
  readonly anomaly: string;
  /** What was promised and what happened instead, in one sentence with concrete values. */
  readonly sentence: string;
  readonly place: TopicPartition & { readonly offset?: number };
  /**
   * Set when the configuration does not make this promise and it was judged because somebody
   * expects it nevertheless: the reason, for example `acks=1`.
   */
  readonly notPromisedBecause?: string;
  /** Virtual or recorded time at which it was decided. */
  readonly timeUs: number;
  /** The least set of events that proves it, in the order of the history. */
  readonly evidence: readonly HistoryEvent[];
}

/**
 * One promise, judged over one history in one pass.
 * `observe` sees every event in order and returns what that event proved (usually nothing);
 * `conclude` is called once, after the last event.
 */
export interface Guarantee {
  readonly id: GuaranteeId;
  observe(event: HistoryEvent): readonly Violation[];
  conclude(): readonly Violation[];
}
