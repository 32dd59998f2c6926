import { describe, expect, test } from 'vitest';

import { HistoryBuilder } from '../history/testing/history-builder.ts';
import { judging } from './testing/judging.ts';

const { violations, anomalies } = judging('committed-reads');

/** Sends that are still pending: their values may lie anywhere in the partition, or nowhere. */
function sending(...values: string[]): HistoryBuilder {
  const history = new HistoryBuilder();
  for (const value of values) history.sends('producer-1', value);
  return history;
}

describe('inconsistent-offsets:', () => {
  test('two consumers read two values at one offset', () => {
    const history = sending('a', 'b').polled('consumer-1', 0, ['a']).polled('consumer-2', 0, ['b']);
    const [violation] = violations(history);
    expect(violation).toMatchObject({
      anomaly: 'inconsistent-offsets',
      sentence: 'Offset 0 of orders-0 held "a" when consumer-1 read it, and "b" when consumer-2 did.',
    });
    expect(violation?.evidence).toEqual([history.events[3], history.events[5]]);
  });

  test('a value that was read is replaced in the final log', () => {
    const history = sending('a', 'b', 'c').polled('consumer-1', 0, ['a', 'b']);
    expect(anomalies(history.finallyRead('reader-1', ['a', 'c']))).toEqual(['inconsistent-offsets']);
  });

  test('faults that the contract does not survive excuse it, with any acks', () => {
    const history = sending('a', 'b').polled('consumer-1', 0, ['a']).cluster('power-loss', 'broker-1');
    history.polled('consumer-2', 0, ['b']);
    expect(anomalies(history, { acks: '1' })).toEqual(['inconsistent-offsets']);
    expect(anomalies(history, { 'min.insync.replicas': 1 })).toEqual([]);
    expect(anomalies(history, { 'unclean.leader.election.enable': true })).toEqual([]);
    expect(
      violations(history, { 'unclean.leader.election.enable': true }, ['committed-reads']),
    ).toMatchObject([{ notPromisedBecause: 'unclean.leader.election.enable=true' }]);
  });
});

describe('dirty-read:', () => {
  test('a read of an aborted copy is none, while another copy was committed', () => {
    const committed = { isolation: 'read_committed' } as const;
    const history = new HistoryBuilder();
    history.begins('producer-1').sent('x', 0);
    history.polled('consumer-1', 0, ['x', undefined, 'x', undefined]);
    history.finallyRead('final-1', ['x', undefined, 'x', undefined]);
    const once = history.finallyRead('final-2', ['x', undefined, undefined, undefined], committed);
    expect(anomalies(once)).toEqual([]);
  });

  test('a record was read at an offset beyond the end of the final log', () => {
    const history = sending('a', 'b').polled('consumer-1', 0, ['a', 'b']).finallyRead('reader-1', ['a']);
    const [violation] = violations(history);
    expect(violation).toMatchObject({
      anomaly: 'dirty-read',
      place: { offset: 1 },
      sentence:
        'consumer-1 read "b" at offset 1 of orders-0; the final log has no record there and ends at offset 1.',
    });
    expect(violation?.evidence).toEqual([history.events[3], history.events[5]]);
  });

  test('without a final read none is reported', () => {
    expect(anomalies(sending('a').polled('consumer-1', 0, ['a']))).toEqual([]);
  });
});

describe('diverged-replicas:', () => {
  test('two final readers find two values', () => {
    const history = sending('a', 'b').finallyRead('reader-1', ['a']).finallyRead('reader-2', ['b']);
    expect(anomalies(history)).toContain('diverged-replicas');
  });

  test('one final reader finds a hole where another finds a record, in either order', () => {
    const hole = sending('a', 'b', 'c')
      .finallyRead('reader-1', ['a', 'b', 'c'])
      .finallyRead('reader-2', ['a', undefined, 'c']);
    expect(violations(hole)).toMatchObject([{ anomaly: 'diverged-replicas', place: { offset: 1 } }]);
    const record = sending('a', 'b', 'c')
      .finallyRead('reader-1', ['a', undefined, 'c'])
      .finallyRead('reader-2', ['a', 'b', 'c']);
    expect(violations(record)).toMatchObject([{ anomaly: 'diverged-replicas', place: { offset: 1 } }]);
  });

  test('a marker written between two final reads is no divergence', () => {
    const history = sending('a').finallyRead('reader-1', ['a']);
    expect(anomalies(history.finallyRead('reader-2', ['a', undefined]))).toEqual([]);
  });

  test('two final readers find different ends', () => {
    const history = sending('a', 'b').finallyRead('reader-1', ['a', 'b']).finallyRead('reader-2', ['a']);
    expect(violations(history)).toMatchObject([
      {
        anomaly: 'diverged-replicas',
        sentence:
          'After all faults were over, orders-0 ended at offset 2 for reader-1 and at offset 1 for reader-2.',
      },
    ]);
  });

  test('no fault excuses a divergence', () => {
    const history = sending('a', 'b').cluster('unclean-election');
    for (const broker of ['broker-1', 'broker-2', 'broker-3']) history.cluster('disk-loss', broker);
    history.finallyRead('reader-1', ['a']).finallyRead('reader-2', ['b']);
    const weak = { 'unclean.leader.election.enable': true, 'min.insync.replicas': 1 };
    expect(anomalies(history, weak)).toEqual(['diverged-replicas']);
  });
});

describe('a read that matches no send:', () => {
  test('phantom: a value that no send carries', () => {
    const history = new HistoryBuilder().polled('consumer-1', 0, ['ghost']);
    expect(violations(history)).toMatchObject([
      {
        anomaly: 'phantom',
        sentence: 'consumer-1 read "ghost" at offset 0 of orders-0, but no producer ever sent it.',
      },
    ]);
  });

  test('read-from-future: a value that is sent only after it was read', () => {
    const history = new HistoryBuilder().polled('consumer-1', 0, ['a']);
    history.sent('producer-1', 'a', 0);
    expect(violations(history)).toMatchObject([{ anomaly: 'read-from-future', timeUs: 3_000 }]);
  });

  test('wrong-partition: a value read in another partition than it was sent to', () => {
    const partition = new HistoryBuilder()
      .sent('producer-1', 'a', 0)
      .polled('consumer-1', 0, ['a'], { partition: 1 });
    expect(violations(partition)).toMatchObject([
      {
        anomaly: 'wrong-partition',
        sentence: '"a" was sent to orders-0 and read at offset 0 of orders-1.',
      },
    ]);
    const topic = sending('a').polled('consumer-1', 0, ['a'], { topic: 'payments' });
    expect(anomalies(topic)).toEqual(['wrong-partition']);
  });

  test('wrong-partition: a value acknowledged in another partition than it was read in', () => {
    const history = new HistoryBuilder();
    const send = history.sends('producer-1', 'a', { partitioner: true });
    history.polled('consumer-1', 0, ['a'], { partition: 2 });
    send.ok(0, 1);
    expect(violations(history)).toMatchObject([{ anomaly: 'wrong-partition', place: { partition: 2 } }]);
  });

  test('wrong-partition: one send of unknown outcome, read in two partitions', () => {
    const history = new HistoryBuilder();
    history.sends('producer-1', 'a', { partitioner: true }).unknown();
    history.polled('consumer-1', 0, ['a']).polled('consumer-1', 0, ['a'], { partition: 1 });
    expect(anomalies(history)).toEqual(['wrong-partition']);
  });

  test('G1a: a value whose send certainly failed, before or after it was read', () => {
    const before = new HistoryBuilder();
    before.sends('producer-1', 'a').fail();
    before.polled('consumer-1', 0, ['a']);
    expect(violations(before)).toMatchObject([
      {
        anomaly: 'G1a',
        sentence:
          'consumer-1 read "a" at offset 0 of orders-0, although its send failed with NOT_ENOUGH_REPLICAS.',
      },
    ]);
    const after = new HistoryBuilder();
    const send = after.sends('producer-1', 'a');
    after.polled('consumer-1', 0, ['a']);
    send.fail();
    expect(anomalies(after)).toEqual(['G1a']);
  });
});

describe('no violation is reported for', () => {
  test('a send of unknown outcome that all consumers read much later', () => {
    const history = new HistoryBuilder();
    history.sends('producer-1', 'a').unknown();
    history.polled('consumer-1', 0, []).polled('consumer-1', 0, ['a']).polled('consumer-2', 0, ['a']);
    expect(anomalies(history.finallyRead('reader-1', ['a']))).toEqual([]);
  });

  test('one value at three offsets: retries without idempotence', () => {
    const history = sending('a').polled('consumer-1', 0, ['a', 'a']).polled('consumer-2', 0, ['a', 'a', 'a']);
    expect(anomalies(history.finallyRead('reader-1', ['a', 'a', 'a']))).toEqual([]);
  });

  test('a failed send that is never read', () => {
    const history = new HistoryBuilder();
    history.sends('producer-1', 'a').fail();
    expect(anomalies(history.finallyRead('reader-1', []))).toEqual([]);
  });

  test('a read before its send was acknowledged', () => {
    const history = new HistoryBuilder();
    const send = history.sends('producer-1', 'a');
    history.polled('consumer-1', 0, ['a']);
    send.ok(0);
    expect(anomalies(history.finallyRead('reader-1', ['a']))).toEqual([]);
  });

  test('final readers that poll several times, with holes that all of them find', () => {
    const history = sending('a', 'b');
    for (const reader of ['reader-1', 'reader-2']) {
      history.finallyRead(reader, ['a', undefined], { highWatermark: 3 });
      history.pollOf(
        reader,
        {
          topic: 'orders',
          partition: 0,
          from: 2,
          to: 3,
          records: [{ offset: 2, key: null, value: 'b' }],
          highWatermark: 3,
        },
        { final: true },
      );
    }
    expect(anomalies(history)).toEqual([]);
  });

  test('a log that begins at a large offset', () => {
    const begin = 5_000_000_000;
    const history = new HistoryBuilder().sent('producer-1', 'a', begin).sent('producer-1', 'b', begin + 1);
    expect(anomalies(history.polled('consumer-1', begin, ['a', 'b']))).toEqual([]);
  });
});

describe('records that were deleted on request', () => {
  const readThenStartingAt = (from: number, deletedBefore: number) =>
    sending('a', 'b')
      .polled('consumer-1', 0, ['a', 'b'])
      .deleted(deletedBefore)
      .pollOf(
        'reader-1',
        { topic: 'orders', partition: 0, from, to: 2, records: [], highWatermark: 2 },
        { final: true },
      );

  test('may be missing from the final log', () => {
    expect(anomalies(readThenStartingAt(2, 2))).toEqual([]);
  });

  test('may be found by one final reader and not by the next: not every replica had deleted them', () => {
    const partly = (deletedBefore: number): HistoryBuilder =>
      sending('a', 'b')
        .deleted(deletedBefore, 'unknown')
        .finallyRead('reader-1', ['a', 'b'])
        .pollOf(
          'reader-2',
          {
            topic: 'orders',
            partition: 0,
            from: 1,
            to: 2,
            records: [{ offset: 1, key: null, value: 'b' }],
            highWatermark: 2,
          },
          { final: true, isolation: 'read_committed' },
        );
    expect(anomalies(partly(1))).toEqual([]);
    expect(anomalies(partly(0))).toEqual(['dirty-read']);
  });

  test('excuse no missing record above them', () => {
    const [violation] = violations(readThenStartingAt(2, 1));
    expect(violation?.anomaly).toBe('dirty-read');
    expect(violation?.sentence).toContain('the final log begins at offset 2');
  });
});

describe('where a topic is deleted and created again', () => {
  const [OLD, NEW] = [{ topicId: 'old' }, { topicId: 'new' }];

  test('the new topic holds other records at the same offsets, and those of the deleted topic are gone', () => {
    const history = sending('a', 'b').polled('consumer-1', 0, ['a'], OLD).topicDeleted().topicCreated('new');
    history.polled('consumer-1', 0, ['b'], NEW).finallyRead('reader-1', ['b'], NEW);
    expect(anomalies(history)).toEqual([]);
  });

  test('wrong-topic-id: a record that was acknowledged in the old topic is read in the new one', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0, OLD).topicDeleted().topicCreated('new');
    history.polled('consumer-1', 0, ['a'], NEW);
    const [violation] = violations(history);
    expect(violation).toMatchObject({
      anomaly: 'wrong-topic-id',
      place: { topic: 'orders', partition: 0, offset: 0 },
      sentence:
        '"a" was acknowledged in topic orders with id old before the topic with id new was created, but consumer-1 read it in the latter, at offset 0 of orders-0.',
    });
    expect(violation?.evidence).toEqual([history.events[0], history.events[1], history.events[7]]);
  });

  test('wrong-topic-id: the new topic is read before its creation is acknowledged', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0, OLD).topicDeleted();
    const creation = { f: 'create-topic', op: 50, process: 'admin-1' } as const;
    history.events.push({ type: 'invoke', ...creation, topic: 'orders', timeUs: 10_000 });
    history.polled('consumer-1', 0, ['a'], NEW);
    history.events.push({ type: 'ok', ...creation, topicId: 'new', timeUs: 20_000 });
    expect(anomalies(history)).toEqual(['wrong-topic-id']);
  });

  test('a pending send may be stored in both topics: its retry may reach the new one', () => {
    const history = new HistoryBuilder();
    const send = history.sends('producer-1', 'a', NEW);
    history.polled('consumer-1', 0, ['a'], OLD).topicDeleted().topicCreated('new');
    send.ok(0);
    expect(anomalies(history.polled('consumer-1', 0, ['a'], NEW))).toEqual([]);
  });

  test('two reads of one topic id must agree', () => {
    const history = sending('a', 'b').topicDeleted('unknown').polled('consumer-1', 0, ['a'], OLD);
    expect(anomalies(history.polled('consumer-2', 0, ['b'], OLD))).toEqual(['inconsistent-offsets']);
  });

  test('without topic ids an offset proves nothing, but a value that was never sent does', () => {
    const history = sending('a', 'b').polled('consumer-1', 0, ['a']).topicDeleted();
    history.polled('consumer-1', 0, ['b']).polled('consumer-1', 1, ['ghost']);
    expect(anomalies(history.finallyRead('reader-1', ['b']))).toEqual(['phantom']);
  });
});
