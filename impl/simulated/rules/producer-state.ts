/** What a partition knows of producers, and what it accepts from them (KIP-98, KIP-360). */
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';

/** What is remembered of one batch of a producer. */
export interface BatchMetadata {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly timestamp: number;
}

/** What a partition knows of one producer: Kafka's ProducerStateEntry. */
export interface ProducerState {
  readonly producerEpoch: number;
  /** Its last batches in this epoch, oldest first. */
  readonly batches: readonly BatchMetadata[];
  /** Of the coordinator that wrote its last marker; -1: none. */
  readonly coordinatorEpoch: number;
  /** Of its last batch or marker: wall clock in ms of whoever wrote it. */
  readonly lastTimestamp: number;
  /** Where its open transaction began; -1: none is open. */
  readonly currentTxnFirstOffset: number;
}

/** Who appends: only a client's sequences are checked. */
export type AppendOrigin = 'client' | 'coordinator';

/** How many batches of a producer are remembered: as many as it may have in flight (KAFKA-5494). */
export function batchesToRetain(): number {
  return 5;
}

/** The sequence `by` records later: after the greatest comes 0 (KAFKA-7692, KAFKA-7693). */
export function sequenceAfter(sequence: number, by: number, maxSequence: number): number {
  const sum = sequence + by;
  return sum > maxSequence ? sum - maxSequence - 1 : sum;
}

/** The batch that is the same as one sent again: same epoch, same first and last sequence; null: it is new. */
export function findDuplicateBatch(
  state: ProducerState,
  producerEpoch: number,
  firstSequence: number,
  lastSequence: number,
): BatchMetadata | null {
  if (producerEpoch !== state.producerEpoch) return null;
  for (const batch of state.batches) {
    if (batch.firstSequence === firstSequence && batch.lastSequence === lastSequence) return batch;
  }
  return null;
}

/** Producers of an older epoch are fenced. */
export function checkProducerEpoch(state: ProducerState | undefined, producerEpoch: number): ErrorCode {
  return state !== undefined && producerEpoch < state.producerEpoch
    ? Errors.INVALID_PRODUCER_EPOCH
    : Errors.NONE;
}

/**
 * Whether a partition may have forgotten a producer: not where there has never been a record, so that the first of
 * several batches in flight cannot be overtaken there (KAFKA-15591).
 */
export function mayHaveForgotten(mapEndOffset: number): boolean {
  return mapEndOffset > 0;
}

/**
 * A batch must begin where the last one of its epoch ended, and a new epoch at 0. Of a producer of which
 * nothing is known any sequence is accepted if it may have been forgotten (KIP-360).
 */
export function checkSequence(
  state: ProducerState | undefined,
  producerEpoch: number,
  firstSequence: number,
  maxSequence: number,
  mayBeForgotten: boolean,
): ErrorCode {
  if (state === undefined && mayBeForgotten) return Errors.NONE;
  const last = producerEpoch === state?.producerEpoch ? state.batches.at(-1) : undefined;
  const expected = last === undefined ? 0 : sequenceAfter(last.lastSequence, 1, maxSequence);
  return firstSequence === expected ? Errors.NONE : Errors.OUT_OF_ORDER_SEQUENCE_NUMBER;
}

/** What the leader has accepted a follower takes: it may know less of the producer (KAFKA-6003). */
export function checkReplicatedSequence(
  _state: ProducerState | undefined,
  _producerEpoch: number,
  _firstSequence: number,
  _maxSequence: number,
): ErrorCode {
  return Errors.NONE;
}

/** Where a batch begins of which the end is remembered. Its sequences do not tell: they may have wrapped (KAFKA-7692). */
export function firstOffsetOfBatch({ firstOffset }: BatchMetadata): number {
  return firstOffset;
}

/** A marker of a coordinator that has been replaced is refused. */
export function checkCoordinatorEpoch(state: ProducerState | undefined, coordinatorEpoch: number): ErrorCode {
  return state !== undefined && coordinatorEpoch < state.coordinatorEpoch
    ? Errors.TRANSACTION_COORDINATOR_FENCED
    : Errors.NONE;
}

/** Forgotten are producers that wrote nothing for so long, unless a transaction of theirs is open. */
export function isProducerExpired(state: ProducerState, nowMs: number, expirationMs: number): boolean {
  return state.currentTxnFirstOffset < 0 && nowMs - state.lastTimestamp >= expirationMs;
}

/** What a partition knows of a producer outlives the deletion of its records (KIP-360). */
export function keepsStateOfDeletedRecords(): boolean {
  return true;
}

/**
 * Whether the producers of a log that is cut are read from it again. Kafka's published code does not if none was known
 * before: but one may have expired whose transaction is open again, now that its marker is cut off.
 */
export function rebuildsProducersAfterTruncation(_noneWereKnown: boolean): boolean {
  return true;
}

/** A snapshot of producers that the power takes must not be missed (KAFKA-9892). */
export function flushesProducerSnapshot(): boolean {
  return true;
}

/**
 * How far a read_committed consumer may read, exclusive: below the first record of any transaction that is
 * open, or whose marker is not yet committed. `firstUnstableOffset` is null when there is none.
 */
export function lastStableOffset(highWatermark: number, firstUnstableOffset: number | null): number {
  return firstUnstableOffset === null ? highWatermark : Math.min(highWatermark, firstUnstableOffset);
}
