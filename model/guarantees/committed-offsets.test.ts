import { describe, expect, test } from 'vitest';

import { CRUCIBLE_DEFAULTS, resolveConfiguration } from '../configuration/configuration.ts';
import { HistoryBuilder } from '../history/testing/history-builder.ts';
import { judging } from './testing/judging.ts';

const { violations, anomalies, anomaliesOfAll } = judging('atomic-transactions');
const ELSEWHERE = { partition: 1 } as const;

const REQUEST_TIMEOUT_MS = resolveConfiguration(CRUCIBLE_DEFAULTS)['request.timeout.ms'];

describe('committed offsets', () => {
  test('lost-offset: one that was committed is forgotten, or falls behind', () => {
    const forgotten = new HistoryBuilder().committedOffset('consumer-1', 'group', 3);
    const [violation] = violations(forgotten.fetchedOffset('consumer-1', 'group', null));
    expect(violation).toMatchObject({
      anomaly: 'lost-offset',
      sentence:
        'Group "group" was told that it has no offset in orders-0, although consumer-1 had committed offset 3.',
    });
    const behind = new HistoryBuilder().committedOffset('consumer-1', 'group', 3);
    behind.begins('producer-1').sentOffset('group', 5).committed();
    expect(anomalies(behind.fetchedOffset('consumer-1', 'group', 3))).toEqual(['lost-offset']);
  });

  test('a coordinator that was replaced and has not heard of it answers by what it knows', () => {
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

  test('aborted-offset: one of an aborted transaction is handed out, whenever that is known', () => {
    const before = new HistoryBuilder();
    before.begins('producer-1').sentOffset('group', 5).aborted();
    expect(anomalies(before.fetchedOffset('consumer-1', 'group', 5))).toEqual(['aborted-offset']);
    const after = new HistoryBuilder();
    const commit = after.begins('producer-1').sentOffset('group', 5).commits();
    after.fetchedOffset('consumer-1', 'group', 5);
    commit.fail();
    expect(anomalies(after)).toEqual(['aborted-offset']);
  });

  test('uncommitted-offset: one of an open transaction is handed out', () => {
    const history = new HistoryBuilder();
    history.begins('producer-1').sentOffset('group', 5);
    expect(anomalies(history.fetchedOffset('consumer-1', 'group', 5))).toEqual(['uncommitted-offset']);
  });

  test('phantom-offset: one that nobody committed', () => {
    const history = new HistoryBuilder().committedOffset('consumer-1', 'group', 3);
    expect(anomalies(history.fetchedOffset('consumer-1', 'group', 4))).toEqual(['phantom-offset']);
  });

  test('zombie-commit: one of a producer that was fenced', () => {
    const history = new HistoryBuilder().initialised('producer-1', 'payments');
    const zombie = history.begins('producer-1').sentOffset('group', 5);
    history.initialised('producer-2', 'payments');
    zombie.commits().unknown();
    expect(anomalies(history.fetchedOffset('consumer-1', 'group', 5))).toEqual(['zombie-commit']);
  });

  test('a commit of unknown outcome may show from then on, late, or never', () => {
    for (const seen of [3, 5]) {
      const history = new HistoryBuilder().committedOffset('consumer-1', 'group', 3);
      history.commitsOffset('consumer-1', 'group', 5).unknown();
      history.fetchedOffset('consumer-1', 'group', 3).fetchedOffset('consumer-1', 'group', seen);
      expect(anomaliesOfAll(history)).toEqual([]);
    }
  });

  test('a question that was under way may be answered with what was before', () => {
    const history = new HistoryBuilder().committedOffset('consumer-1', 'group', 3);
    const question = history.fetchesOffset('consumer-2', 'group');
    history.committedOffset('consumer-1', 'group', 5);
    question.ok(3);
    expect(anomaliesOfAll(history)).toEqual([]);
  });

  test('of two commits at the same time either may be the last', () => {
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

  test('the offset of a transaction has its place in the log where it was sent, not where it was committed', () => {
    const history = new HistoryBuilder();
    const transaction = history.begins('producer-1').sentOffset('group', 5);
    history.committedOffset('consumer-1', 'group', 3);
    transaction.committed();
    expect(anomaliesOfAll(history.fetchedOffset('consumer-1', 'group', 3))).toEqual([]);
  });

  test('what took as long as a request may has perhaps been sent twice, and a copy may come after others', () => {
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
    for (const told of [3, 5]) {
      expect(anomalies(committedAfter(retried).fetchedOffset('consumer-2', 'group', told))).toEqual([]);
    }
    // The marker may be late, but whoever is answered is answered after it.
    const later = committedAfter(retried).committedOffset('consumer-1', 'group', 4);
    expect(anomalies(later.fetchedOffset('consumer-2', 'group', 5))).toEqual([]);
    const answered = committedAfter(retried).fetchedOffset('consumer-2', 'group', 3);
    answered.committedOffset('consumer-1', 'group', 4);
    expect(anomalies(answered.fetchedOffset('consumer-2', 'group', 5))).toEqual(['lost-offset']);
  });

  test('groups and partitions know nothing of each other', () => {
    const history = new HistoryBuilder().committedOffset('consumer-1', 'group', 3);
    history.fetchedOffset('consumer-1', 'other', null).fetchedOffset('consumer-1', 'group', null, ELSEWHERE);
    expect(anomaliesOfAll(history)).toEqual([]);
  });
});
