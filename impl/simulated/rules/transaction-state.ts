/** The transitions of a transactional id (KIP-98; with an epoch for each transaction KIP-890). */
import type { TransactionMetadata } from '../../kafka/internal-records.ts';
import { NO_PRODUCER_EPOCH, NO_PRODUCER_ID } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import { isEpochExhausted, mayBecome } from './transaction-states.ts';

/** 1: the client adds partitions, and keeps its epoch. 2: the leader adds them, and each end takes a new epoch (KIP-890). */
export type TransactionVersion = 1 | 2;

/**
 * Whether a transition that is written may be completed. Its times do not matter: they come from the clocks of several
 * brokers, and a clock may be set back (KAFKA-5415, KAFKA-8803).
 */
export function completesTransition(
  from: Pick<TransactionMetadata, 'state' | 'startMs'>,
  to: Pick<TransactionMetadata, 'state' | 'startMs'>,
): boolean {
  return mayBecome(from.state, to.state);
}

/** Returns the state of a transactional id that no producer has used before: its first epoch will be 0. */
export function newTransactionalId(
  producerId: number,
  timeoutMs: number,
  nowMs: number,
): TransactionMetadata {
  return {
    producerId,
    previousProducerId: NO_PRODUCER_ID,
    nextProducerId: NO_PRODUCER_ID,
    producerEpoch: NO_PRODUCER_EPOCH,
    lastProducerEpoch: NO_PRODUCER_EPOCH,
    timeoutMs,
    state: 'Empty',
    partitions: [],
    startMs: -1,
    lastUpdateMs: nowMs,
    version: 1,
  };
}

/** Returns the transaction with these partitions added; it begins with its first partition. */
export function withPartitions(
  metadata: TransactionMetadata,
  partitions: readonly PartitionName[],
  version: TransactionVersion,
  nowMs: number,
): TransactionMetadata {
  const added = partitions.filter((partition) => !metadata.partitions.includes(partition));
  return {
    ...metadata,
    previousProducerId: metadata.producerId,
    state: 'Ongoing',
    partitions: [...metadata.partitions, ...added],
    startMs: metadata.state === 'Ongoing' ? metadata.startMs : nowMs,
    lastUpdateMs: nowMs,
    version,
  };
}

/** Returns the transaction with its outcome decided. With version 2 it has a new epoch, which identifies late requests. */
export function preparedEnd(
  metadata: TransactionMetadata,
  commit: boolean,
  { version, maxEpoch, nextProducerId, nowMs }: PrepareOptions,
): TransactionMetadata {
  const { producerEpoch, lastProducerEpoch, startMs } = metadata;
  const bumps = version === 2 && producerEpoch < maxEpoch;
  return {
    ...metadata,
    previousProducerId: metadata.producerId,
    nextProducerId,
    producerEpoch: bumps ? producerEpoch + 1 : producerEpoch,
    lastProducerEpoch: version === 2 ? producerEpoch : lastProducerEpoch,
    state: commit ? 'PrepareCommit' : 'PrepareAbort',
    startMs: metadata.state === 'Ongoing' ? startMs : nowMs,
    lastUpdateMs: nowMs,
    version,
  };
}

export interface PrepareOptions {
  readonly version: TransactionVersion;
  readonly maxEpoch: number;
  /** The producer id that takes over when the transaction is complete; -1: the same. */
  readonly nextProducerId: number;
  readonly nowMs: number;
  /** The coordinator ends the transaction, and fences the producer. */
  readonly fences: boolean;
}

/** Returns the identity of the producer once the transaction is complete. */
function producerAfter({ version, producerId, producerEpoch, nextProducerId }: TransactionMetadata): {
  readonly producerId: number;
  readonly producerEpoch: number;
} {
  const rotates = version === 2 && nextProducerId !== NO_PRODUCER_ID;
  return rotates ? { producerId: nextProducerId, producerEpoch: 0 } : { producerId, producerEpoch };
}

/** Returns what a coordinator that takes over knows of a transactional id: everything that was written (KAFKA-20310, KAFKA-20357). */
export function transactionFromLog(written: TransactionMetadata): TransactionMetadata {
  return written;
}

/** Returns the identity of the producer from now on, for the response to EndTxn; the markers carry the old identity (KAFKA-18660). */
export function producerInEndTxnResponse(prepared: TransactionMetadata): {
  readonly producerId: number;
  readonly producerEpoch: number;
} {
  return producerAfter(prepared);
}

/** Whether an abort by the coordinator itself changes the producer id as well when it takes the last epoch (KAFKA-20090). */
export function rotatesWhenFencing(producerEpoch: number, maxEpoch: number): boolean {
  return isEpochExhausted(producerEpoch, maxEpoch);
}

/** Returns the transaction after every partition has its marker. */
export function completedEnd(metadata: TransactionMetadata, nowMs: number): TransactionMetadata {
  return {
    ...metadata,
    ...producerAfter(metadata),
    previousProducerId: metadata.producerId,
    nextProducerId: NO_PRODUCER_ID,
    state: metadata.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort',
    partitions: [],
    lastUpdateMs: nowMs,
  };
}
