/**
 * What the transaction coordinator answers (KIP-98, KIP-360, KIP-890). It has one transition under way for a
 * transactional id at most; whoever else asks meanwhile comes back later.
 */
import type { TransactionMetadata, TransactionState } from '../../kafka/internal-records.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { NO_PRODUCER_EPOCH } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import { isEpochExhausted, isPreparing } from './transaction-states.ts';

/** A transactional id as its coordinator knows it: what is in the log, and what is on its way there. */
export interface TransactionEntry {
  readonly metadata: TransactionMetadata;
  /** The state of a write that has not come back. */
  readonly pending: TransactionState | null;
  /** A fence did not get into the log for certain; its epoch was given to nobody (KAFKA-9666). */
  readonly failedFence: boolean;
}

/** Who a client says it is. */
export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

const refuse = (error: ErrorCode) => ({ is: 'refused', error }) as const;

/**
 * A write is under way, or markers are. Whoever asks comes back when it is done; before anything else is looked at, for
 * with the end a producer may get another id, which it knows before the coordinator has it (KAFKA-18464).
 */
function isChanging({ metadata, pending }: Pick<TransactionEntry, 'metadata' | 'pending'>): boolean {
  return pending !== null || isPreparing(metadata.state);
}

// InitProducerId.

export type InitProducerIdDecision =
  | { readonly is: 'refused'; readonly error: ErrorCode }
  /** The open transaction is to be aborted first, and its producer fenced; the client asks again. */
  | { readonly is: 'fence' }
  /** The producer id has no epochs left: another one, from epoch 0. */
  | { readonly is: 'rotate'; readonly lastProducerEpoch: number }
  | { readonly is: 'epoch'; readonly producerEpoch: number; readonly lastProducerEpoch: number };

/** `expected`: who the client was (KIP-360); null for one that has just started. */
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

/** The present one; or the one before, whose epochs were used up and which has not heard of its successor. */
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
  // A new process: whoever had an epoch before is fenced, with nothing to go back to.
  if (expected === null) {
    return { is: 'epoch', producerEpoch: producerEpoch + 1, lastProducerEpoch: NO_PRODUCER_EPOCH };
  }
  if (current || producerEpoch === NO_PRODUCER_EPOCH) {
    return { is: 'epoch', producerEpoch: producerEpoch + 1, lastProducerEpoch: producerEpoch };
  }
  // A retry of what was answered before: the same answer.
  if (expected.producerEpoch === lastProducerEpoch) return { is: 'epoch', producerEpoch, lastProducerEpoch };
  return refuse(otherEpoch(metadata, expected));
}

/**
 * The epoch that a fence is written with: the next one (KAFKA-5231), or again that of a fence that may not have been
 * written (KAFKA-9666). Null: there is none left, and the transaction cannot be aborted.
 */
export function fencingEpoch({ metadata, failedFence }: TransactionEntry, maxEpoch: number): number | null {
  const { producerEpoch } = metadata;
  if (failedFence) return producerEpoch;
  return producerEpoch < maxEpoch ? producerEpoch + 1 : null;
}

/** With which epoch a transaction is aborted whose time is over: not its producer's, who may come back (KAFKA-6119). */
export function timeoutEpoch(_entry: TransactionEntry, fencing: number | null): number | null {
  return fencing;
}

// AddPartitionsToTxn.

export type AddPartitionsDecision =
  { readonly is: 'refused'; readonly error: ErrorCode } | { readonly is: 'there' } | { readonly is: 'add' };

/** What is added must be in the log before anybody writes to the partition. */
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

/** Whether a leader may append to the partition in the name of the transaction (KIP-890, first part). */
export function verifyPartition(
  { metadata }: TransactionEntry,
  producer: ProducerIdentity,
  partition: PartitionName,
): ErrorCode {
  // A write under way is no hindrance: the append itself is the last check.
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
 * An older epoch is fenced, and so is any of a producer id whose epochs were used up. A newer one was given by another
 * coordinator: this one has been replaced and has not heard of it. Kafka's published code fences whoever is newer, too.
 */
function otherEpoch(metadata: TransactionMetadata, producer: ProducerIdentity): ErrorCode {
  const isNewer =
    producer.producerId === metadata.producerId && producer.producerEpoch > metadata.producerEpoch;
  return isNewer ? Errors.NOT_COORDINATOR : Errors.PRODUCER_FENCED;
}

// EndTxn.

export type EndTransactionDecision =
  | { readonly is: 'refused'; readonly error: ErrorCode }
  /** It is over, as asked: a retry is told what the first answer said. */
  | { readonly is: 'done' }
  /** `rotates`: the producer gets a new producer id with the end, for its epochs are used up. */
  | { readonly is: 'prepare'; readonly rotates: boolean };

export interface EndTransactionRequest extends ProducerIdentity {
  readonly commit: boolean;
}

/** Version 1: one epoch for many transactions, so that a late EndTxn cannot be told from a timely one (KAFKA-17754). */
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
 * Version 2 (KIP-890, second part): a retry has the epoch before the present one, and is told the present one. An
 * abort of nothing is an end, too, with its own epoch: the leader may have added a partition whose answer was lost.
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
  // Epochs of two producer ids have no order: the newer id began with 0.
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

/** A transactional id that nobody has used for `transactional.id.expiration.ms` is forgotten, but never an open transaction. */
export function isExpired(entry: TransactionEntry, nowMs: number, expirationMs: number): boolean {
  const { state, lastUpdateMs } = entry.metadata;
  const atRest = state === 'Empty' || state === 'CompleteCommit' || state === 'CompleteAbort';
  return entry.pending === null && atRest && lastUpdateMs + expirationMs <= nowMs;
}

// Writes to the transaction log.

/** What a client is told when the coordinator could not write. */
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
 * Whether a transition whose write failed is given up, so that the next one may be tried (KAFKA-7519). The last step,
 * whose markers are out, is not: it is written again.
 */
export function clearsPending(next: TransactionState, error: ErrorCode): boolean {
  const last = next === 'CompleteCommit' || next === 'CompleteAbort';
  return !(last && error === Errors.COORDINATOR_NOT_AVAILABLE);
}

// Leadership of the log.

/**
 * Whether a coordinator that has read its log back, up to an offset, exclusive, may act on it: when all of that is
 * committed, for else the next coordinator may know nothing of it. Kafka's published code acts on it at once.
 */
export function mayServeLoadedLog(highWatermark: number, loadedTo: number): boolean {
  return highWatermark >= loadedTo;
}

// Markers.

/** A coordinator that takes over an outcome that is decided brings the markers around again (KAFKA-9307). */
export function resendsMarkersOnLoad(state: TransactionState): boolean {
  return isPreparing(state);
}

/** Whether an answer is about the markers that are under way: those of an earlier term of the coordinator are others (KAFKA-16352). */
export function isAnswerToMarkers(
  pendingCoordinatorEpoch: number,
  answeredCoordinatorEpoch: number,
): boolean {
  return pendingCoordinatorEpoch === answeredCoordinatorEpoch;
}

/** After the answer to a marker: the partition is done, the marker is sent again, or somebody newer sees to it. */
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
