import type { TransactionMetadata } from '../../../kafka/internal-records.ts';
import type { RecordBatch } from '../../../kafka/records.ts';
import type { PartitionName } from '../../../kafka/partition-name.ts';
import type { TransactionEntry } from '../../rules/transaction-coordinator.ts';
import { isPreparing } from '../../rules/transaction-states.ts';

/** A transactional id in the memory of a coordinator. */
export interface Cached extends TransactionEntry {
  readonly transactionalId: string;
  readonly writeInDoubt: boolean;
}

/** A transaction whose markers are all written, by the log of transactions. */
export interface Ended {
  readonly producerId: number;
  readonly partitions: readonly PartitionName[];
}

/** Replays what is committed in the log of transactions. */
export class CommittedTransactions {
  readonly #byId = new Map<string, TransactionMetadata>();
  readonly #byProducer = new Map<number, TransactionMetadata>();

  /** Applies a batch, and returns the transactions that it completes. */
  apply({ records }: RecordBatch): readonly Ended[] {
    const ended: Ended[] = [];
    for (const { internal } of records) {
      if (internal?.type !== 'transaction') continue;
      const { transactionalId, metadata } = internal;
      const before = this.#byId.get(transactionalId);
      if (before !== undefined) this.#byProducer.delete(before.producerId);
      if (metadata === null) {
        this.#byId.delete(transactionalId);
        continue;
      }
      this.#byId.set(transactionalId, metadata);
      this.#byProducer.set(metadata.producerId, metadata);
      if (before !== undefined && isPreparing(before.state) && !isPreparing(metadata.state)) {
        ended.push({ producerId: before.producerId, partitions: before.partitions });
      }
    }
    return ended;
  }

  /** Whether a coordinator lists the partition in a transaction of the producer, and so will end it there. */
  lists(producerId: number, partition: PartitionName): boolean {
    return this.#byProducer.get(producerId)?.partitions.includes(partition) === true;
  }

  /**
   * Compares the memory of a coordinator with its log, except for ids with a write in flight, or one that failed and may
   * be in the log nevertheless. Returns null when they agree, else what differs.
   */
  mismatch(cached: Iterable<Cached>): string | null {
    for (const { transactionalId, metadata, pending, failedFence, writeInDoubt } of cached) {
      if (pending !== null || failedFence || writeInDoubt) continue;
      const committed = this.#byId.get(transactionalId);
      if (committed === metadata) continue;
      return `the coordinator has ${transactionalId} in ${inWords(metadata)}, its log says ${inWords(committed)}`;
    }
    return null;
  }
}

function inWords(metadata: TransactionMetadata | undefined): string {
  if (metadata === undefined) return 'nothing';
  const { state, producerId, producerEpoch, partitions } = metadata;
  const where = partitions.length === 0 ? '' : ` on ${partitions.join(' ')}`;
  return `${state}, producer ${producerId} in epoch ${producerEpoch}${where}`;
}
