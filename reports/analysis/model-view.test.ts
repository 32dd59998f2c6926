import { expect, test } from 'vitest';

import { exampleReport } from '../testing/example-run.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { isReadTooEarly, knownRecords, knownTransactions } from './model-view.ts';
import { transactionalReport } from '../testing/transactional-run.ts';

const { entries } = traceOf(exampleReport().result);
const place = { topic: 'orders', partition: 0 };
const seqOf = (outcome: string, op: number): number =>
  entries.find(({ kind, ...entry }) => {
    if (kind !== 'history' || !('event' in entry) || entry.event.type === 'cluster') return false;
    return entry.event.type === outcome && entry.event.op === op;
  })?.seq ?? -1;

test('a send binds nobody before it is acknowledged', () => {
  expect(knownRecords(entries, place, seqOf('ok', 3) - 1).map(({ value }) => value)).toEqual([
    'v1',
    'v2',
    'v3',
  ]);
  expect(knownRecords(entries, place, seqOf('ok', 3)).at(-1)).toMatchObject({
    offset: 3,
    value: 'v4',
    acknowledgedTo: 'producer-1',
    readBy: [],
  });
});

test('two values at one offset are a contradiction, and both are kept', () => {
  const known = knownRecords(entries, place, Infinity).filter(({ offset }) => offset === 3);
  expect(known.map(({ value, readBy }) => [value, readBy])).toEqual([
    ['v4', []],
    ['v5', ['reader-1']],
  ]);
});

test('other partitions are others', () => {
  expect(knownRecords(entries, { topic: 'orders', partition: 1 }, Infinity)).toEqual([]);
});

test('what clients know of a transaction changes with what they ask for and hear', () => {
  const run = traceOf(transactionalReport().result).entries;
  const told = new Set<string>();
  for (const { seq } of run) {
    for (const { op, standing } of knownTransactions(run, seq).values()) told.add(`${op} ${standing}`);
  }
  expect([...told]).toEqual([
    '2 open',
    '2 being committed',
    '2 committed',
    '5 open',
    '5 being aborted',
    '5 aborted',
    '8 open',
    '8 being aborted',
    '8 aborted',
  ]);
  const last = knownRecords(run, place, Infinity);
  const transactions = knownTransactions(run, Infinity);
  expect(last.map((record) => isReadTooEarly(record, transactions.get(record.transaction ?? -1)))).toEqual(
    last.map(() => false),
  );
  expect(last.map(({ value, transaction }) => [value, transaction])).toEqual([
    ['v3', 2],
    ['v6', 5],
    ['v9', 8],
  ]);
});

test('a read_committed consumer that is given what is not committed is seen to be wrong', () => {
  const read = { offset: 2, value: 'v6', acknowledgedTo: null, readBy: ['reader-1'], transaction: 5, seq: 9 };
  const open = { op: 5, process: 'producer-1', standing: 'open', seq: 3 } as const;
  expect(isReadTooEarly({ ...read, isReadCommitted: true }, open)).toBe(true);
  expect(isReadTooEarly({ ...read, isReadCommitted: false }, open)).toBe(false);
  expect(isReadTooEarly({ ...read, isReadCommitted: true }, { ...open, standing: 'perhaps committed' })).toBe(
    false,
  );
});
