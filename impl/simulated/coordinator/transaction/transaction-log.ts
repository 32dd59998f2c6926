/** The records of the transaction log (Kafka's TransactionLog). */
import type { TransactionMetadata } from '../../../kafka/internal-records.ts';
import { plainBatch } from '../../../kafka/records.ts';
import type { UnplacedBatch } from '../../../kafka/records.ts';

/** The record belongs to no operation of a client. */
const NO_OPERATION = -1;

/** Returns the record of a transition; `metadata` null makes a tombstone. `timestamp`: the coordinator's wall clock in ms. */
export function transactionRecord(
  transactionalId: string,
  metadata: TransactionMetadata | null,
  timestamp: number,
): UnplacedBatch {
  const internal = { type: 'transaction', transactionalId, metadata } as const;
  const value = metadata === null ? 'forgotten' : describe(metadata);
  return plainBatch([{ key: transactionalId, value, timestamp, op: NO_OPERATION, internal }]);
}

function describe({ state, producerId, producerEpoch, partitions }: TransactionMetadata): string {
  const where = partitions.length === 0 ? '' : ` on ${partitions.join(' ')}`;
  return `${state}, producer ${producerId} in epoch ${producerEpoch}${where}`;
}
