import { describe, expect, test } from 'vitest';

import { HistoryBuilder } from '../history/testing/history-builder.ts';
import { judging } from './testing/judging.ts';

const { violations, anomalies } = judging('partition-order');

/** `a`, `b` and `c` at offsets 0, 1 and 2. */
function threeSent(): HistoryBuilder {
  return new HistoryBuilder()
    .sent('producer-1', 'a', 0)
    .sent('producer-1', 'b', 1)
    .sent('producer-1', 'c', 2);
}

describe('nonmonotonic-poll:', () => {
  test('a consumer goes back without a seek', () => {
    const history = threeSent().polled('consumer-1', 0, ['a', 'b']).polled('consumer-1', 1, ['b', 'c']);
    const [violation] = violations(history);
    expect(violation).toMatchObject({
      anomaly: 'nonmonotonic-poll',
      sentence: 'consumer-1 was at offset 2 of orders-0 and went back to offset 1 without a seek or a reset.',
    });
    expect(violation?.evidence).toEqual([history.events[7], history.events[9]]);
  });

  test('one poll returns records out of order', () => {
    const records = [1, 0].map((offset) => ({ offset, key: null, value: offset === 0 ? 'a' : 'b' }));
    const history = threeSent().pollOf('consumer-1', {
      topic: 'orders',
      partition: 0,
      from: 0,
      to: 2,
      records,
    });
    expect(anomalies(history)).toEqual(['nonmonotonic-poll']);
  });

  test('a poll begins before the assigned position', () => {
    const history = threeSent().assigned('consumer-1', 1).polled('consumer-1', 0, ['a']);
    expect(anomalies(history)).toEqual(['nonmonotonic-poll']);
  });

  test('a seek, a new assignment and a reset may go back', () => {
    const history = threeSent().polled('consumer-1', 0, ['a', 'b']);
    history.sought('consumer-1', 0).polled('consumer-1', 0, ['a']);
    history.sought('consumer-1', 'earliest').polled('consumer-1', 0, ['a', 'b']);
    history.assigned('consumer-1', 'earliest').polled('consumer-1', 0, ['a', 'b']);
    const reset = { topic: 'orders', partition: 0, from: 2, to: 1, reason: 'log-truncation' } as const;
    history.polled('consumer-1', 1, ['b'], { resets: [reset] });
    expect(anomalies(history)).toEqual([]);
  });

  test('a poll of unknown outcome may have moved the consumer', () => {
    const history = threeSent().polled('consumer-1', 0, ['a']);
    history.events.push(
      { type: 'invoke', f: 'poll', op: 100, process: 'consumer-1', timeUs: 20_000 },
      { type: 'unknown', f: 'poll', op: 100, process: 'consumer-1', timeUs: 21_000, error: 'INTERRUPTED' },
    );
    expect(anomalies(history.polled('consumer-1', 2, ['c']))).toEqual([]);
  });
});

describe('poll-skip:', () => {
  test('a poll begins after the end of the previous one, and a record lies between', () => {
    const history = threeSent().polled('consumer-1', 0, ['a']).polled('consumer-1', 2, ['c']);
    const [violation] = violations(history);
    expect(violation).toMatchObject({
      anomaly: 'poll-skip',
      place: { offset: 1 },
      sentence: 'consumer-1 passed over offset 1 of orders-0, where "b" was acknowledged.',
    });
    expect(violation?.evidence).toEqual([
      history.events[2],
      history.events[3],
      history.events[7],
      history.events[9],
    ]);
  });

  test('a poll skips a record that another consumer read', () => {
    const history = new HistoryBuilder();
    for (const value of ['a', 'b', 'c']) history.sends('producer-1', value).unknown();
    history.polled('consumer-1', 0, ['a', 'b', 'c']).polled('consumer-2', 0, ['a', undefined, 'c']);
    const [violation] = violations(history);
    expect(violation?.sentence).toBe(
      'consumer-2 passed over offset 1 of orders-0, where consumer-1 read "b".',
    );
    expect(violation?.evidence).toEqual([history.events[7], history.events[9]]);
  });

  test('a record that becomes known later proves an earlier skip', () => {
    const read = new HistoryBuilder();
    for (const value of ['a', 'b', 'c']) read.sends('producer-1', value).unknown();
    read.polled('consumer-1', 0, ['a', undefined, 'c']).polled('consumer-2', 1, ['b']);
    expect(anomalies(read)).toEqual(['poll-skip']);
    const acknowledged = new HistoryBuilder().sent('producer-1', 'a', 0);
    const send = acknowledged.sends('producer-1', 'b');
    acknowledged.sent('producer-2', 'c', 2).polled('consumer-1', 0, ['a', undefined, 'c']);
    send.ok(1);
    expect(anomalies(acknowledged)).toEqual(['poll-skip']);
  });

  test('with acks=1 an acknowledgement does not prove that a record is there', () => {
    const history = threeSent().polled('consumer-1', 0, ['a', undefined, 'c']);
    expect(anomalies(history)).toEqual(['poll-skip']);
    expect(anomalies(history, { acks: '1' })).toEqual([]);
  });

  test('a hole without a known record may be a transaction marker', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).sent('producer-1', 'c', 2);
    history.polled('consumer-1', 0, ['a', undefined, 'c']).polled('consumer-2', 0, ['a', undefined, 'c']);
    expect(anomalies(history)).toEqual([]);
  });

  test('a seek or a reset may go forward', () => {
    const history = threeSent().polled('consumer-1', 0, ['a']).sought('consumer-1', 2);
    history.polled('consumer-1', 2, ['c']).sought('consumer-1', 0).polled('consumer-1', 0, ['a']);
    const reset = { topic: 'orders', partition: 0, from: 1, to: 2, reason: 'offset-out-of-range' } as const;
    history.polled('consumer-1', 2, ['c'], { resets: [reset] });
    expect(anomalies(history)).toEqual([]);
  });

  test('a record that may have been lost legally proves no skip', () => {
    const history = threeSent().cluster('disk-loss', 'broker-1').cluster('disk-loss', 'broker-2');
    history.polled('consumer-1', 0, ['a', undefined, 'c']);
    expect(anomalies(history)).toEqual([]);
  });
});

describe('between the records of transactions,', () => {
  const committed = { isolation: 'read_committed' } as const;

  /** "a" at offset 0, "x" of a transaction at 1, "c" at 2, the marker at 3. */
  const aborted = (): HistoryBuilder => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0);
    const transaction = history.begins('producer-2').sent('x', 1);
    history.sent('producer-1', 'c', 2);
    transaction.aborted();
    return history;
  };

  test('read_committed passes over aborted records that read_uncommitted consumers read', () => {
    const before = aborted().polled('consumer-1', 0, ['a', 'x', 'c']);
    expect(anomalies(before.polled('consumer-2', 0, ['a', undefined, 'c', undefined], committed))).toEqual(
      [],
    );
    const after = aborted().polled('consumer-2', 0, ['a', undefined, 'c', undefined], committed);
    expect(anomalies(after.polled('consumer-1', 0, ['a', 'x', 'c']))).toEqual([]);
  });

  test('read_committed must not pass over records outside of transactions', () => {
    const history = aborted().polled('consumer-2', 0, [undefined, undefined, 'c'], committed);
    expect(anomalies(history)).toEqual(['poll-skip']);
  });

  test('read_committed must not pass over records that another read_committed consumer read', () => {
    const history = new HistoryBuilder();
    history.begins('producer-1').sent('x', 0).sent('y', 1).committed();
    history
      .polled('consumer-1', 0, ['x', 'y'], committed)
      .polled('consumer-2', 0, [undefined, 'y'], committed);
    expect(anomalies(history)).toEqual(['poll-skip']);
    const reverse = new HistoryBuilder();
    reverse.begins('producer-1').sent('x', 0).sent('y', 1).committed();
    reverse
      .polled('consumer-2', 0, [undefined, 'y'], committed)
      .polled('consumer-1', 0, ['x', 'y'], committed);
    expect(anomalies(reverse)).toEqual(['poll-skip']);
  });

  test('read_committed may pass over one of two copies of a record, which was aborted', () => {
    const twice = (): HistoryBuilder => {
      const history = new HistoryBuilder();
      history.begins('producer-1').sent('x', 0);
      return history;
    };
    const everybody = ['x', undefined, 'x', undefined];
    const shown = ['x', undefined, undefined, undefined];
    const first = twice().polled('consumer-1', 0, everybody).polled('consumer-2', 0, shown, committed);
    expect(anomalies(first)).toEqual([]);
    const last = twice().polled('consumer-2', 0, shown, committed).polled('consumer-1', 0, everybody);
    expect(anomalies(last)).toEqual([]);
    expect(anomalies(last.polled('consumer-3', 0, [undefined, undefined], committed))).toEqual(['poll-skip']);
    // Where read_committed consumers read both copies, others must read both.
    const both = twice().polled('consumer-1', 0, everybody, committed);
    expect(anomalies(both.polled('consumer-2', 0, shown, committed))).toEqual(['poll-skip']);
  });

  test('read_uncommitted passes over markers only', () => {
    const history = aborted().polled('consumer-1', 0, ['a', 'x', 'c']);
    expect(anomalies(history.polled('consumer-2', 0, ['a', undefined, 'c']))).toEqual(['poll-skip']);
    const legal = aborted().polled('consumer-1', 0, ['a', 'x', 'c', undefined]);
    expect(anomalies(legal.polled('consumer-2', 0, ['a', 'x', 'c', undefined]))).toEqual([]);
  });
});

describe('where a topic is deleted and created again', () => {
  const [OLD, NEW] = [{ topicId: 'old' }, { topicId: 'new' }];
  const read = () =>
    new HistoryBuilder().sent('producer-1', 'a', 0, OLD).sent('producer-1', 'b', 1, OLD).topicDeleted();

  test('a consumer may continue in the new topic at any offset: it knows the topic by its name', () => {
    for (const from of [0, 2, 5]) {
      const history = read().polled('consumer-1', 0, ['a', 'b'], OLD).polled('consumer-1', from, [], NEW);
      expect(anomalies(history)).toEqual([]);
    }
  });

  test('a consumer must not jump within one topic', () => {
    const back = read().polled('consumer-1', 0, ['a', 'b'], OLD).polled('consumer-1', 0, ['a'], OLD);
    expect(anomalies(back)).toEqual(['nonmonotonic-poll']);
    const skips = read().polled('consumer-1', 0, [], OLD).polled('consumer-1', 1, ['b'], OLD);
    expect(anomalies(skips)).toEqual(['poll-skip']);
  });

  test('without topic ids positions are not judged', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).sent('producer-1', 'b', 1);
    history.polled('consumer-1', 0, ['a', 'b']).topicDeleted().sent('producer-1', 'c', 0);
    expect(anomalies(history.polled('consumer-1', 0, ['c']))).toEqual([]);
  });
});
