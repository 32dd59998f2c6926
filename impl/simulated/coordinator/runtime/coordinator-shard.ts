import type { InternalRecord } from '../../../kafka/internal-records.ts';

/**
 * The state machine behind one partition of an internal topic (Kafka's CoordinatorShard): a fold over the committed
 * records of that log. Its runtime decides when a record is replayed; a shard reads no log and keeps no epoch of
 * another partition.
 */
export interface CoordinatorShard {
  /**
   * Applies one record of the log.
   * @param offset where the record lies
   * @param producerId of the transaction that the record belongs to; NO_PRODUCER_ID outside of transactions
   */
  replay(offset: number, producerId: number, producerEpoch: number, record: InternalRecord): void;
  /**
   * Applies the marker that ends a transaction in this log.
   * @param leaderEpoch of the leader that appended the marker: an epoch below the shard's own was loaded
   */
  replayEndTransactionMarker(
    producerId: number,
    producerEpoch: number,
    commit: boolean,
    leaderEpoch: number,
  ): void;
  /** The log has been replayed as far as it was committed when loading ended; the shard serves requests from now on. */
  onLoaded(): void;
  /** The shard's state is dropped: this broker has resigned, or coordinates in a later epoch. */
  onUnloaded(): void;
}
