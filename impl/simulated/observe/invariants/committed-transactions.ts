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

/** A transaction whose markers are all written, as the log of transactions says. */
export interface Ended {
  readonly producerId: number;
  readonly partitions: readonly PartitionName[];
}

/** A replay of what is committed in the log of transactions. */
export class CommittedTransactions {
  readonly #byId = new Map<string, TransactionMetadata>();
  readonly #byProducer = new Map<number, TransactionMetadata>();

  /** Returns the transactions that are over with this. */
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

  /** Whether a transaction of the producer there is one that some coordinator will end. */
  lists(producerId: number, partition: PartitionName): boolean {
    return this.#byProducer.get(producerId)?.partitions.includes(partition) === true;
  }

  /**
   * What a coordinator has in its memory is what its log says, unless a write is on its way, or came back with an
   * error and may be there all the same. Null: it is so; else what is wrong.
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
