import { describe, expect, test } from 'vitest';

import { HistoryBuilder } from '../history/testing/history-builder.ts';
import { judging } from './testing/judging.ts';

const { violations, anomalies } = judging('no-loss');

/** Two acknowledged sends, of which the final log has only the first. */
function tailLost(): HistoryBuilder {
  return new HistoryBuilder()
    .sent('producer-1', 'a', 0)
    .sent('producer-1', 'b', 1)
    .finallyRead('reader-1', ['a']);
}

describe('lost-write:', () => {
  test('the final log holds another value at the offset of an acknowledged record', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).sent('producer-2', 'b', 0);
    history.finallyRead('reader-1', ['b']);
    const [violation] = violations(history);
    expect(violation).toMatchObject({
      anomaly: 'lost-write',
      place: { topic: 'orders', partition: 0, offset: 0 },
      sentence:
        '"a" was acknowledged at offset 0 of orders-0, but reader-1 found "b" there and no consumer ever read it.',
    });
    expect(violation?.evidence).toEqual([history.events[0], history.events[1], history.events[5]]);
  });

  test('without retries the first consumer that reads another value at the offset proves the loss', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).polled('consumer-1', 0, ['b']);
    history.sends('producer-2', 'b');
    const [violation] = violations(history, { retries: 0 });
    expect(violation).toMatchObject({ anomaly: 'lost-write', timeUs: 4_000 });
  });

  test('without a final read a consumer that reads another value there proves the loss of a record that was never read', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0);
    history.sends('producer-2', 'b').unknown();
    history.polled('consumer-1', 0, ['b']);
    expect(anomalies(history)).toEqual(['lost-write']);
  });

  test('the first loss in a partition is reported, and later ones are counted', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).sent('producer-1', 'b', 1);
    history.sent('producer-2', 'x', 0).sent('producer-2', 'y', 1).finallyRead('reader-1', ['x', 'y']);
    expect(anomalies(history)).toEqual(['lost-write']);
  });
});

describe('unseen:', () => {
  test('the final log ends before an acknowledged record', () => {
    const [violation] = violations(tailLost());
    expect(violation).toMatchObject({
      anomaly: 'unseen',
      sentence:
        '"b" was acknowledged at offset 1 of orders-0, but reader-1 read that partition to its end at offset 1 and did not find it.',
    });
    expect(violation?.evidence.map((event) => event.type)).toEqual(['invoke', 'ok', 'ok']);
  });

  test('the final log is empty', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).finallyRead('reader-1', []);
    expect(anomalies(history)).toEqual(['unseen']);
  });

  test('with acks=0 an expected record is searched by its value', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', null).finallyRead('reader-1', []);
    expect(violations(history, { acks: '0' }, ['no-loss'])).toMatchObject([
      { anomaly: 'unseen', notPromisedBecause: 'acks=0' },
    ]);
  });
});

/** "a" was stored by a first attempt and by a retry; the copy of the retry, which was acknowledged, is lost. */
function copyElsewhere(): HistoryBuilder {
  const history = new HistoryBuilder().sent('producer-1', 'a', 1);
  history.sends('producer-2', 'b').unknown();
  return history.finallyRead('reader-1', ['a', 'b']);
}

test('inconsistent-offsets: with acks=all the acknowledged offset holds another value, and a copy lies elsewhere', () => {
  const history = copyElsewhere();
  const [violation] = violations(history);
  expect(violation).toMatchObject({
    anomaly: 'inconsistent-offsets',
    sentence:
      '"a" was acknowledged at offset 1 of orders-0, but the final log holds "b" there and "a" elsewhere.',
  });
  expect(violation?.evidence).toEqual([history.events[0], history.events[1], history.events[5]]);
});

describe('no loss is reported for', () => {
  test('a send of unknown outcome that is read later', () => {
    const history = new HistoryBuilder();
    history.sends('producer-1', 'a').unknown();
    expect(anomalies(history.finallyRead('reader-1', ['a']))).toEqual([]);
  });

  test('an empty log when all sends failed or have unknown outcomes', () => {
    const history = new HistoryBuilder();
    history.sends('producer-1', 'a').unknown();
    history.sends('producer-1', 'b').fail();
    expect(anomalies(history.finallyRead('reader-1', []))).toEqual([]);
  });

  test('a retry that stored a record twice', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 1).finallyRead('reader-1', ['a', 'a']);
    expect(anomalies(history)).toEqual([]);
  });

  test('another value at the acknowledged offset with acks=1, while the log has another copy', () => {
    expect(anomalies(copyElsewhere(), { acks: '1' }, ['no-loss'])).toEqual([]);
  });

  test('a partition without a final read', () => {
    expect(anomalies(new HistoryBuilder().sent('producer-1', 'a', 0))).toEqual([]);
  });

  test('a final reader that did not reach the end', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).sent('producer-1', 'b', 1);
    expect(anomalies(history.finallyRead('reader-1', ['a'], { highWatermark: 2 }))).toEqual([]);
  });

  test('a record below the start of the final read, which retention may have deleted', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).sent('producer-1', 'b', 1);
    const entry = { topic: 'orders', partition: 0, from: 1, to: 2, highWatermark: 2 };
    history.pollOf(
      'reader-1',
      { ...entry, records: [{ offset: 1, key: null, value: 'b' }] },
      { final: true },
    );
    expect(anomalies(history)).toEqual([]);
  });

  test('a lost record with acks=1 or acks=0, unless no-loss is expected', () => {
    expect(anomalies(tailLost(), { acks: '1' })).toEqual([]);
    expect(anomalies(tailLost(), { acks: '0' })).toEqual([]);
    expect(violations(tailLost(), { acks: '1' }, ['no-loss'])).toMatchObject([
      { notPromisedBecause: 'acks=1' },
    ]);
  });
});

describe('no-loss and faults:', () => {
  const lossOf = (...brokers: string[]): HistoryBuilder => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0);
    for (const broker of brokers) history.cluster('disk-loss', broker);
    return history.finallyRead('reader-1', []);
  };

  test('a crash excuses no loss', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0);
    for (const broker of ['broker-1', 'broker-2', 'broker-3']) history.cluster('crash', broker);
    expect(anomalies(history.finallyRead('reader-1', []))).toEqual(['unseen']);
  });

  test('min.insync.replicas=2 survives the loss of one disk, and not of two', () => {
    expect(anomalies(lossOf('broker-1'))).toEqual(['unseen']);
    expect(anomalies(lossOf('broker-1', 'broker-1'))).toEqual(['unseen']);
    expect(anomalies(lossOf('broker-1', 'broker-2'))).toEqual([]);
  });

  test("the loss of a controller's disk excuses no loss", () => {
    expect(anomalies(lossOf('controller-1', 'controller-2'))).toEqual(['unseen']);
  });

  test('before KIP-966 no loss of a disk is survived, and an expected violation says why it is not promised', () => {
    const before966 = { 'eligible.leader.replicas.version': 0 };
    expect(anomalies(lossOf('broker-1'), before966)).toEqual([]);
    expect(violations(lossOf('broker-1'), before966, ['no-loss'])).toMatchObject([
      { notPromisedBecause: expect.stringContaining('eligible.leader.replicas.version=0') as string },
    ]);
    expect(anomalies(lossOf('broker-1', 'broker-2'), before966, ['no-loss'])).toEqual([]);
  });

  test('min.insync.replicas=1 survives no loss of a disk', () => {
    const one = { 'min.insync.replicas': 1 };
    expect(anomalies(lossOf('broker-1'), one)).toEqual([]);
    expect(violations(lossOf('broker-1'), one, ['no-loss'])).toMatchObject([
      { notPromisedBecause: 'min.insync.replicas=1 does not survive the loss of a disk or of power' },
    ]);
    expect(violations(lossOf(), one, ['no-loss'])[0]).not.toHaveProperty('notPromisedBecause');
  });

  test('an unclean election excuses a loss, unless no-loss is expected', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).cluster('unclean-election');
    history.finallyRead('reader-1', []);
    expect(anomalies(history)).toEqual([]);
    expect(violations(history, {}, ['no-loss'])).toMatchObject([
      { notPromisedBecause: 'an unclean leader election gave records up' },
    ]);
  });
});

describe('records that were deleted on request are not lost:', () => {
  const twoSent = () => new HistoryBuilder().sent('producer-1', 'a', 0).sent('producer-1', 'b', 1);
  const readFrom = (history: HistoryBuilder, from: number) =>
    history.pollOf(
      'reader-1',
      { topic: 'orders', partition: 0, from, to: 2, records: [], highWatermark: 2 },
      { final: true },
    );

  test.each(['ok', 'unknown'] as const)('below the offset of a deletion that ended %s', (outcome) => {
    expect(anomalies(readFrom(twoSent().deleted(2, outcome), 2))).toEqual([]);
  });

  test('at or above the offset of the deletion a record is lost', () => {
    expect(anomalies(readFrom(twoSent().deleted(1), 2))).toEqual(['unseen']);
  });

  test('a deletion that certainly failed excuses no loss', () => {
    const history = twoSent().deleted(1).deleted(2, 'fail');
    expect(anomalies(readFrom(history, 2))).toEqual(['unseen']);
  });

  test('a deletion in another partition excuses no loss', () => {
    const history = twoSent().deleted(1).deleted(2, 'ok', { partition: 1 });
    expect(anomalies(readFrom(history, 2))).toEqual(['unseen']);
  });
});

describe('where a topic is deleted and created again', () => {
  const [OLD, NEW] = [{ topicId: 'old' }, { topicId: 'new' }];
  const made = () => new HistoryBuilder().sent('producer-1', 'a', 0, OLD).topicDeleted().topicCreated('new');

  test('a record of the deleted topic may be gone, and its offset may hold another value', () => {
    const history = made().sent('producer-1', 'b', 0, NEW);
    expect(anomalies(history.finallyRead('reader-1', ['b'], NEW))).toEqual([]);
  });

  test('a record may be gone although the outcome of the deletion is unknown and no topic was created again', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0, OLD).topicDeleted('unknown');
    expect(anomalies(history)).toEqual([]);
  });

  test('a record of the new topic must not be lost', () => {
    const history = made().sent('producer-1', 'b', 0, NEW);
    expect(anomalies(history.finallyRead('reader-1', [], NEW))).toEqual(['unseen']);
  });

  test('a record of a topic that the final readers find must not be lost, whatever deletion was requested', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0, OLD).topicDeleted('unknown');
    expect(anomalies(history.finallyRead('reader-1', [], OLD))).toEqual(['unseen']);
  });

  test('without topic ids an offset proves no loss', () => {
    const lost = (outcome: 'ok' | 'unknown' | 'fail') => {
      const history = new HistoryBuilder().sent('producer-1', 'a', 0).topicDeleted(outcome).topicCreated();
      return anomalies(history.sent('producer-1', 'b', 0).finallyRead('reader-1', ['b']));
    };
    expect(lost('ok')).toEqual([]);
    expect(lost('unknown')).toEqual([]);
    expect(lost('fail')).toEqual(['lost-write']);
  });
});

test('a record that may have exceeded retention.ms is not lost, even above the offset of a deletion', () => {
  const history = new HistoryBuilder().sent('producer-1', 'a', 0).sent('producer-1', 'b', 1).deleted(1);
  const empty = { topic: 'orders', partition: 0, from: 2, to: 2, records: [], highWatermark: 2 };
  history.pollOf('reader-1', empty, { final: true });
  expect(anomalies(history)).toEqual(['unseen']);
  expect(anomalies(history, { 'retention.ms': 5000 })).toEqual([]);
  expect(anomalies(history, { 'retention.ms': -1 })).toEqual(['unseen']);
});

test('a record may exceed retention.ms between one final reader and the next', () => {
  const history = new HistoryBuilder().initialised('producer-1', 'payments');
  history.begins('producer-1').sent('a', 0).committed();
  history.finallyRead('reader-1', ['a', undefined]);
  const rest = { topic: 'orders', partition: 0, from: 2, to: 2, records: [], highWatermark: 2 };
  history.pollOf('reader-2', rest, { final: true, isolation: 'read_committed' });
  expect(anomalies(history)).toEqual(['unseen']);
  expect(anomalies(history, { 'retention.ms': 5000 })).toEqual([]);
});

test('a record of a committed transaction that read_committed does not find is lost only where transactions are promised', () => {
  const history = new HistoryBuilder();
  history.begins('producer-1').sent('a', 0).committed();
  history.finallyRead('reader-1', ['a', undefined]);
  const rest = { topic: 'orders', partition: 0, from: 0, to: 2, records: [], highWatermark: 2 };
  history.pollOf('reader-2', rest, { final: true, isolation: 'read_committed' });
  expect(anomalies(history)).toEqual(['lost-write']);
  // KIP-890 part 2: a late marker may have aborted a transaction that its producer knows as committed.
  expect(anomalies(history, { 'transaction.version': 1 })).toEqual([]);
  // Where atomic transactions are expected, the loss is reported as one that is not promised.
  const [expected] = violations(history, { 'transaction.version': 1 }, ['atomic-transactions']);
  expect(expected?.notPromisedBecause).toContain('transaction.version=1');
});

test('a record that read_committed passed over in a deleted topic may have been aborted by a late marker', () => {
  const history = new HistoryBuilder();
  history.begins('producer-1').sent('a', 0).committed();
  const passing = { topic: 'orders', partition: 0, from: 0, to: 2, records: [], highWatermark: 2 };
  history.pollOf('reader-1', passing, { isolation: 'read_committed' });
  expect(anomalies(history)).toEqual(['lost-write']);
  expect(anomalies(history, { 'transaction.version': 1 })).toEqual([]);
  // A read_uncommitted reader, which finds every record in the log, proves the loss.
  history.pollOf('reader-2', passing);
  expect(anomalies(history, { 'transaction.version': 1 })).toEqual(['lost-write']);
});
