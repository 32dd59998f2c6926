/**
 * The contents of internal topics. Kafka serialises them into key and value; here a record carries them as an object, and
 * its value describes them.
 */
import type { PartitionName } from './partition-name.ts';

export const TRANSACTION_STATE_TOPIC = '__transaction_state';
export const CONSUMER_OFFSETS_TOPIC = '__consumer_offsets';

/** Topics that brokers write themselves: no client sends to them. */
export function isInternalTopic(topic: string): boolean {
  return topic === TRANSACTION_STATE_TOPIC || topic === CONSUMER_OFFSETS_TOPIC;
}

/** Kafka's states of a transactional id; PrepareEpochFence is only ever pending, Dead is a tombstone. */
export type TransactionState =
  | 'Empty'
  | 'Ongoing'
  | 'PrepareCommit'
  | 'PrepareAbort'
  | 'CompleteCommit'
  | 'CompleteAbort'
  | 'Dead'
  | 'PrepareEpochFence';

/** The full state of a transactional id, as each transition writes it to the transaction log. Times: the coordinator's wall clock in ms. */
export interface TransactionMetadata {
  readonly producerId: number;
  /** The producer id before the last transition; -1: none. */
  readonly previousProducerId: number;
  /** The producer id after the end of the transaction, because the epochs of the present one are used up; -1: none. */
  readonly nextProducerId: number;
  readonly producerEpoch: number;
  /** The epoch that the producer may still have, because it has not received the last one; -1: none. */
  readonly lastProducerEpoch: number;
  readonly timeoutMs: number;
  readonly state: TransactionState;
  readonly partitions: readonly PartitionName[];
  /** -1 outside of a transaction that has a partition. */
  readonly startMs: number;
  readonly lastUpdateMs: number;
  /** The protocol in which the client last ended or began a transaction (KIP-890): 2 has an epoch for each transaction. */
  readonly version: 1 | 2;
}

/** A record of an internal topic; null is a tombstone. */
export type InternalRecord =
  | {
      readonly type: 'transaction';
      readonly transactionalId: string;
      readonly metadata: TransactionMetadata | null;
    }
  | {
      readonly type: 'offset';
      readonly group: string;
      readonly partition: PartitionName;
      /** The next offset to be read. */
      readonly offset: number | null;
    };

/** Returns the partition of an internal topic that a key belongs to: Java's `String.hashCode`, made positive. */
export function internalPartitionOf(key: string, partitions: number): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0;
  return (hash & 0x7fffffff) % partitions;
}
