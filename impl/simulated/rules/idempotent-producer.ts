/** The sequences of an idempotent producer, and what it does after a batch has failed (KIP-98, KIP-360). */

import { sequenceAfter } from './producer-state.ts';

/** A batch that has a sequence and no final response. */
export interface UndecidedBatch {
  /** An attempt is on the wire. */
  readonly inFlight: boolean;
  /** An attempt that is over may have been appended. */
  readonly maybeAppended: boolean;
}

/**
 * Whether a batch may get another epoch and sequence. A batch that the leader may have appended would be written twice;
 * Kafka's published code gives it a new identity nevertheless (KAFKA-14034).
 */
export function mayTakeNewIdentity(batch: UndecidedBatch): boolean {
  return !batch.inFlight && !batch.maybeAppended;
}

/** Returns batches in the order in which they get new sequences: that of the old ones (KAFKA-8483). */
export function orderOfNewSequences<Batch>(bySequence: readonly Batch[]): readonly Batch[] {
  return bySequence;
}

/** Returns the sequence after a batch, as the broker computes it: after the greatest comes 0 (KAFKA-7693). */
export function sequenceOfNextBatch(sequence: number, by: number, maxSequence: number): number {
  return sequenceAfter(sequence, by, maxSequence);
}

/** Whether the producer retries a batch in a new epoch when the leader refuses its sequence, instead of failing (KIP-360). */
export function retriesInNewEpoch(): boolean {
  return true;
}

/** Whether a batch of a new epoch waits until those of the old epoch are decided: it would fence them (KAFKA-5870). */
export function waitsForOldEpoch(): boolean {
  return true;
}

/** Whether partitions without batches in flight start at sequence 0 in a new epoch as well (KAFKA-12152). */
export function restartsIdlePartitions(): boolean {
  return true;
}

/**
 * Returns the largest number of records of a batch such that no batch that a broker remembers has the sequences of a
 * later one. While leaders change, each of them may have as many batches in flight as one broker, and brokers remember
 * five: so many batches in a row must fit into the sequences, however large each is. It matters only where
 * `crucible.max.sequence` is small.
 * @param before the numbers of records of the batches before it in its partition, in their order.
 */
export function maxRecordsOfBatch(
  before: readonly number[],
  maxSequence: number,
  maxInFlight: number,
): number {
  const neighbours = 5 + 3 * maxInFlight - 1;
  const recent = before.slice(-neighbours);
  // Where there were fewer batches before, as many may follow, each with at least one record.
  const taken = recent.reduce((sum, records) => sum + records, neighbours - recent.length);
  return Math.max(1, maxSequence + 1 - taken);
}

/**
 * Whether a new batch may follow those that are undecided. It must leave a gap before the sequences wrap around to the
 * oldest of them: a leader that does not know the producer accepts any sequence (KIP-360), and must not reach a batch that
 * waits. And it must not start at 0 again: a partition that was created again accepts only 0 (KAFKA-15591), and must not
 * skip a batch that waits. It matters only where `crucible.max.sequence` is small: no producer has 2^31 records in
 * flight, and hardly any sends record 2^31 while its topic is created again.
 */
export function sequencesAreFree(
  oldestUndecided: number,
  nextSequence: number,
  records: number,
  maxSequence: number,
): boolean {
  if (nextSequence === 0) return false;
  const taken = nextSequence - oldestUndecided;
  return (taken < 0 ? taken + maxSequence + 1 : taken) + records <= maxSequence;
}
