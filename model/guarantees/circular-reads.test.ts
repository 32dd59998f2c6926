import { expect, test } from 'vitest';

import { LedgerRecord } from '../ledger/ledger-record.ts';
import { OffsetMap } from '../ledger/offset-map.ts';
import { ReadSpan } from '../ledger/read-span.ts';
import { Transaction } from '../ledger/transaction.ts';
import { circularReads } from './circular-reads.ts';

/** Transactions 0 to `count - 1`; in each pair the first reads from the second. */
function reading(
  count: number,
  pairs: readonly (readonly [reader: number, writer: number])[],
): Transaction[] {
  const transactions = Array.from({ length: count }, (_, op) => {
    const event = { type: 'invoke', f: 'begin', op, process: `p${op}`, timeUs: 0 } as const;
    return new Transaction({ position: op, event }, null);
  });
  const entry = { topic: 'orders', partition: 0, from: 0, to: 0, records: [] };
  const poll = { type: 'ok', f: 'poll', op: 0, process: 'p', timeUs: 0, partitions: [entry] } as const;
  const span = new ReadSpan(poll, entry, 0, true, new OffsetMap(), []);
  for (const [reader, writer] of pairs) {
    const [from, to] = [transactions[writer], transactions[reader]];
    if (from === undefined || to === undefined) continue;
    to.readFrom ??= new Map();
    to.readFrom.set(from, { record: new LedgerRecord('v'), offset: 0, span });
  }
  return transactions;
}

function cycles(transactions: readonly Transaction[]): number[][] {
  const readers = transactions.filter(({ readFrom }) => readFrom !== null);
  return circularReads(readers).map((cycle) => cycle.map(({ op }) => op));
}

test('reads that branch and meet again form no cycle', () => {
  expect(
    cycles(
      reading(4, [
        [0, 1],
        [0, 2],
        [1, 3],
        [2, 3],
      ]),
    ),
  ).toEqual([]);
});

test('each strongly connected component gives one cycle, the shortest through its first transaction', () => {
  const knots = reading(6, [
    [0, 1],
    [1, 2],
    [2, 0],
    [1, 0],
    [2, 3],
    [3, 4],
    [4, 5],
    [5, 3],
  ]);
  const found = cycles(knots).map((cycle) => cycle.sort((left, right) => left - right));
  expect(found).toEqual([
    [3, 4, 5],
    [0, 1],
  ]);
});

test('a cycle of a hundred thousand transactions is found without a deep stack, in linear time', () => {
  const count = 100_000;
  const ring = reading(
    count,
    Array.from({ length: count }, (_, index) => [index, (index + 1) % count] as const),
  );
  expect(cycles(ring)[0]).toHaveLength(count);
});
