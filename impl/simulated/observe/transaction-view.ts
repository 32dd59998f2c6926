import type { TransactionMetadata, TransactionState } from '../../kafka/internal-records.ts';

/** A transactional id in the memory of its coordinator, as observers see it. */
export interface TransactionView {
  readonly transactionalId: string;
  readonly metadata: TransactionMetadata;
  /** The state that a write which is under way leads to; null while none is. */
  readonly pending: TransactionState | null;
  readonly failedFence: boolean;
  /** The last write came back with an error, and may be in the log all the same. */
  readonly writeInDoubt: boolean;
}
