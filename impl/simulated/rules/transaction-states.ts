/** The states of a transactional id, and which may follow which: what several rules share, and no rule by itself. */
import type { TransactionState } from '../../kafka/internal-records.ts';

/** From which states each may come. With version 2 an abort may come although nothing was written (KAFKA-18464). */
const FROM: Readonly<Record<TransactionState, readonly TransactionState[]>> = {
  Empty: ['Empty', 'CompleteCommit', 'CompleteAbort'],
  Ongoing: ['Ongoing', 'Empty', 'CompleteCommit', 'CompleteAbort'],
  PrepareCommit: ['Ongoing'],
  PrepareAbort: ['Ongoing', 'PrepareEpochFence', 'Empty', 'CompleteCommit', 'CompleteAbort'],
  CompleteCommit: ['PrepareCommit'],
  CompleteAbort: ['PrepareAbort'],
  Dead: ['Empty', 'CompleteCommit', 'CompleteAbort'],
  PrepareEpochFence: ['Ongoing'],
};

export function mayBecome(from: TransactionState, to: TransactionState): boolean {
  return FROM[to].includes(from);
}

export const isPreparing = (state: TransactionState): boolean =>
  state === 'PrepareCommit' || state === 'PrepareAbort';

/** The last epoch but one: one more must be left to fence its producer with. */
export function isEpochExhausted(producerEpoch: number, maxEpoch: number): boolean {
  return producerEpoch >= maxEpoch - 1;
}
