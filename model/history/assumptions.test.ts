import { expect, test } from 'vitest';

import { HistoryAssumptions } from './assumptions.ts';
import { HistoryBuilder } from './testing/history-builder.ts';
import type { HistoryEvent } from './history.ts';

function unmetIn(events: readonly HistoryEvent[]): string | undefined {
  const assumptions = new HistoryAssumptions();
  return events.map((event) => assumptions.observe(event)?.problem).find((problem) => problem !== undefined);
}

const sends = new HistoryBuilder().sent('producer-1', 'a', 0).events;
const transaction = new HistoryBuilder();
transaction.begins('producer-1').committed();

test('a history in which every completion has one invocation meets the assumptions', () => {
  expect(unmetIn([...sends])).toBeUndefined();
  expect(unmetIn(transaction.events)).toBeUndefined();
});

test('an operation that is never completed meets the assumptions', () => {
  expect(unmetIn(sends.slice(0, 1))).toBeUndefined();
});

test('a second invocation and a second completion of an operation are found', () => {
  expect(unmetIn([...sends, ...sends.slice(0, 1)])).toBe('operation 0 was invoked before');
  expect(unmetIn([...sends, ...sends.slice(1)])).toBe('operation 0 is completed for the second time');
});

test('a completion without an invocation is found', () => {
  expect(unmetIn(sends.slice(1))).toBe('operation 0 was never invoked');
});

test('a completion by another process than the invocation is found', () => {
  const [invoked, completed] = sends;
  if (invoked === undefined || completed?.type !== 'ok') throw new Error('a send has two events');
  expect(unmetIn([invoked, { ...completed, process: 'producer-2' }])).toBe(
    'operation 0 was invoked with "producer-1", found "producer-2"',
  );
});

test('an event of a transaction that was never begun is found', () => {
  const withoutBegin = transaction.events.filter((event) => event.type === 'cluster' || event.f !== 'begin');
  expect(unmetIn(withoutBegin)).toBe('expected the op of an earlier "begin", found 0');
});
