/** The state of producers in a partition, and what the partition accepts from them (KIP-98, KIP-360). */
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';

/** A batch of a producer as its partition remembers it. */
export interface BatchMetadata {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly timestamp: number;
}

/** One producer as a partition knows it: Kafka's ProducerStateEntry. */
export interface ProducerState {
  readonly producerEpoch: number;
  /** Its last batches in this epoch, oldest first. */
  readonly batches: readonly BatchMetadata[];
  /** Epoch of the coordinator that wrote its last marker; -1: none. */
  readonly coordinatorEpoch: number;
  /** Timestamp of its last batch or marker: wall clock in ms of the process that wrote it. */
  readonly lastTimestamp: number;
  /** The first offset of its open transaction; -1: none is open. */
  readonly currentTxnFirstOffset: number;
}

/** The process that appends: only the sequences of a client are checked. */
export type AppendOrigin = 'client' | 'coordinator';

/** Returns the number of batches of a producer that are remembered: as many as it may have in flight (KAFKA-5494). */
export function batchesToRetain(): number {
  return 5;
}

/** Returns the sequence `by` records later: after the greatest comes 0 (KAFKA-7692, KAFKA-7693). */
export function sequenceAfter(sequence: number, by: number, maxSequence: number): number {
  const sum = sequence + by;
  return sum > maxSequence ? sum - maxSequence - 1 : sum;
}

/** Returns the remembered batch with the same epoch, first and last sequence as a retried one; null: the batch is new. */
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

/** Fences producers of an older epoch. */
export function checkProducerEpoch(state: ProducerState | undefined, producerEpoch: number): ErrorCode {
  return state !== undefined && producerEpoch < state.producerEpoch
    ? Errors.INVALID_PRODUCER_EPOCH
    : Errors.NONE;
}

/**
 * Whether a partition may have forgotten a producer: not while it has never had a record, so that no batch in flight can
 * overtake the first one there (KAFKA-15591).
 */
export function mayHaveForgotten(mapEndOffset: number): boolean {
  return mapEndOffset > 0;
}

/**
 * Checks that a batch starts where the last one of its epoch ended, and a new epoch at 0. Any sequence of an unknown
 * producer is accepted if the partition may have forgotten it (KIP-360).
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

/** A follower accepts every sequence that its leader has accepted: it may know less of the producer (KAFKA-6003). */
export function checkReplicatedSequence(
  _state: ProducerState | undefined,
  _producerEpoch: number,
  _firstSequence: number,
  _maxSequence: number,
): ErrorCode {
  return Errors.NONE;
}

/** Returns the first offset of a remembered batch. It cannot be computed from the sequences, which may have wrapped (KAFKA-7692). */
export function firstOffsetOfBatch({ firstOffset }: BatchMetadata): number {
  return firstOffset;
}

/** Refuses a marker of a coordinator that has been replaced. */
export function checkCoordinatorEpoch(state: ProducerState | undefined, coordinatorEpoch: number): ErrorCode {
  return state !== undefined && coordinatorEpoch < state.coordinatorEpoch
    ? Errors.TRANSACTION_COORDINATOR_FENCED
    : Errors.NONE;
}

/** Whether a producer is forgotten: it has written nothing for `expirationMs`, and has no open transaction. */
export function isProducerExpired(state: ProducerState, nowMs: number, expirationMs: number): boolean {
  return state.currentTxnFirstOffset < 0 && nowMs - state.lastTimestamp >= expirationMs;
}

/** Whether the state of a producer outlives the deletion of its records (KIP-360). */
export function keepsStateOfDeletedRecords(): boolean {
  return true;
}

/**
 * Whether a replica rebuilds the state of producers after a truncation. Kafka's published code does not if it knew no
 * producer before; but a producer may have expired whose transaction is open again now that its marker is truncated.
 */
export function rebuildsProducersAfterTruncation(_noneWereKnown: boolean): boolean {
  return true;
}

/** Whether a snapshot of producers is flushed: after a clean shutdown the log is not read, so a power loss must not take the snapshot (KAFKA-9892). */
export function flushesProducerSnapshot(): boolean {
  return true;
}

/**
 * Returns how far a read_committed consumer may read, exclusive: below the first record of any transaction that is open,
 * or whose marker is not yet committed. `firstUnstableOffset` is null when there is none.
 */
export function lastStableOffset(highWatermark: number, firstUnstableOffset: number | null): number {
  return firstUnstableOffset === null ? highWatermark : Math.min(highWatermark, firstUnstableOffset);
}
