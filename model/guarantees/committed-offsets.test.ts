import { describe, expect, test } from 'vitest';

import { CRUCIBLE_DEFAULTS, resolveConfiguration } from '../configuration/configuration.ts';
import { HistoryBuilder } from '../history/testing/history-builder.ts';
import { judging } from './testing/judging.ts';

const { violations, anomalies, anomaliesOfAll } = judging('atomic-transactions');
const ELSEWHERE = { partition: 1 } as const;

const REQUEST_TIMEOUT_MS = resolveConfiguration(CRUCIBLE_DEFAULTS)['request.timeout.ms'];

describe('an answer to a group', () => {
  test('must not lack a committed offset, nor name an earlier one: lost-offset', () => {
    const forgotten = new HistoryBuilder().committedOffset('consumer-1', 'group', 3);
    const [violation] = violations(forgotten.fetchedOffset('consumer-1', 'group', null));
    expect(violation).toMatchObject({
      anomaly: 'lost-offset',
      sentence: 'Group "group" got no offset in orders-0, although consumer-1 had committed offset 3.',
    });
    const behind = new HistoryBuilder().committedOffset('consumer-1', 'group', 3);
    behind.begins('producer-1').sentOffset('group', 5).committed();
    expect(anomalies(behind.fetchedOffset('consumer-1', 'group', 3))).toEqual(['lost-offset']);
  });

  test('may be stale from a coordinator that was replaced without knowing it', () => {
    const behind = new HistoryBuilder().committedOffset('consumer-1', 'group', 3);
    behind.cluster('partition', 'broker-1').committedOffset('consumer-1', 'group', 5);
    expect(anomalies(behind.fetchedOffset('consumer-2', 'group', 3))).toEqual([]);
    expect(anomalies(behind.fetchedOffset('consumer-2', 'group', null))).toEqual([]);
    expect(anomalies(behind.fetchedOffset('consumer-2', 'group', 4))).toEqual(['phantom-offset']);
    const later = new HistoryBuilder()
      .cluster('partition', 'broker-1')
      .committedOffset('consumer-1', 'group', 5);
    const lost = later.fetchedOffset('final-reader-1', 'group', null, { final: true });
    expect(anomalies(lost)).toEqual(['lost-offset']);
  });

  test('must not name an offset of an aborted transaction, even if the abort is known later: aborted-offset', () => {
    const before = new HistoryBuilder();
    before.begins('producer-1').sentOffset('group', 5).aborted();
    expect(anomalies(before.fetchedOffset('consumer-1', 'group', 5))).toEqual(['aborted-offset']);
    const after = new HistoryBuilder();
    const commit = after.begins('producer-1').sentOffset('group', 5).commits();
    after.fetchedOffset('consumer-1', 'group', 5);
    commit.fail();
    expect(anomalies(after)).toEqual(['aborted-offset']);
  });

  test('must not name an offset of an open transaction: uncommitted-offset', () => {
    const history = new HistoryBuilder();
    history.begins('producer-1').sentOffset('group', 5);
    expect(anomalies(history.fetchedOffset('consumer-1', 'group', 5))).toEqual(['uncommitted-offset']);
  });

  test('must not name an offset that was never committed: phantom-offset', () => {
    const history = new HistoryBuilder().committedOffset('consumer-1', 'group', 3);
    expect(anomalies(history.fetchedOffset('consumer-1', 'group', 4))).toEqual(['phantom-offset']);
  });

  test('must not name an offset of a fenced producer: zombie-commit', () => {
    const history = new HistoryBuilder().initialised('producer-1', 'payments');
    const zombie = history.begins('producer-1').sentOffset('group', 5);
    history.initialised('producer-2', 'payments');
    zombie.commits().unknown();
    expect(anomalies(history.fetchedOffset('consumer-1', 'group', 5))).toEqual(['zombie-commit']);
  });

  test('may name an offset whose commit has an unknown outcome at once, later, or never', () => {
    for (const seen of [3, 5]) {
      const history = new HistoryBuilder().committedOffset('consumer-1', 'group', 3);
      history.commitsOffset('consumer-1', 'group', 5).unknown();
      history.fetchedOffset('consumer-1', 'group', 3).fetchedOffset('consumer-1', 'group', seen);
      expect(anomaliesOfAll(history)).toEqual([]);
    }
  });

  test('may name the offset from before a commit that was invoked after the question', () => {
    const history = new HistoryBuilder().committedOffset('consumer-1', 'group', 3);
    const question = history.fetchesOffset('consumer-2', 'group');
    history.committedOffset('consumer-1', 'group', 5);
    question.ok(3);
    expect(anomaliesOfAll(history)).toEqual([]);
  });

  test('may name either of two offsets that were committed at the same time', () => {
    for (const seen of [3, 5]) {
      const history = new HistoryBuilder();
      const [first, second] = [3, 5].map((offset) =>
        history.commitsOffset(`consumer-${offset}`, 'group', offset),
      );
      first?.ok();
      second?.ok();
      expect(anomaliesOfAll(history.fetchedOffset('consumer-1', 'group', seen))).toEqual([]);
    }
  });

  test('orders the offset of a transaction by its send, not by the commit', () => {
    const history = new HistoryBuilder();
    const transaction = history.begins('producer-1').sentOffset('group', 5);
    history.committedOffset('consumer-1', 'group', 3);
    transaction.committed();
    expect(anomaliesOfAll(history.fetchedOffset('consumer-1', 'group', 3))).toEqual([]);
  });

  test('may name an offset whose request took request.timeout.ms: a second copy may be appended after other offsets', () => {
    const committedAfter = (tookMs: number): HistoryBuilder => {
      const history = new HistoryBuilder();
      const transaction = history.begins('producer-1');
      const sending = transaction.sendsOffset('group', 5);
      history.passes(tookMs);
      sending.ok();
      history.committedOffset('consumer-1', 'group', 3);
      transaction.committed();
      return history;
    };
    const [retried, once] = [REQUEST_TIMEOUT_MS, REQUEST_TIMEOUT_MS - 1_000];
    expect(anomalies(committedAfter(once).fetchedOffset('consumer-2', 'group', 5))).toEqual(['lost-offset']);
    for (const named of [3, 5]) {
      expect(anomalies(committedAfter(retried).fetchedOffset('consumer-2', 'group', named))).toEqual([]);
    }
    // The marker may be late, but an answer comes after it.
    const later = committedAfter(retried).committedOffset('consumer-1', 'group', 4);
    expect(anomalies(later.fetchedOffset('consumer-2', 'group', 5))).toEqual([]);
    const answered = committedAfter(retried).fetchedOffset('consumer-2', 'group', 3);
    answered.committedOffset('consumer-1', 'group', 4);
    expect(anomalies(answered.fetchedOffset('consumer-2', 'group', 5))).toEqual(['lost-offset']);
  });

  test('depends on no other group and no other partition', () => {
    const history = new HistoryBuilder().committedOffset('consumer-1', 'group', 3);
    history.fetchedOffset('consumer-1', 'other', null).fetchedOffset('consumer-1', 'group', null, ELSEWHERE);
    expect(anomaliesOfAll(history)).toEqual([]);
  });
});
