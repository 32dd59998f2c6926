/** The states of a transactional id and their order, shared by several rules. */
import type { TransactionState } from '../../kafka/internal-records.ts';

/** The states that may precede each state. With version 2 an abort is legal although nothing was written (KAFKA-18464). */
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

/** Whether the producer id has no epoch left for its producer: the last one is kept to fence it with. */
export function isEpochExhausted(producerEpoch: number, maxEpoch: number): boolean {
  return producerEpoch >= maxEpoch - 1;
}
