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

/** A violated guarantee, with the least evidence that proves it. */
export interface Violation {
  /** The id of a guarantee, or `invariant` for a check of the protocol's internal state (simulation only). */
  readonly guarantee: GuaranteeId | 'invariant';
  /** An `Anomaly` of the guarantee, for example `lost-write`; the name of the check for an invariant. */
  readonly anomaly: string;
  /** One sentence, with concrete values, that says what happened. */
  readonly sentence: string;
  readonly place: TopicPartition & { readonly offset?: number };
  /**
   * The reason why the configuration does not promise this, for example `acks=1`. Set when it was judged only because
   * `expect` names the guarantee.
   */
  readonly notPromisedBecause?: string;
  /** The virtual or recorded time of the event that proved it. */
  readonly timeUs: number;
  /** The least set of events that proves it, in the order of the history. */
  readonly evidence: readonly HistoryEvent[];
}

/**
 * One guarantee, judged over one history in one pass.
 * `observe` is called for every event in order, and returns the violations that the event proves: usually none.
 * `conclude` is called once, after the last event.
 */
export interface Guarantee {
  readonly id: GuaranteeId;
  observe(event: HistoryEvent): readonly Violation[];
  conclude(): readonly Violation[];
}
