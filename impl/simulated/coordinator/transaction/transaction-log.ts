/**
 * The transaction log (Kafka's TransactionLog): the last record of a transactional id says how it stands. Kafka
 * compacts it; replaying the whole of it comes to the same.
 */
import type { TransactionMetadata } from '../../../kafka/internal-records.ts';
import { plainBatch } from '../../../kafka/records.ts';
import type { RecordBatch, UnplacedBatch } from '../../../kafka/records.ts';

/** No operation of a client wrote it. */
const BROKERS_OWN = -1;

/** `metadata` null: a tombstone. */
export function transactionRecord(
  transactionalId: string,
  metadata: TransactionMetadata | null,
  timestamp: number,
): UnplacedBatch {
  const internal = { type: 'transaction', transactionalId, metadata } as const;
  const value = metadata === null ? 'forgotten' : inWords(metadata);
  return plainBatch([{ key: transactionalId, value, timestamp, op: BROKERS_OWN, internal }]);
}

export function replayTransactions(batches: Iterable<RecordBatch>): Map<string, TransactionMetadata> {
  const known = new Map<string, TransactionMetadata>();
  for (const { records } of batches) {
    for (const { internal } of records) {
      if (internal?.type !== 'transaction') continue;
      if (internal.metadata === null) known.delete(internal.transactionalId);
      else known.set(internal.transactionalId, internal.metadata);
    }
  }
  return known;
}

function inWords({ state, producerId, producerEpoch, partitions }: TransactionMetadata): string {
  const where = partitions.length === 0 ? '' : ` on ${partitions.join(' ')}`;
  return `${state}, producer ${producerId} in epoch ${producerEpoch}${where}`;
}
