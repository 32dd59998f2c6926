import { describe, expect, test } from 'vitest';

import { transactionRecord } from '../../coordinator/transaction/transaction-log.ts';
import { CachedTransaction } from '../../coordinator/transaction/transaction-shard.ts';
import { PartitionLog } from '../../log/partition-log.ts';
import type { TransactionMetadata } from '../../../kafka/internal-records.ts';
import {
  completedEnd,
  newTransactionalId,
  preparedEnd,
  withPartitions,
} from '../../rules/transaction-state.ts';
import { Disk } from '../../kernel/disk.ts';
import { CommittedTransactions, type Ended } from './committed-transactions.ts';

const empty: TransactionMetadata = { ...newTransactionalId(7, 1000, 0), producerEpoch: 0 };
const ongoing = withPartitions(empty, ['t-0', 't-1'], 2, 0);
const prepared = (nextProducerId = -1): TransactionMetadata =>
  preparedEnd(ongoing, true, { version: 2, maxEpoch: 99, nextProducerId, fences: false, nowMs: 0 });

/** Commits states of the transactional id `id` in turn; null: it is forgotten. */
function committed(...states: (TransactionMetadata | null)[]): {
  transactions: CommittedTransactions;
  ended: readonly Ended[];
} {
  const log = new PartitionLog('__transaction_state-0', new Disk());
  const transactions = new CommittedTransactions();
  const ended = states.flatMap((metadata) =>
    transactions.apply(log.appendAsLeader(transactionRecord('id', metadata, 0), 0)),
  );
  return { transactions, ended };
}

describe('a partition', () => {
  test('is listed from its record on until the transaction is complete', () => {
    const listed = (...states: (TransactionMetadata | null)[]): boolean =>
      committed(...states).transactions.lists(7, 't-1');
    expect(listed(empty)).toBe(false);
    expect(listed(empty, ongoing)).toBe(true);
    expect(listed(empty, ongoing, prepared())).toBe(true);
    expect(listed(empty, ongoing, prepared(), completedEnd(prepared(), 0))).toBe(false);
  });

  test('is returned when the transaction is complete, under the producer id that it had', () => {
    const { ended } = committed(empty, ongoing, prepared(8), completedEnd(prepared(8), 0), null);
    expect(ended).toEqual([{ producerId: 7, partitions: ['t-0', 't-1'] }]);
  });
});

describe('the cache of a coordinator', () => {
  const { transactions } = committed(empty, ongoing);
  const said = (metadata: TransactionMetadata, change: Partial<CachedTransaction> = {}): string | null =>
    transactions.mismatch([Object.assign(new CachedTransaction('id', metadata), change)]);

  test('equals its log', () => {
    expect(said(ongoing)).toBeNull();
    expect(said(empty)).toBe(
      'the coordinator has id in Empty, producer 7 in epoch 0, its log says Ongoing, producer 7 in epoch 0 on t-0 t-1',
    );
    expect(transactions.mismatch([new CachedTransaction('other', empty)])).toContain('its log says nothing');
  });

  test('may differ while a write is in flight or in doubt', () => {
    expect(said(empty, { pending: 'Ongoing' })).toBeNull();
    expect(said(empty, { failedFence: true })).toBeNull();
    expect(said(empty, { writeInDoubt: true })).toBeNull();
  });
});
