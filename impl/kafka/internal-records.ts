/**
 * What brokers keep in internal topics. Kafka serialises it into key and value; here a record carries it as it
 * is, and its value says it in words.
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

/** The full state of a transactional id: what the transaction log says of it at each transition. Times are the coordinator's wall clock in ms. */
export interface TransactionMetadata {
  readonly producerId: number;
  /** The one before the last transition; -1: none. */
  readonly previousProducerId: number;
  /** The one that the end of the transaction brings into force, because the epochs of the present one are used up; -1: none. */
  readonly nextProducerId: number;
  readonly producerEpoch: number;
  /** The epoch that the producer may still have, because it has not heard of the last one; -1: none. */
  readonly lastProducerEpoch: number;
  readonly timeoutMs: number;
  readonly state: TransactionState;
  readonly partitions: readonly PartitionName[];
  /** -1 outside of a transaction that has a partition. */
  readonly startMs: number;
  readonly lastUpdateMs: number;
  /** In which protocol the client ended or began its transaction last (KIP-890): 2 has an epoch for each transaction. */
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
      /** The next to be read. */
      readonly offset: number | null;
    };

/** Kafka's way from a key to a partition of an internal topic: Java's `String.hashCode`, made positive. */
export function internalPartitionOf(key: string, partitions: number): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0;
  return (hash & 0x7fffffff) % partitions;
}
