import { describe, expect, test } from 'vitest';

import { HistoryBuilder } from '../history/testing/history-builder.ts';
import { judging } from './testing/judging.ts';

const { violations, anomalies } = judging('no-loss');

/** Two acknowledged sends, of which the final log has the first only. */
function tailLost(): HistoryBuilder {
  return new HistoryBuilder()
    .sent('producer-1', 'a', 0)
    .sent('producer-1', 'b', 1)
    .finallyRead('reader-1', ['a']);
}

describe('lost-write', () => {
  test('the final log holds another value where an acknowledged record was', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).sent('producer-2', 'b', 0);
    history.finallyRead('reader-1', ['b']);
    const [violation] = violations(history);
    expect(violation).toMatchObject({
      anomaly: 'lost-write',
      place: { topic: 'orders', partition: 0, offset: 0 },
      sentence:
        '"a" was acknowledged at offset 0 of orders-0, but reader-1 found "b" there and nobody ever read it.',
    });
    expect(violation?.evidence).toEqual([history.events[0], history.events[1], history.events[5]]);
  });

  test('without retries it is known as soon as somebody reads another value there', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).polled('consumer-1', 0, ['b']);
    history.sends('producer-2', 'b');
    const [violation] = violations(history, { retries: 0 });
    expect(violation).toMatchObject({ anomaly: 'lost-write', timeUs: 4_000 });
  });

  test('without a final read: a reader found another value there and nobody read the record', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0);
    history.sends('producer-2', 'b').unknown();
    history.polled('consumer-1', 0, ['b']);
    expect(anomalies(history)).toEqual(['lost-write']);
  });

  test('is told once for a partition, and counted', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).sent('producer-1', 'b', 1);
    history.sent('producer-2', 'x', 0).sent('producer-2', 'y', 1).finallyRead('reader-1', ['x', 'y']);
    expect(anomalies(history)).toEqual(['lost-write']);
  });
});

describe('unseen', () => {
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

  test('with acks=0 nobody says where the record is, and whoever expects it finds it by its value', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', null).finallyRead('reader-1', []);
    expect(violations(history, { acks: '0' }, ['no-loss'])).toMatchObject([
      { anomaly: 'unseen', notPromisedBecause: 'acks=0' },
    ]);
  });
});

/** "a" was stored by a first attempt and a retry; the retry's copy, the acknowledged one, is gone. */
function copyElsewhere(): HistoryBuilder {
  const history = new HistoryBuilder().sent('producer-1', 'a', 1);
  history.sends('producer-2', 'b').unknown();
  return history.finallyRead('reader-1', ['a', 'b']);
}

test('inconsistent-offsets: with acks=all the acknowledged offset was committed', () => {
  const history = copyElsewhere();
  const [violation] = violations(history);
  expect(violation).toMatchObject({
    anomaly: 'inconsistent-offsets',
    sentence:
      '"a" was acknowledged at offset 1 of orders-0, but the final log holds "b" there and "a" elsewhere.',
  });
  expect(violation?.evidence).toEqual([history.events[0], history.events[1], history.events[5]]);
});

describe('legal, though it looks wrong', () => {
  test('a send of unknown outcome that is read later', () => {
    const history = new HistoryBuilder();
    history.sends('producer-1', 'a').unknown();
    expect(anomalies(history.finallyRead('reader-1', ['a']))).toEqual([]);
  });

  test('all sends unknown or failed, and an empty log', () => {
    const history = new HistoryBuilder();
    history.sends('producer-1', 'a').unknown();
    history.sends('producer-1', 'b').fail();
    expect(anomalies(history.finallyRead('reader-1', []))).toEqual([]);
  });

  test('a retry that stored a record twice', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 1).finallyRead('reader-1', ['a', 'a']);
    expect(anomalies(history)).toEqual([]);
  });

  test('with acks=1: another value at the acknowledged offset, while another copy lives', () => {
    expect(anomalies(copyElsewhere(), { acks: '1' }, ['no-loss'])).toEqual([]);
  });

  test('no final read of the partition: a cluster that is rightly stuck', () => {
    expect(anomalies(new HistoryBuilder().sent('producer-1', 'a', 0))).toEqual([]);
  });

  test('a final reader that did not get to the end', () => {
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

  test('with acks=1 or acks=0, unless somebody expects more', () => {
    expect(anomalies(tailLost(), { acks: '1' })).toEqual([]);
    expect(anomalies(tailLost(), { acks: '0' })).toEqual([]);
    expect(violations(tailLost(), { acks: '1' }, ['no-loss'])).toMatchObject([
      { notPromisedBecause: 'acks=1' },
    ]);
  });
});

describe('faults', () => {
  const lossOf = (...brokers: string[]): HistoryBuilder => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0);
    for (const broker of brokers) history.cluster('disk-loss', broker);
    return history.finallyRead('reader-1', []);
  };

  test('crashes excuse nothing', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0);
    for (const broker of ['broker-1', 'broker-2', 'broker-3']) history.cluster('crash', broker);
    expect(anomalies(history.finallyRead('reader-1', []))).toEqual(['unseen']);
  });

  test('one lost disk is survived with min.insync.replicas=2, two are not', () => {
    expect(anomalies(lossOf('broker-1'))).toEqual(['unseen']);
    expect(anomalies(lossOf('broker-1', 'broker-1'))).toEqual(['unseen']);
    expect(anomalies(lossOf('broker-1', 'broker-2'))).toEqual([]);
  });

  test('a lost disk of a controller holds no records', () => {
    expect(anomalies(lossOf('controller-1', 'controller-2'))).toEqual(['unseen']);
  });

  test('before KIP-966 no lost disk was survived; who expects it is told why it is not promised', () => {
    const before966 = { 'eligible.leader.replicas.version': 0 };
    expect(anomalies(lossOf('broker-1'), before966)).toEqual([]);
    expect(violations(lossOf('broker-1'), before966, ['no-loss'])).toMatchObject([
      { notPromisedBecause: expect.stringContaining('eligible.leader.replicas.version=0') as string },
    ]);
    expect(anomalies(lossOf('broker-1', 'broker-2'), before966, ['no-loss'])).toEqual([]);
  });

  test('min.insync.replicas=1 survives no lost disk', () => {
    const one = { 'min.insync.replicas': 1 };
    expect(anomalies(lossOf('broker-1'), one)).toEqual([]);
    expect(violations(lossOf('broker-1'), one, ['no-loss'])).toMatchObject([
      { notPromisedBecause: 'min.insync.replicas=1 does not survive the loss of a disk or of power' },
    ]);
    expect(violations(lossOf(), one, ['no-loss'])[0]).not.toHaveProperty('notPromisedBecause');
  });

  test('an unclean election excuses the loss, except for who expects the promise nevertheless', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0).cluster('unclean-election');
    history.finallyRead('reader-1', []);
    expect(anomalies(history)).toEqual([]);
    expect(violations(history, {}, ['no-loss'])).toMatchObject([
      { notPromisedBecause: 'an unclean leader election gave records up' },
    ]);
  });
});

describe('records that were deleted on request are not lost', () => {
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

  test('at or above it a record is lost', () => {
    expect(anomalies(readFrom(twoSent().deleted(1), 2))).toEqual(['unseen']);
  });

  test('a deletion that failed for certain has deleted nothing', () => {
    const history = twoSent().deleted(1).deleted(2, 'fail');
    expect(anomalies(readFrom(history, 2))).toEqual(['unseen']);
  });

  test('a deletion in another partition excuses nothing here', () => {
    const history = twoSent().deleted(1).deleted(2, 'ok', { partition: 1 });
    expect(anomalies(readFrom(history, 2))).toEqual(['unseen']);
  });
});

describe('a topic that is deleted and made anew', () => {
  const [OLD, NEW] = [{ topicId: 'old' }, { topicId: 'new' }];
  const made = () => new HistoryBuilder().sent('producer-1', 'a', 0, OLD).topicDeleted().topicCreated('new');

  test('what was acknowledged in the deleted one may be gone, and its offset may hold something else', () => {
    const history = made().sent('producer-1', 'b', 0, NEW);
    expect(anomalies(history.finallyRead('reader-1', ['b'], NEW))).toEqual([]);
  });

  test('so it may when nobody knows whether it was deleted, and nobody made one anew', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0, OLD).topicDeleted('unknown');
    expect(anomalies(history)).toEqual([]);
  });

  test('what was acknowledged in the new one is not to be lost', () => {
    const history = made().sent('producer-1', 'b', 0, NEW);
    expect(anomalies(history.finallyRead('reader-1', [], NEW))).toEqual(['unseen']);
  });

  test('what the final readers find was not deleted, whatever was asked for', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0, OLD).topicDeleted('unknown');
    expect(anomalies(history.finallyRead('reader-1', [], OLD))).toEqual(['unseen']);
  });

  test('without topic ids nobody can tell what an offset was of', () => {
    const lost = (outcome: 'ok' | 'unknown' | 'fail') => {
      const history = new HistoryBuilder().sent('producer-1', 'a', 0).topicDeleted(outcome).topicCreated();
      return anomalies(history.sent('producer-1', 'b', 0).finallyRead('reader-1', ['b']));
    };
    expect(lost('ok')).toEqual([]);
    expect(lost('unknown')).toEqual([]);
    expect(lost('fail')).toEqual(['lost-write']);
  });
});

test('records that may have become old are not lost, also above what was asked to be deleted', () => {
  const history = new HistoryBuilder().sent('producer-1', 'a', 0).sent('producer-1', 'b', 1).deleted(1);
  const empty = { topic: 'orders', partition: 0, from: 2, to: 2, records: [], highWatermark: 2 };
  history.pollOf('reader-1', empty, { final: true });
  expect(anomalies(history)).toEqual(['unseen']);
  expect(anomalies(history, { 'retention.ms': 5000 })).toEqual([]);
  expect(anomalies(history, { 'retention.ms': -1 })).toEqual(['unseen']);
});

test('between one final reader and the next, records may become old', () => {
  const history = new HistoryBuilder().initialised('producer-1', 'payments');
  history.begins('producer-1').sent('a', 0).committed();
  history.finallyRead('reader-1', ['a', undefined]);
  const rest = { topic: 'orders', partition: 0, from: 2, to: 2, records: [], highWatermark: 2 };
  history.pollOf('reader-2', rest, { final: true, isolation: 'read_committed' });
  expect(anomalies(history)).toEqual(['unseen']);
  expect(anomalies(history, { 'retention.ms': 5000 })).toEqual([]);
});

test('what read_committed does not show of a committed transaction is a loss only where transactions are whole', () => {
  const history = new HistoryBuilder();
  history.begins('producer-1').sent('a', 0).committed();
  history.finallyRead('reader-1', ['a', undefined]);
  const rest = { topic: 'orders', partition: 0, from: 0, to: 2, records: [], highWatermark: 2 };
  history.pollOf('reader-2', rest, { final: true, isolation: 'read_committed' });
  expect(anomalies(history)).toEqual(['lost-write']);
  // KIP-890 part 2: a late marker may have aborted what is told to be committed.
  expect(anomalies(history, { 'transaction.version': 1 })).toEqual([]);
  // Where they are expected all the same, the loss is told as one that is not promised.
  const [expected] = violations(history, { 'transaction.version': 1 }, ['atomic-transactions']);
  expect(expected?.notPromisedBecause).toContain('transaction.version=1');
});

test('what read_committed passed over in a topic that was deleted then may have been aborted by a late marker, too', () => {
  const history = new HistoryBuilder();
  history.begins('producer-1').sent('a', 0).committed();
  const passing = { topic: 'orders', partition: 0, from: 0, to: 2, records: [], highWatermark: 2 };
  history.pollOf('reader-1', passing, { isolation: 'read_committed' });
  expect(anomalies(history)).toEqual(['lost-write']);
  expect(anomalies(history, { 'transaction.version': 1 })).toEqual([]);
  // Whoever sees all that is in the log has no such excuse.
  history.pollOf('reader-2', passing);
  expect(anomalies(history, { 'transaction.version': 1 })).toEqual(['lost-write']);
});
