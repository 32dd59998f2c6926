import { describe, expect, test } from 'vitest';

import { HistoryBuilder, type Place } from '../history/testing/history-builder.ts';
import { judging } from './testing/judging.ts';

const { violations, anomalies, anomaliesOfAll } = judging('atomic-transactions');
const COMMITTED = { isolation: 'read_committed' } as const;

describe('where a topic is deleted and created again', () => {
  const [OLD, NEW] = [{ topicId: 'old' }, { topicId: 'new' }];
  const PAYMENTS = { topic: 'payments', topicId: 'other' };

  /** "a" in orders and "b" in payments, both committed. */
  const committed = (orders: Place): HistoryBuilder => {
    const history = new HistoryBuilder();
    history.begins('producer-1').sent('a', 0, orders).sent('b', 0, PAYMENTS).committed();
    return history;
  };

  test('a transaction that wrote to the deleted topic is not torn', () => {
    for (const orders of [OLD, {}]) {
      const history = committed(orders).polled('consumer-1', 0, ['b', undefined], {
        ...COMMITTED,
        ...PAYMENTS,
      });
      history.topicDeleted().topicCreated('new').sent('producer-2', 'c', 0, NEW);
      history.finallyRead('reader-1', ['c'], { ...COMMITTED, ...NEW });
      history.finallyRead('reader-1', ['b', undefined], { ...COMMITTED, ...PAYMENTS });
      expect(anomaliesOfAll(history)).toEqual([]);
    }
  });

  test('a transaction that wrote to one of the two topics, it is not known which, is not torn', () => {
    const sent = (): HistoryBuilder => {
      const history = new HistoryBuilder();
      const transaction = history.begins('producer-1').sent('b', 0, PAYMENTS);
      transaction.sends('a').unknown();
      transaction.commits().unknown();
      return history.finallyRead('reader-1', ['b', undefined], { ...COMMITTED, ...PAYMENTS });
    };
    const remade = sent()
      .finallyRead('reader-1', [], { ...COMMITTED, ...OLD })
      .topicDeleted()
      .topicCreated('new');
    expect(anomaliesOfAll(remade.finallyRead('reader-1', [], { ...COMMITTED, ...NEW }))).toEqual([]);
    // Where there was only one topic, the transaction wrote to it.
    expect(anomaliesOfAll(sent().finallyRead('reader-1', [], { ...COMMITTED, ...OLD }))).toEqual([
      'torn-transaction',
    ]);
  });

  test('a transaction whose record is missing in the new topic is torn', () => {
    const history = new HistoryBuilder().topicDeleted().topicCreated('new');
    history.begins('producer-1').sent('a', 0, NEW).sent('b', 0, PAYMENTS).committed();
    history.polled('consumer-1', 0, ['b', undefined], { ...COMMITTED, ...PAYMENTS });
    history.polled('consumer-1', 0, [undefined, undefined], { ...COMMITTED, ...NEW });
    expect(anomalies(history)).toEqual(['torn-transaction']);
  });

  test('wrong-topic-id: a record of a transaction that was acknowledged in the old topic is read in the new one', () => {
    const history = committed(OLD).topicDeleted().topicCreated('new');
    expect(anomaliesOfAll(history.polled('consumer-1', 0, ['a'], { ...COMMITTED, ...NEW }))).toEqual([
      'wrong-topic-id',
    ]);
  });

  test('an offset that a group committed in the old topic may be forgotten', () => {
    const history = new HistoryBuilder();
    history.begins('producer-1').sent('b', 0, PAYMENTS).sentOffset('group', 7).committed();
    history.polled('consumer-1', 0, ['b', undefined], { ...COMMITTED, ...PAYMENTS }).topicDeleted('unknown');
    expect(anomaliesOfAll(history.fetchedOffset('consumer-1', 'group', null))).toEqual([]);
    const forgotten = (outcome: 'ok' | 'fail'): HistoryBuilder =>
      new HistoryBuilder().committedOffset('consumer-1', 'group', 7).topicDeleted(outcome);
    expect(anomalies(forgotten('ok').fetchedOffset('consumer-1', 'group', null))).toEqual([]);
    expect(anomalies(forgotten('fail').fetchedOffset('consumer-1', 'group', null))).toEqual(['lost-offset']);
  });

  test('a violation that does not rest on an offset is reported even without topic ids', () => {
    const history = new HistoryBuilder().topicDeleted();
    history.begins('producer-1').sent('a', 0).aborted();
    expect(anomalies(history.polled('consumer-1', 0, ['a'], COMMITTED))).toEqual(['G1a']);
    const open = new HistoryBuilder().topicDeleted();
    open.begins('producer-1').sent('a', 0);
    expect(anomalies(open.polled('consumer-1', 0, ['a'], COMMITTED))).toEqual(['uncommitted-read']);
  });

  describe('a marker may not have been sent (KAFKA-5202), and the next marker of the producer decides,', () => {
    const first = (history: HistoryBuilder) => history.begins('producer-1').sent('a', 0, NEW);
    const next = (history: HistoryBuilder) => history.begins('producer-1').sent('b', 1, NEW);

    test('so that read_committed may read an aborted record', () => {
      const shown = (history: HistoryBuilder): HistoryBuilder => {
        first(history).aborted();
        next(history).committed();
        return history.polled('consumer-1', 0, ['a', 'b'], { ...COMMITTED, ...NEW });
      };
      expect(anomaliesOfAll(shown(new HistoryBuilder().topicDeleted().topicCreated('new')))).toEqual([]);
      expect(anomalies(shown(new HistoryBuilder().topicCreated('new')))).toEqual(['G1a']);
    });

    test('so that read_committed may not find a committed record', () => {
      const hidden = (history: HistoryBuilder): HistoryBuilder => {
        first(history).committed();
        next(history).aborted();
        return history
          .finallyRead('final-1', ['a', 'b'], NEW)
          .finallyRead('final-2', [undefined, undefined], { ...COMMITTED, ...NEW });
      };
      expect(anomaliesOfAll(hidden(new HistoryBuilder().topicDeleted().topicCreated('new')))).toEqual([]);
      expect(anomaliesOfAll(hidden(new HistoryBuilder().topicCreated('new')))).toEqual(['lost-write']);
    });

    test('but before the next marker no read_committed consumer passes the transaction', () => {
      const history = new HistoryBuilder().topicDeleted().topicCreated('new');
      first(history).aborted();
      expect(anomalies(history.polled('consumer-1', 0, ['a'], { ...COMMITTED, ...NEW }))).toEqual(['G1a']);
    });
  });

  test('an aborted read is reported at the place where read_committed read it, not at an earlier read_uncommitted one', () => {
    const history = new HistoryBuilder();
    const transaction = history.begins('producer-1');
    const send = transaction.sends('a', NEW);
    history.polled('consumer-1', 4, ['a'], OLD).topicDeleted().topicCreated('new');
    send.ok(0);
    const commit = transaction.commits();
    history.polled('consumer-2', 0, ['a'], { ...COMMITTED, ...NEW });
    commit.fail();
    const [violation, ...others] = violations(history);
    expect(others).toEqual([]);
    expect(violation).toMatchObject({ anomaly: 'G1a', place: { topic: 'orders', partition: 0, offset: 0 } });
  });
});
