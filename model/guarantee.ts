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

/** Every anomaly, by the guarantee that it violates; Jepsen's names where Jepsen has one. */
export const ANOMALIES = {
  'partition-order': ['poll-skip', 'nonmonotonic-poll'],
  'committed-reads': [
    'inconsistent-offsets',
    'dirty-read',
    'phantom',
    'read-from-future',
    'wrong-partition',
    'wrong-topic-id',
    'G1a',
    'diverged-replicas',
  ],
  'no-loss': ['lost-write', 'unseen', 'inconsistent-offsets'],
  'idempotent-producer': ['duplicate', 'nonmonotonic-send', 'sequence-error'],
  'atomic-transactions': [
    'torn-transaction',
    'G1a',
    'uncommitted-read',
    'precommitted-read',
    'zombie-commit',
    'G1c',
    'lost-offset',
    'aborted-offset',
    'uncommitted-offset',
    'phantom-offset',
  ],
  progress: [
    'no-controller',
    'broker-fenced',
    'no-leader',
    'isr-not-full',
    'reassignment-pending',
    'replicas-differ',
    'replica-not-gone',
    'operation-pending',
    'hanging-transaction',
    'final-read-stuck',
    'client-metadata-stale',
    'fenced-by-nobody',
  ],
} as const satisfies Readonly<Record<GuaranteeId, readonly string[]>>;

export type AnomalyOf<Id extends GuaranteeId> = (typeof ANOMALIES)[Id][number];
export type Anomaly = AnomalyOf<GuaranteeId>;

/** A promise seen broken, with the least evidence that proves it. */
export interface Violation {
  /** A guarantee's id, or `invariant` for what must hold between replicas (simulation only). */
  readonly guarantee: GuaranteeId | 'invariant';
  /** An `Anomaly` of the guarantee, for example `lost-write`; the name of the check for an invariant. */
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
