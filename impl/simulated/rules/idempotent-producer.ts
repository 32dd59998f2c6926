/** What an idempotent producer does with sequences that came to nothing (KIP-98, KIP-360). */

import { sequenceAfter } from './producer-state.ts';

/** A batch that has a sequence and is not answered for good. */
export interface UndecidedBatch {
  /** An attempt is on the wire. */
  readonly inFlight: boolean;
  /** An attempt that is over may have been appended. */
  readonly maybeAppended: boolean;
}

/**
 * Whether a batch may be given another epoch and sequence. One that the leader may have would be written twice;
 * Kafka's published code gives it a new identity all the same (KAFKA-14034).
 */
export function mayTakeNewIdentity(batch: UndecidedBatch): boolean {
  return !batch.inFlight && !batch.maybeAppended;
}

/** The order in which batches get their new sequences: that of the old ones (KAFKA-8483). */
export function orderOfNewSequences<Batch>(bySequence: readonly Batch[]): readonly Batch[] {
  return bySequence;
}

/** What the producer counts on with, as the broker does: after the greatest comes 0 (KAFKA-7693). */
export function sequenceOfNextBatch(sequence: number, by: number, maxSequence: number): number {
  return sequenceAfter(sequence, by, maxSequence);
}

/** A sequence that the leader cannot follow is no error: the batch is sent again in a new epoch (KIP-360). */
export function retriesInNewEpoch(): boolean {
  return true;
}

/** A batch of a new epoch waits until those of the old one are decided: it would fence them (KAFKA-5870). */
export function waitsForOldEpoch(): boolean {
  return true;
}

/** Partitions of which nothing is in flight begin at 0 in a new epoch, too (KAFKA-12152). */
export function restartsIdlePartitions(): boolean {
  return true;
}

/**
 * How many records a batch may have, so that no batch which a broker remembers has the sequences of one that is
 * still to come. While leaders change there are as many in flight to each of them as there may be to one broker, and
 * five are remembered: so many in a row must fit into the sequences, whatever each holds. It matters only where
 * `crucible.max.sequence` is small.
 * @param before how many records the batches before it in its partition have, in their order.
 */
export function maxRecordsOfBatch(
  before: readonly number[],
  maxSequence: number,
  maxInFlight: number,
): number {
  const neighbours = 5 + 3 * maxInFlight - 1;
  const recent = before.slice(-neighbours);
  // Where there were fewer, as many are still to come, of one record at least.
  const taken = recent.reduce((sum, records) => sum + records, neighbours - recent.length);
  return Math.max(1, maxSequence + 1 - taken);
}

/**
 * Whether a new batch may follow those that are undecided. It leaves a gap before the oldest sequence of them comes
 * round again: a leader that knows nothing of the producer takes any sequence (KIP-360), and must not be led round to
 * a batch that waits. And it does not begin at 0 again: a partition that was created anew takes 0 only (KAFKA-15591),
 * and must not be led past a batch that waits. It matters only where `crucible.max.sequence` is small: nobody has
 * 2^31 records in flight, and hardly anybody sends the record 2^31 while its topic is created anew.
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
