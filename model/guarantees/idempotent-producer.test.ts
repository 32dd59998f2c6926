import { describe, expect, test } from 'vitest';

import type { ConfigurationValues } from '../configuration/configuration.ts';
import { HistoryBuilder } from '../history/testing/history-builder.ts';
import { judging } from './testing/judging.ts';

const IDEMPOTENT = { 'enable.idempotence': true };
const ONE_IN_FLIGHT = { 'max.in.flight.requests.per.connection': 1, 'enable.idempotence': false };

const { violations, anomalies } = judging('idempotent-producer');

describe('duplicate:', () => {
  const twice = (): HistoryBuilder =>
    new HistoryBuilder().sent('producer-1', 'a', 0).polled('consumer-1', 0, ['a', 'a']);

  test('one value lies at two offsets', () => {
    const history = twice();
    const [violation] = violations(history);
    expect(violation).toMatchObject({
      anomaly: 'duplicate',
      place: { topic: 'orders', partition: 0, offset: 1 },
      sentence: 'producer-1 sent "a" once, but orders-0 holds it at offset 0 and at offset 1.',
    });
    expect(violation?.evidence).toEqual([history.events[0], history.events[1], history.events[3]]);
  });

  test('none is reported where the sequences may have wrapped around to those of a late copy', () => {
    const values = Array.from({ length: 21 }, (_, i) => `v${i}`);
    const history = new HistoryBuilder()
      .sent('producer-1', 'v0', 0)
      .polled('consumer-1', 0, [...values, 'v0']);
    expect(anomalies(history, { ...IDEMPOTENT, 'crucible.max.sequence': 20 })).toEqual([]);
    expect(anomalies(history, { ...IDEMPOTENT, 'crucible.max.sequence': 21 })).toEqual(['duplicate']);
  });

  test('it is found across polls and consumers, and with any outcome of the send', () => {
    const history = new HistoryBuilder();
    history.sends('producer-1', 'a').unknown();
    history.polled('consumer-1', 0, ['a']).polled('consumer-2', 1, ['a']);
    expect(anomalies(history)).toEqual(['duplicate']);
  });

  test('without idempotence a second copy is reported only where it is expected', () => {
    const values = { 'enable.idempotence': false };
    expect(anomalies(twice(), values)).toEqual([]);
    const [violation] = violations(twice(), values, ['idempotent-producer']);
    expect(violation?.notPromisedBecause).toBe('enable.idempotence=false');
  });

  test('with six requests in flight, more than a broker remembers, a second copy is reported only where it is expected', () => {
    const values = { 'max.in.flight.requests.per.connection': 6, 'enable.idempotence': false };
    expect(anomalies(twice(), values)).toEqual([]);
    const [violation] = violations(twice(), values, ['idempotent-producer']);
    expect(violation?.notPromisedBecause).toContain('more than the 5 batches');
  });

  test('a producer without retries stores no record twice', () => {
    expect(anomalies(twice(), { retries: 0, 'enable.idempotence': false })).toEqual(['duplicate']);
  });

  test('none is reported where a broker may forget the producer before it gives up', () => {
    const values = { ...IDEMPOTENT, 'producer.id.expiration.ms': 1_000 };
    expect(anomalies(twice(), values)).toEqual([]);
  });

  test('an unclean election excuses a second copy', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).polled('consumer-1', 0, ['a']);
    history.cluster('unclean-election').polled('consumer-2', 1, ['a']);
    expect(anomalies(history)).toEqual([]);
  });

  test('two sends are two records, by one producer or by two', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a #1', 0).sent('producer-1', 'a #2', 1);
    history.sent('producer-2', 'a #3', 2).polled('consumer-1', 0, ['a #1', 'a #2', 'a #3']);
    expect(anomalies(history)).toEqual([]);
  });

  test('a record that is read again is no second copy', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).polled('consumer-1', 0, ['a']);
    history.polled('consumer-2', 0, ['a']).finallyRead('reader-1', ['a']).finallyRead('reader-2', ['a']);
    expect(anomalies(history)).toEqual([]);
  });
});

describe('a copy of a deleted record', () => {
  const copied = (): HistoryBuilder =>
    new HistoryBuilder().sent('producer-1', 'a', 0).polled('consumer-1', 0, ['a']).deleted(1);

  test('is not reported: a replica that was truncated has forgotten its producer (KIP-360)', () => {
    expect(anomalies(copied().polled('consumer-2', 1, ['a']))).toEqual([]);
  });

  test('is excused by the deletion only with idempotence', () => {
    const because = (values: ConfigurationValues) =>
      violations(copied().polled('consumer-2', 1, ['a']), values, ['idempotent-producer'])[0]
        ?.notPromisedBecause;
    expect(because(IDEMPOTENT) ?? '').toContain('KIP-360');
    expect(because({ 'enable.idempotence': false })).toBe('enable.idempotence=false');
  });

  test('is reported where the deletion does not reach the record', () => {
    const kept = new HistoryBuilder().sent('producer-1', 'a', 4).polled('consumer-1', 4, ['a']).deleted(1);
    expect(anomalies(kept.polled('consumer-2', 5, ['a']))).toEqual(['duplicate']);
  });
});

describe('nonmonotonic-send:', () => {
  const swapped = (): HistoryBuilder =>
    new HistoryBuilder().sent('producer-1', 'a', 1).sent('producer-1', 'b', 0);

  test('a later send lies before an earlier one', () => {
    const history = swapped();
    const [violation] = violations(history, ONE_IN_FLIGHT);
    expect(violation).toMatchObject({
      anomaly: 'nonmonotonic-send',
      sentence: 'producer-1 sent "a" before "b", but in orders-0 they lie at offsets 1 and 0.',
    });
    expect(violation?.evidence).toEqual(history.events);
  });

  test('the order of acknowledgements does not matter', () => {
    const history = new HistoryBuilder();
    const sends = ['a', 'b', 'c'].map((value) => history.sends('producer-1', value));
    sends[2]?.ok(2);
    sends[0]?.ok(0);
    sends[1]?.ok(1);
    expect(anomalies(history)).toEqual([]);
    const wrong = new HistoryBuilder();
    const [first, second] = ['a', 'b'].map((value) => wrong.sends('producer-1', value));
    second?.ok(0);
    first?.ok(1);
    expect(anomalies(wrong)).toEqual(['nonmonotonic-send']);
  });

  test('with acks=1 both records must have been read at their acknowledged offsets', () => {
    const acksOne = { ...ONE_IN_FLIGHT, acks: '1' };
    expect(anomalies(swapped(), acksOne)).toEqual([]);
    expect(anomalies(swapped().polled('consumer-1', 0, ['b', 'a']), acksOne)).toEqual(['nonmonotonic-send']);
    // The leader that acknowledged "a" at offset 1 lost the leadership, and its log was truncated.
    expect(anomalies(swapped().polled('consumer-1', 0, ['b']), acksOne)).toEqual([]);
  });

  test('with idempotence five requests in flight keep their order', () => {
    expect(anomalies(swapped())).toEqual(['nonmonotonic-send']);
  });

  describe('in a partition that already has records', () => {
    /** "a" and "b" are in flight; "b" is stored at offset 1, and "a" after it, after `between`. */
    const overtaken = (between: (history: HistoryBuilder) => void = () => {}): HistoryBuilder => {
      const history = new HistoryBuilder().sent('producer-2', 'x', 0);
      between(history);
      const [first, second] = ['a', 'b'].map((value) => history.sends('producer-1', value));
      second?.ok(2);
      first?.ok(3);
      return history;
    };

    test('a later send may be stored first: the partition does not know the producer (KIP-360)', () => {
      expect(anomalies(overtaken())).toEqual([]);
      const answeredInOrder = new HistoryBuilder().sent('producer-2', 'x', 0);
      const sends = ['a', 'b', 'c'].map((value) => answeredInOrder.sends('producer-1', value));
      [3, 1, 2].forEach((offset, index) => sends[index]?.ok(offset));
      expect(anomalies(answeredInOrder)).toEqual([]);
    });

    test('a later send may be stored first only as the first one there, while the earlier send is pending', () => {
      expect(anomalies(overtaken((history) => history.sent('producer-1', 'known', 1)))).toEqual([
        'nonmonotonic-send',
      ]);
      const answered = new HistoryBuilder().sent('producer-2', 'x', 0).sent('producer-1', 'a', 2);
      expect(anomalies(answered.sent('producer-1', 'b', 1))).toEqual(['nonmonotonic-send']);
    });

    test('with one request in flight no later send may be stored first', () => {
      expect(anomalies(overtaken(), ONE_IN_FLIGHT)).toEqual(['nonmonotonic-send']);
    });
  });

  test('without idempotence a wrong order is reported only where it is expected', () => {
    const values = { 'enable.idempotence': false };
    expect(anomalies(swapped(), values)).toEqual([]);
    const [violation] = violations(swapped(), values, ['idempotent-producer']);
    expect(violation?.notPromisedBecause).toBe(
      'max.in.flight.requests.per.connection=5 with retries and without idempotence',
    );
  });

  test('a late copy of a deleted record may lie after a later send that is deleted, too (KIP-360)', () => {
    const copied = (deletedUpTo: number): HistoryBuilder => {
      const history = new HistoryBuilder().sent('producer-1', 'known', 0);
      const [first, second] = ['a', 'b'].map((value) => history.sends('producer-1', value));
      second?.ok(2);
      history.deleted(deletedUpTo);
      first?.ok(5);
      return history;
    };
    expect(anomalies(copied(3))).toEqual([]);
    expect(anomalies(copied(2))).toEqual(['nonmonotonic-send']);
    const [expected] = violations(copied(3), IDEMPOTENT, ['idempotent-producer']);
    expect(expected?.notPromisedBecause).toContain('KIP-360');
    const [without] = violations(copied(3), { 'enable.idempotence': false }, ['idempotent-producer']);
    expect(without?.notPromisedBecause).toContain('without idempotence');
  });

  test('the sends of two producers, or to two partitions, have no order', () => {
    const producers = new HistoryBuilder().sent('producer-1', 'a', 1).sent('producer-2', 'b', 0);
    expect(anomalies(producers, ONE_IN_FLIGHT)).toEqual([]);
    const partitions = new HistoryBuilder()
      .sent('producer-1', 'a', 5)
      .sent('producer-1', 'b', 0, { partition: 1 });
    expect(anomalies(partitions, ONE_IN_FLIGHT)).toEqual([]);
  });

  test('a send of unknown outcome may be stored after a later one', () => {
    const history = new HistoryBuilder();
    history.sends('producer-1', 'a').unknown();
    history.sent('producer-1', 'b', 0).polled('consumer-1', 0, ['b', 'a']);
    expect(anomalies(history, ONE_IN_FLIGHT)).toEqual([]);
  });
});

describe('where a topic is deleted and created again', () => {
  const [OLD, NEW] = [{ topicId: 'old' }, { topicId: 'new' }];
  const remade = () =>
    new HistoryBuilder().sent('producer-1', 'a', 5, OLD).topicDeleted().topicCreated('new');

  test('the sends of a producer have lower offsets in the new topic', () => {
    const history = remade().sent('producer-1', 'c', 0, NEW);
    expect(anomalies(history)).toEqual([]);
    const disordered = history.sends('producer-1', 'd', NEW);
    history.sent('producer-1', 'e', 1, NEW);
    disordered.ok(2);
    expect(anomalies(history)).toEqual(['nonmonotonic-send']);
  });

  test('a retry may store a record in the new topic, too, but not twice in one topic', () => {
    const history = new HistoryBuilder();
    const send = history.sends('producer-1', 'a', NEW);
    history.polled('consumer-1', 1, ['a'], OLD).topicDeleted().topicCreated('new');
    send.ok(0);
    expect(anomalies(history.polled('consumer-2', 0, ['a'], NEW))).toEqual([]);
    expect(anomalies(history.polled('consumer-2', 2, ['a'], OLD))).toEqual(['duplicate']);
  });

  test('with acks=1 a read in the old topic does not confirm an acknowledgement in the new one', () => {
    const acksOne = { ...ONE_IN_FLIGHT, acks: '1' };
    const history = new HistoryBuilder();
    const first = history.sends('producer-1', 'a', NEW);
    history.polled('consumer-1', 1, ['a'], OLD).topicDeleted().topicCreated('new');
    first.ok(1);
    history.sent('producer-1', 'b', 0, NEW).polled('consumer-2', 0, ['b'], NEW);
    expect(anomalies(history, acksOne)).toEqual([]);
  });

  test('without topic ids neither order nor copies are judged', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 5).polled('consumer-1', 5, ['a']);
    history.topicDeleted().sent('producer-1', 'b', 0).polled('consumer-1', 6, ['a']);
    expect(anomalies(history, ONE_IN_FLIGHT)).toEqual([]);
  });
});

describe('sequence-error:', () => {
  const failed = (error: string): HistoryBuilder => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0);
    history.sends('producer-1', 'b').fail(error);
    return history;
  };

  test.each(['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH'])(
    'a producer settles %s by itself, in a new epoch (KIP-360)',
    (error) => {
      const history = failed(error);
      const [violation] = violations(history);
      expect(violation).toMatchObject({
        anomaly: 'sequence-error',
        place: { topic: 'orders', partition: 0 },
        sentence: `The send of "b" to orders-0 by producer-1 failed with ${error} after 1 ms, although the producer had 120000 ms (delivery.timeout.ms) to recover from that error.`,
      });
      expect(violation?.evidence).toEqual(history.events.slice(2));
    },
  );

  test('it is reported also when the refused record may be in the log', () => {
    const history = new HistoryBuilder();
    history.sends('producer-1', 'a').unknown('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(anomalies(history)).toEqual(['sequence-error']);
  });

  test('other errors may reach the application', () => {
    expect(anomalies(failed('NOT_ENOUGH_REPLICAS'))).toEqual([]);
    expect(anomalies(failed('REQUEST_TIMED_OUT'))).toEqual([]);
  });

  test('at delivery.timeout.ms a producer may return its last error', () => {
    const values = { ...IDEMPOTENT, 'delivery.timeout.ms': 2, 'request.timeout.ms': 1, 'linger.ms': 0 };
    expect(anomalies(failed('OUT_OF_ORDER_SEQUENCE_NUMBER'), values)).toEqual([]);
  });

  test('a producer with limited retries may return its last error', () => {
    const values = { ...IDEMPOTENT, retries: 3 };
    expect(anomalies(failed('OUT_OF_ORDER_SEQUENCE_NUMBER'), values)).toEqual([]);
  });

  test('a transaction may be aborted with one', () => {
    const history = new HistoryBuilder().initialised('producer-1', 'transactions-1');
    history.begins('producer-1').sends('a').fail('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(anomalies(history)).toEqual([]);
  });

  test('a producer with a transactional id may be fenced by another one, even between its transactions', () => {
    const history = new HistoryBuilder().initialised('producer-1', 'transactions-1');
    history.sends('producer-1', 'a').fail('INVALID_PRODUCER_EPOCH');
    expect(anomalies(history)).toEqual([]);
  });
});
