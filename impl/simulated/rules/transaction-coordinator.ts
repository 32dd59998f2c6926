/**
 * The decisions of the transaction coordinator (KIP-98, KIP-360, KIP-890). At most one transition of a transactional id is
 * pending; other requests are refused meanwhile, and retried.
 */
import type { TransactionMetadata, TransactionState } from '../../kafka/internal-records.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { NO_PRODUCER_EPOCH } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import { isEpochExhausted, isPreparing } from './transaction-states.ts';

/** A transactional id as its coordinator knows it: what is in the log, and the write that is in flight. */
export interface TransactionEntry {
  readonly metadata: TransactionMetadata;
  /** The state that a write in flight leads to; null: none. */
  readonly pending: TransactionState | null;
  /** A fence was not certainly written to the log; no producer got its epoch (KAFKA-9666). */
  readonly failedFence: boolean;
}

/** The producer id and epoch that a client sends. */
export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

const refuse = (error: ErrorCode) => ({ is: 'refused', error }) as const;

/**
 * Whether a write or markers are in flight. It is checked before anything else: with the end of a transaction a producer may
 * get another id, which it knows before the transition is complete (KAFKA-18464).
 */
function isChanging({ metadata, pending }: Pick<TransactionEntry, 'metadata' | 'pending'>): boolean {
  return pending !== null || isPreparing(metadata.state);
}

// InitProducerId.

export type InitProducerIdDecision =
  | { readonly is: 'refused'; readonly error: ErrorCode }
  /** The open transaction must be aborted first, and its producer fenced; the client retries. */
  | { readonly is: 'fence' }
  /** The producer id has no epochs left: another id, from epoch 0. */
  | { readonly is: 'rotate'; readonly lastProducerEpoch: number }
  | { readonly is: 'epoch'; readonly producerEpoch: number; readonly lastProducerEpoch: number };

/** `expected`: the identity that the client had (KIP-360); null for a client that has just started. */
export function initProducerId(
  { metadata, pending }: TransactionEntry,
  expected: ProducerIdentity | null,
  maxEpoch: number,
): InitProducerIdDecision {
  if (isChanging({ metadata, pending })) return refuse(Errors.CONCURRENT_TRANSACTIONS);
  if (expected !== null && !isKnownProducer(metadata, expected, maxEpoch)) {
    return refuse(Errors.PRODUCER_FENCED);
  }
  if (metadata.state === 'Ongoing') return { is: 'fence' };
  return nextEpoch(metadata, expected, maxEpoch);
}

/** Whether the client is the current producer, or the previous one, whose epochs are used up and which does not know its new id. */
function isKnownProducer(
  metadata: TransactionMetadata,
  expected: ProducerIdentity,
  maxEpoch: number,
): boolean {
  if (metadata.producerEpoch === NO_PRODUCER_EPOCH || expected.producerId === metadata.producerId)
    return true;
  return (
    expected.producerId === metadata.previousProducerId && isEpochExhausted(expected.producerEpoch, maxEpoch)
  );
}

function nextEpoch(
  metadata: TransactionMetadata,
  expected: ProducerIdentity | null,
  maxEpoch: number,
): InitProducerIdDecision {
  const { producerEpoch, lastProducerEpoch } = metadata;
  const current = expected === null || expected.producerEpoch === producerEpoch;
  if (current && isEpochExhausted(producerEpoch, maxEpoch)) {
    return { is: 'rotate', lastProducerEpoch: expected === null ? NO_PRODUCER_EPOCH : producerEpoch };
  }
  // A new process: the producer before it is fenced, and cannot return to an earlier epoch.
  if (expected === null) {
    return { is: 'epoch', producerEpoch: producerEpoch + 1, lastProducerEpoch: NO_PRODUCER_EPOCH };
  }
  if (current || producerEpoch === NO_PRODUCER_EPOCH) {
    return { is: 'epoch', producerEpoch: producerEpoch + 1, lastProducerEpoch: producerEpoch };
  }
  // A retry of an earlier request: the same answer.
  if (expected.producerEpoch === lastProducerEpoch) return { is: 'epoch', producerEpoch, lastProducerEpoch };
  return refuse(otherEpoch(metadata, expected));
}

/**
 * Returns the epoch of a fence: the next one (KAFKA-5231), or again that of a fence that may not have been written
 * (KAFKA-9666). Null: none is left, and the transaction cannot be aborted.
 */
export function fencingEpoch({ metadata, failedFence }: TransactionEntry, maxEpoch: number): number | null {
  const { producerEpoch } = metadata;
  if (failedFence) return producerEpoch;
  return producerEpoch < maxEpoch ? producerEpoch + 1 : null;
}

/** Returns the epoch with which a timed-out transaction is aborted: not that of its producer, which may resume (KAFKA-6119). */
export function timeoutEpoch(_entry: TransactionEntry, fencing: number | null): number | null {
  return fencing;
}

// AddPartitionsToTxn.

export type AddPartitionsDecision =
  | { readonly is: 'refused'; readonly error: ErrorCode }
  | { readonly is: 'there' }
  | { readonly is: 'add' };

/** Decides about partitions that a client adds: they must be in the log before the client writes to them. */
export function addPartitions(
  entry: TransactionEntry,
  producer: ProducerIdentity,
  partitions: readonly PartitionName[],
): AddPartitionsDecision {
  if (isChanging(entry)) return refuse(Errors.CONCURRENT_TRANSACTIONS);
  const { metadata } = entry;
  const error = checkProducer(metadata, producer);
  if (error !== Errors.NONE) return refuse(error);
  const there = partitions.every((partition) => metadata.partitions.includes(partition));
  return metadata.state === 'Ongoing' && there ? { is: 'there' } : { is: 'add' };
}

/** Verifies for a leader that the partition is part of the transaction (KIP-890, first part). */
export function verifyPartition(
  { metadata }: TransactionEntry,
  producer: ProducerIdentity,
  partition: PartitionName,
): ErrorCode {
  // A pending write does not matter: the leader checks again at the append.
  if (isPreparing(metadata.state)) return Errors.CONCURRENT_TRANSACTIONS;
  const error = checkProducer(metadata, producer);
  if (error !== Errors.NONE) return error;
  return metadata.partitions.includes(partition) ? Errors.NONE : Errors.TRANSACTION_ABORTABLE;
}

function checkProducer(metadata: TransactionMetadata, producer: ProducerIdentity): ErrorCode {
  if (metadata.producerId !== producer.producerId) return Errors.INVALID_PRODUCER_ID_MAPPING;
  return metadata.producerEpoch === producer.producerEpoch ? Errors.NONE : otherEpoch(metadata, producer);
}

/**
 * Returns the error for a producer with another epoch. An older epoch is fenced, and so is any epoch of a former producer
 * id. A newer epoch comes from another coordinator: this one has been replaced and does not know it yet. Kafka's published
 * code fences a newer epoch as well.
 */
function otherEpoch(metadata: TransactionMetadata, producer: ProducerIdentity): ErrorCode {
  const isNewer =
    producer.producerId === metadata.producerId && producer.producerEpoch > metadata.producerEpoch;
  return isNewer ? Errors.NOT_COORDINATOR : Errors.PRODUCER_FENCED;
}

// EndTxn.

export type EndTransactionDecision =
  | { readonly is: 'refused'; readonly error: ErrorCode }
  /** It is complete with that outcome: a retry gets the same answer as the first request. */
  | { readonly is: 'done' }
  /** `rotates`: the producer gets a new producer id with the end because its epochs are used up. */
  | { readonly is: 'prepare'; readonly rotates: boolean };

export interface EndTransactionRequest extends ProducerIdentity {
  readonly commit: boolean;
}

/** Version 1: one epoch for many transactions, so that a late EndTxn cannot be distinguished from a timely one (KAFKA-17754). */
export function endTransactionV1(
  entry: TransactionEntry,
  { commit, ...producer }: EndTransactionRequest,
): EndTransactionDecision {
  if (isChanging(entry)) return refuse(Errors.CONCURRENT_TRANSACTIONS);
  const { metadata } = entry;
  const error = checkProducer(metadata, producer);
  if (error !== Errors.NONE) return refuse(error);
  if (metadata.state === 'Ongoing') return { is: 'prepare', rotates: false };
  return metadata.state === (commit ? 'CompleteCommit' : 'CompleteAbort')
    ? { is: 'done' }
    : refuse(Errors.INVALID_TXN_STATE);
}

/**
 * Version 2 (KIP-890, second part): a retry has the epoch before the current one, and the answer has the current one. An
 * abort of an empty transaction takes a new epoch as well: the leader may have added a partition whose answer was lost.
 */
export function endTransactionV2(
  entry: TransactionEntry,
  asked: EndTransactionRequest,
  maxEpoch: number,
): EndTransactionDecision {
  const { producerId, producerEpoch, commit } = asked;
  if (isChanging(entry)) return refuse(Errors.CONCURRENT_TRANSACTIONS);
  const { metadata } = entry;
  const { state } = metadata;
  const same = metadata.producerId === producerId;
  const rotated =
    !same &&
    metadata.previousProducerId === producerId &&
    producerEpoch === maxEpoch - 1 &&
    metadata.producerEpoch === 0;
  if (!same && !rotated) return refuse(Errors.INVALID_PRODUCER_ID_MAPPING);
  const ended = state === 'CompleteCommit' || state === 'CompleteAbort';
  if (ended && (rotated || metadata.producerEpoch === producerEpoch + 1)) {
    return state === (commit ? 'CompleteCommit' : 'CompleteAbort')
      ? { is: 'done' }
      : refuse(Errors.INVALID_TXN_STATE);
  }
  // Epochs of two producer ids cannot be compared: the newer id started with 0.
  if (rotated) return refuse(Errors.PRODUCER_FENCED);
  if (metadata.producerEpoch !== producerEpoch) return refuse(otherEpoch(metadata, asked));
  if (commit && state !== 'Ongoing') return refuse(Errors.INVALID_TXN_STATE);
  return { is: 'prepare', rotates: isEpochExhausted(producerEpoch, maxEpoch) };
}

// Time.

export function isTimedOut(entry: TransactionEntry, nowMs: number): boolean {
  const { state, startMs, timeoutMs } = entry.metadata;
  return entry.pending === null && state === 'Ongoing' && startMs + timeoutMs < nowMs;
}

/** Whether a transactional id is forgotten: unused for `transactional.id.expiration.ms`, and without an open transaction. */
export function isExpired(entry: TransactionEntry, nowMs: number, expirationMs: number): boolean {
  const { state, lastUpdateMs } = entry.metadata;
  const isIdle = state === 'Empty' || state === 'CompleteCommit' || state === 'CompleteAbort';
  return entry.pending === null && isIdle && lastUpdateMs + expirationMs <= nowMs;
}

// Writes to the transaction log.

/** Returns the error for a client when the coordinator could not write. */
export function coordinatorError(error: ErrorCode): ErrorCode {
  switch (error) {
    case Errors.NONE:
      return Errors.NONE;
    case Errors.NOT_LEADER_OR_FOLLOWER:
      return Errors.NOT_COORDINATOR;
    default:
      return Errors.COORDINATOR_NOT_AVAILABLE;
  }
}

/**
 * Whether a transition whose write failed is given up, so that the next one may be tried (KAFKA-7519). The completion is
 * not: its markers are written, and the coordinator retries it.
 */
export function clearsPending(next: TransactionState, error: ErrorCode): boolean {
  const last = next === 'CompleteCommit' || next === 'CompleteAbort';
  return !(last && error === Errors.COORDINATOR_NOT_AVAILABLE);
}

// Leadership of the log.

/**
 * Whether a coordinator that has loaded its log up to an offset (exclusive) may act on it: only when all of it is
 * committed, because otherwise the next coordinator may not have it. Kafka's published code acts on it at once.
 */
export function mayServeLoadedLog(highWatermark: number, loadedTo: number): boolean {
  return highWatermark >= loadedTo;
}

// Markers.

/** Whether a coordinator that takes over sends the markers of a transaction again: when its outcome is decided (KAFKA-9307). */
export function resendsMarkersOnLoad(state: TransactionState): boolean {
  return isPreparing(state);
}

/** Whether a response is about the markers in flight, and not about those of an earlier coordinator epoch (KAFKA-16352). */
export function isAnswerToMarkers(
  pendingCoordinatorEpoch: number,
  answeredCoordinatorEpoch: number,
): boolean {
  return pendingCoordinatorEpoch === answeredCoordinatorEpoch;
}

/** Returns what follows the response to a marker: the partition is done, the marker is sent again, or a newer coordinator sends it. */
export function afterMarker(error: ErrorCode): 'done' | 'again' | 'leave' {
  switch (error) {
    case Errors.NONE:
      return 'done';
    case Errors.INVALID_PRODUCER_EPOCH:
    case Errors.TRANSACTION_COORDINATOR_FENCED:
      return 'leave';
    default:
      return 'again';
  }
}
