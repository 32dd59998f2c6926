import { describe, expect, test } from 'vitest';

import { HistoryBuilder } from '../history/testing/history-builder.ts';
import { judging } from './testing/judging.ts';

const { violations, anomalies, violationsOfAll, anomaliesOfAll } = judging('atomic-transactions');
const COMMITTED = { isolation: 'read_committed' } as const;
const ELSEWHERE = { partition: 1 } as const;

describe('a committed transaction', () => {
  test('is read as a whole, with a hole at its marker', () => {
    const history = new HistoryBuilder().initialised('producer-1', 'payments');
    history.begins('producer-1').sent('a', 0).sent('b', 0, ELSEWHERE).sentOffset('group', 7).committed();
    history.polled('consumer-1', 0, ['a', undefined], COMMITTED);
    history.fetchedOffset('consumer-1', 'group', 7);
    for (const isolation of ['read_committed', 'read_uncommitted'] as const) {
      history.finallyRead(`${isolation} reader`, ['a', undefined], { isolation });
      history.finallyRead(`${isolation} reader`, ['b', undefined], { isolation, ...ELSEWHERE });
    }
    expect(anomaliesOfAll(history)).toEqual([]);
  });

  test('is not replaced by one that its producer failed to begin', () => {
    const history = new HistoryBuilder();
    const transaction = history.begins('producer-1').sent('a', 0);
    history.events.push(
      { type: 'invoke', f: 'begin', op: 77, process: 'producer-1', timeUs: 5_000 },
      { type: 'fail', f: 'begin', op: 77, process: 'producer-1', timeUs: 5_000, error: 'ILLEGAL_STATE' },
    );
    transaction.sentOffset('group', 7).committed();
    history.fetchedOffset('consumer-1', 'group', 7);
    expect(anomaliesOfAll(history.finallyRead('reader-1', ['a', undefined], COMMITTED))).toEqual([]);
  });

  test('may interleave with others, because isolation of writes is not promised', () => {
    const history = new HistoryBuilder();
    const first = history.begins('producer-1').sent('a', 0);
    const second = history.begins('producer-2').sent('b', 1);
    first.sent('c', 2).committed();
    second.sent('d', 3).aborted();
    history.sent('producer-3', 'e', 6);
    const log = ['a', undefined, 'c', undefined, undefined, undefined, 'e'];
    expect(anomaliesOfAll(history.finallyRead('reader-1', log, COMMITTED))).toEqual([]);
  });

  test('that read_committed does not find yet is late, not lost', () => {
    const history = new HistoryBuilder();
    history.begins('producer-1').sent('a', 0).committed();
    history.polled('consumer-1', 0, [], COMMITTED);
    expect(anomaliesOfAll(history)).toEqual([]);
  });

  test('that the final read_committed reader does not find is lost', () => {
    const history = new HistoryBuilder();
    history.begins('producer-1').sent('a', 0).committed();
    history
      .finallyRead('reader-1', ['a', undefined])
      .finallyRead('reader-2', [undefined, undefined], COMMITTED);
    const [violation, ...others] = violationsOfAll(history);
    expect(others).toEqual([]);
    expect(violation).toMatchObject({
      guarantee: 'no-loss',
      anomaly: 'lost-write',
      sentence:
        '"a" was acknowledged at offset 0 of orders-0 and committed with transaction 0 of producer-1, but reader-2 found nothing there and no read_committed consumer ever read it.',
    });
    expect(violation?.evidence.map(({ type, f }) => `${type} ${f}`)).toEqual([
      'invoke send',
      'ok send',
      'ok commit',
      'ok poll',
    ]);
  });
});

describe('torn-transaction:', () => {
  test('one part is read and another passed over, although the outcome is unknown', () => {
    const history = new HistoryBuilder();
    const transaction = history.begins('producer-1').sent('a', 0).sent('b', 0, ELSEWHERE);
    transaction.commits().unknown();
    history.polled('consumer-1', 0, ['a', undefined], COMMITTED);
    history.sent('producer-2', 'z', 2, ELSEWHERE);
    history.polled('consumer-1', 0, [undefined, undefined, 'z'], { ...COMMITTED, ...ELSEWHERE });
    const [violation, ...others] = violationsOfAll(history);
    expect(others).toEqual([]);
    expect(violation).toMatchObject({
      anomaly: 'torn-transaction',
      place: { topic: 'orders', partition: 1, offset: 0 },
      sentence:
        'Transaction 0 of producer-1 was torn: its record "a" was read in orders-0, but consumer-1 passed over offset 0 of orders-1 by read_committed without its record "b".',
    });
    expect(violation?.evidence.map(({ type, f }) => `${type} ${f}`)).toEqual([
      'invoke begin',
      'invoke send',
      'invoke send',
      'ok send',
      'invoke commit',
      'ok poll',
      'ok poll',
    ]);
  });

  test('the missing part is the end of a partition, as the final read proves', () => {
    const history = new HistoryBuilder();
    const transaction = history.begins('producer-1').sent('a', 0);
    transaction.sends('b', ELSEWHERE).unknown();
    transaction.commits().unknown();
    history.polled('consumer-1', 0, ['a', undefined], COMMITTED);
    expect(anomalies(history)).toEqual([]);
    history.finallyRead('reader-1', ['a', undefined], COMMITTED);
    history.finallyRead('reader-1', [], { ...COMMITTED, ...ELSEWHERE });
    expect(anomaliesOfAll(history)).toEqual(['torn-transaction']);
  });

  test('a torn transaction that was aborted is reported with G1a for the part that was read', () => {
    const history = new HistoryBuilder();
    history.begins('producer-1').sent('a', 0).sent('b', 0, ELSEWHERE).aborted();
    history.polled('consumer-1', 0, ['a', undefined], COMMITTED);
    history.polled('consumer-1', 0, [undefined, undefined], { ...COMMITTED, ...ELSEWHERE });
    expect(anomalies(history)).toEqual(['G1a', 'torn-transaction']);
  });

  test('the records are read, and the offset that belongs to them is not returned', () => {
    const history = new HistoryBuilder().committedOffset('consumer-1', 'group', 3, ELSEWHERE);
    const transaction = history.begins('producer-1').sent('a', 0).sentOffset('group', 7, ELSEWHERE);
    transaction.commits().unknown();
    history.polled('consumer-2', 0, ['a', undefined], COMMITTED);
    history.fetchedOffset('consumer-1', 'group', 3, ELSEWHERE);
    const [violation] = violations(history);
    expect(violation).toMatchObject({
      anomaly: 'torn-transaction',
      sentence:
        'Transaction 1 of producer-1 was torn: a part of it was read, but group "group" then got offset 3 in orders-1, although the transaction had committed offset 7 there.',
    });
  });

  test('the offset is returned, and a record that belongs to it is not read', () => {
    const history = new HistoryBuilder();
    const transaction = history.begins('producer-1').sent('a', 0).sentOffset('group', 7, ELSEWHERE);
    transaction.commits().unknown();
    history.fetchedOffset('consumer-1', 'group', 7, ELSEWHERE);
    history.finallyRead('reader-1', [undefined, undefined], COMMITTED);
    expect(anomalies(history)).toEqual(['torn-transaction']);
  });

  test('all or none may be read while the outcome is unknown', () => {
    const played = (log: readonly (string | undefined)[], offset: number | null): HistoryBuilder => {
      const history = new HistoryBuilder();
      const transaction = history.begins('producer-1').sent('a', 0).sentOffset('group', 7, ELSEWHERE);
      transaction.commits().unknown();
      history.fetchedOffset('consumer-1', 'group', offset, { ...ELSEWHERE, final: true });
      return history.finallyRead('reader-1', log, COMMITTED);
    };
    expect(anomaliesOfAll(played(['a', undefined], 7))).toEqual([]);
    expect(anomaliesOfAll(played([undefined, undefined], null))).toEqual([]);
  });

  test('a send that certainly failed is no part of the transaction', () => {
    const history = new HistoryBuilder();
    const transaction = history.begins('producer-1').sent('a', 0);
    transaction.sends('too large', ELSEWHERE).fail('RECORD_TOO_LARGE');
    transaction.committed();
    history.finallyRead('reader-1', ['a', undefined], COMMITTED);
    history.finallyRead('reader-1', [], { ...COMMITTED, ...ELSEWHERE });
    expect(anomaliesOfAll(history)).toEqual([]);
  });

  test('a record that was deleted on request is not missing', () => {
    const history = new HistoryBuilder();
    history.begins('producer-1').sent('a', 0).sent('b', 0, ELSEWHERE).committed();
    history.deleted(2).polled('consumer-1', 0, ['b', undefined], { ...COMMITTED, ...ELSEWHERE });
    const end = { topic: 'orders', partition: 0, from: 2, to: 2, records: [], highWatermark: 2 };
    history.pollOf('reader-1', end, { ...COMMITTED, final: true });
    history.finallyRead('reader-1', ['b', undefined], { ...COMMITTED, ...ELSEWHERE });
    expect(anomaliesOfAll(history)).toEqual([]);
  });
});

describe('G1a:', () => {
  const aborted = (): HistoryBuilder => {
    const history = new HistoryBuilder();
    history.begins('producer-1').sent('a', 0).aborted();
    return history;
  };

  test('a read_committed consumer reads a record of an aborted transaction', () => {
    const history = aborted().polled('consumer-1', 0, ['a', undefined], COMMITTED);
    const [violation, ...others] = violationsOfAll(history);
    expect(others).toEqual([]);
    expect(violation).toMatchObject({
      anomaly: 'G1a',
      sentence:
        'consumer-1 read "a" at offset 0 of orders-0 by read_committed, although transaction 0 of producer-1, to which it belongs, was aborted.',
    });
    expect(violation?.evidence).toEqual([
      history.events[0],
      history.events[2],
      history.events[5],
      history.events[7],
    ]);
  });

  test('a record was read whose transaction turns out to be aborted later', () => {
    const history = new HistoryBuilder();
    const commit = history.begins('producer-1').sent('a', 0).commits();
    history.polled('consumer-1', 0, ['a'], COMMITTED);
    expect(anomalies(history)).toEqual([]);
    commit.fail('INVALID_PRODUCER_EPOCH');
    expect(anomalies(history)).toEqual(['G1a']);
  });

  test('read_uncommitted may read aborted records, which stay in the log', () => {
    const history = aborted().polled('consumer-1', 0, ['a', undefined]);
    history.finallyRead('reader-1', ['a', undefined]);
    expect(anomaliesOfAll(history.finallyRead('reader-2', [undefined, undefined], COMMITTED))).toEqual([]);
  });

  test('a poll without an isolation level has that of the configuration', () => {
    const history = aborted().polled('consumer-1', 0, ['a', undefined]);
    expect(anomalies(history, { 'isolation.level': 'read_committed' })).toEqual(['G1a']);
  });
});

describe('an open transaction', () => {
  test('must not be read before its commit is requested: uncommitted-read', () => {
    const history = new HistoryBuilder();
    const transaction = history.begins('producer-1').sent('a', 0);
    history.polled('consumer-1', 0, ['a'], COMMITTED);
    transaction.committed();
    expect(anomaliesOfAll(history)).toEqual(['uncommitted-read']);
  });

  test('must not be read by the process that writes it: precommitted-read', () => {
    const history = new HistoryBuilder();
    history.begins('worker-1').sent('a', 0);
    expect(anomaliesOfAll(history.polled('worker-1', 0, ['a'], COMMITTED))).toEqual(['precommitted-read']);
  });

  test('may be read once its commit is requested', () => {
    const history = new HistoryBuilder();
    const commit = history.begins('producer-1').sent('a', 0).commits();
    history.polled('consumer-1', 0, ['a'], COMMITTED);
    commit.ok();
    expect(anomaliesOfAll(history)).toEqual([]);
  });

  test('may be read by read_uncommitted, even within its own process', () => {
    const history = new HistoryBuilder();
    history.begins('worker-1').sent('a', 0);
    expect(anomaliesOfAll(history.polled('worker-1', 0, ['a']))).toEqual([]);
  });

  test('whose commit never completes may be committed at any time, or never', () => {
    const asked = (): HistoryBuilder => {
      const history = new HistoryBuilder();
      history.begins('producer-1').sent('a', 0).commits();
      return history;
    };
    expect(anomaliesOfAll(asked().finallyRead('reader-1', ['a', undefined], COMMITTED))).toEqual([]);
    expect(anomaliesOfAll(asked().finallyRead('reader-1', [undefined, undefined], COMMITTED))).toEqual([]);
  });
});

describe('zombie-commit:', () => {
  const fenced = (): { history: HistoryBuilder; zombie: ReturnType<HistoryBuilder['begins']> } => {
    const history = new HistoryBuilder().initialised('producer-1', 'payments');
    const zombie = history.begins('producer-1').sent('a', 0);
    history.initialised('producer-1#2', 'payments');
    return { history, zombie };
  };

  test('a producer commits after another one has taken over its transactional id', () => {
    const { history, zombie } = fenced();
    zombie.committed();
    const [violation] = violations(history);
    expect(violation).toMatchObject({
      anomaly: 'zombie-commit',
      sentence:
        'Transaction 1 of producer-1 was committed, although producer-1#2 had taken over the transactional id "payments" before its commit was requested.',
    });
  });

  test('a record of the zombie is read, with or without a request for its commit', () => {
    const asked = fenced();
    asked.zombie.commits().unknown();
    expect(anomalies(asked.history.polled('consumer-1', 0, ['a'], COMMITTED))).toEqual(['zombie-commit']);
    const silent = fenced();
    expect(anomalies(silent.history.polled('consumer-1', 0, ['a'], COMMITTED))).toEqual(['zombie-commit']);
  });

  test('the zombie begins and commits another transaction', () => {
    const { history, zombie } = fenced();
    zombie.aborts().fail();
    history.begins('producer-1').sent('b', 2).committed();
    expect(anomalies(history)).toEqual(['zombie-commit']);
  });

  test('a transaction of which every part failed is committed without a request to the coordinator', () => {
    const empty = new HistoryBuilder().initialised('producer-1', 'payments');
    const zombie = empty.begins('producer-1');
    zombie.sends('a').fail();
    empty.initialised('producer-1#2', 'payments');
    zombie.committed();
    expect(anomaliesOfAll(empty)).toEqual([]);
  });

  test('a commit that was requested before the takeover may have taken effect first', () => {
    const history = new HistoryBuilder().initialised('producer-1', 'payments');
    const commit = history.begins('producer-1').sent('a', 0).commits();
    history.initialised('producer-1#2', 'payments');
    commit.ok();
    expect(anomaliesOfAll(history.polled('consumer-1', 0, ['a'], COMMITTED))).toEqual([]);
  });

  test('two initialisations at the same time may fence each other in either order', () => {
    const history = new HistoryBuilder();
    const [first, second] = ['a', 'b'].map((name) => history.initialises(name, 'payments'));
    second?.ok();
    const transaction = history.begins('b').sent('x', 0);
    first?.ok();
    transaction.committed();
    expect(anomaliesOfAll(history)).toEqual([]);
  });

  test('neither another transactional id nor a failed initialisation fences a producer', () => {
    const history = new HistoryBuilder().initialised('producer-1', 'payments');
    const transaction = history.begins('producer-1').sent('a', 0);
    history.initialised('producer-2', 'refunds').initialises('producer-3', 'payments').fail('TIMEOUT');
    transaction.committed();
    expect(anomaliesOfAll(history)).toEqual([]);
  });

  test('an empty transaction is committed without a request to the coordinator', () => {
    const history = new HistoryBuilder().initialised('producer-1', 'payments');
    const empty = history.begins('producer-1');
    history.initialised('producer-2', 'payments');
    empty.committed();
    expect(anomaliesOfAll(history)).toEqual([]);
  });
});

describe('G1c:', () => {
  /** Two workers, each with one operation that reads and writes, as in Jepsen's histories. */
  const circle = (closed: boolean): HistoryBuilder => {
    const history = new HistoryBuilder();
    const workers = ['worker-1', 'worker-2'].map((process, index) => {
      const transaction = history.begins(process).sent(`from ${process}`, index);
      transaction.commits();
      return { process, op: transaction.op };
    });
    workers.forEach(({ process, op }, index) => {
      const other = 1 - index;
      if (other === 1 || closed) {
        const value = `from worker-${other + 1}`;
        const entry = { topic: 'orders', partition: 0, from: other, to: other + 1 };
        const records = [{ offset: other, key: null, value }];
        history.pollOf(process, { ...entry, records }, { ...COMMITTED, transaction: op });
      }
    });
    return history;
  };

  test('two transactions have read from each other', () => {
    const [violation, ...others] = violationsOfAll(circle(true));
    expect(others).toEqual([]);
    expect(violation).toMatchObject({
      anomaly: 'G1c',
      sentence:
        '2 transactions read from each other in a cycle, so one of them read a record that was not committed: transaction 0 of worker-1 read "from worker-2" of transaction 3 of worker-2; transaction 3 of worker-2 read "from worker-1" of transaction 0 of worker-1.',
    });
  });

  test('a transaction that reads from another is legal', () => {
    expect(anomaliesOfAll(circle(false))).toEqual([]);
  });
});

describe('atomic transactions are not promised', () => {
  const torn = (): HistoryBuilder => {
    const history = new HistoryBuilder();
    history.begins('producer-1').sent('a', 0).aborted();
    return history.polled('consumer-1', 0, ['a'], COMMITTED);
  };

  test('before transaction.version=2, but may be expected', () => {
    const values = { 'transaction.version': 1 };
    expect(anomalies(torn(), values)).toEqual([]);
    const [violation] = violations(torn(), values, ['atomic-transactions']);
    expect(violation?.notPromisedBecause).toContain('KAFKA-17754');
  });

  test('after an unclean election', () => {
    const history = new HistoryBuilder().cluster('unclean-election');
    history.begins('producer-1').sent('a', 0).aborted();
    expect(anomalies(history.polled('consumer-1', 0, ['a'], COMMITTED))).toEqual([]);
  });
});
