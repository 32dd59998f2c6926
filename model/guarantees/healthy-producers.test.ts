import { describe, expect, test } from 'vitest';

import { HistoryBuilder } from '../history/testing/history-builder.ts';
import { judging } from './testing/judging.ts';

const { violations, anomalies } = judging('progress', {
  'enable.idempotence': true,
  'transaction.version': 2,
});

/** The producer of "payments" commits one transaction and is fenced in the next. */
function fenced(disturb: (history: HistoryBuilder) => void = () => {}): HistoryBuilder {
  const history = new HistoryBuilder().initialised('producer-1', 'payments');
  history.begins('producer-1').sent('a', 0).committed();
  disturb(history);
  history.begins('producer-1').sent('b', 2).aborts().fail('PRODUCER_FENCED');
  return history;
}

describe('fenced-by-nobody:', () => {
  test('a producer is fenced whose transactional id no other producer requested', () => {
    const history = fenced();
    const [violation] = violations(history);
    expect(violation).toMatchObject({
      anomaly: 'fenced-by-nobody',
      place: { topic: 'orders', partition: 0 },
      sentence:
        'producer-1 was fenced with PRODUCER_FENCED, although no other producer ever requested its transactional id "payments", and none of its transactions was open for transaction.timeout.ms.',
    });
    const { events } = history;
    expect(violation?.evidence).toEqual([events[1], events[8], events.at(-1)]);
  });

  test('a producer is fenced because its producer id is unknown, or by a call of unknown outcome', () => {
    const history = new HistoryBuilder().initialised('producer-1', 'payments');
    history.begins('producer-1').sent('a', 0).commits().unknown('INVALID_PRODUCER_ID_MAPPING');
    expect(anomalies(history)).toEqual(['fenced-by-nobody']);
  });

  test('a producer is reported once, although all its later calls fail', () => {
    const history = fenced();
    history.begins('producer-1').sends('c').fail('PRODUCER_FENCED');
    expect(anomalies(history)).toEqual(['fenced-by-nobody']);
  });

  test('crashes of brokers and late messages within a transaction excuse no fencing', () => {
    expect(anomalies(fenced((history) => history.cluster('crash', 'broker-1')))).toHaveLength(1);
    expect(anomalies(fenced((history) => history.cluster('message-delayed')))).toHaveLength(1);
  });
});

describe('a producer may be fenced', () => {
  test('that shares its transactional id with another, before or after it', () => {
    const heir = fenced((history) => history.initialised('producer-2', 'payments'));
    expect(anomalies(heir)).toEqual([]);
    const waiting = fenced((history) => history.initialises('producer-2', 'payments'));
    expect(anomalies(waiting)).toEqual([]);
  });

  test('whose transaction was open for so long that the coordinator may have aborted it', () => {
    expect(anomalies(fenced(), { 'transaction.timeout.ms': 4 })).toEqual([]);
    expect(anomalies(fenced(), { 'transaction.timeout.ms': 60 })).toHaveLength(1);
  });

  test('when clocks jump, because the age of its transaction is not known', () => {
    expect(anomalies(fenced((history) => history.cluster('clock', 'broker-1')))).toEqual([]);
  });

  test('that may have sent its first request twice: the first copy may arrive after the second', () => {
    const slow = { 'request.timeout.ms': 1, 'delivery.timeout.ms': 100 };
    expect(anomalies(fenced(), slow)).toEqual([]);
    const cutOff = new HistoryBuilder();
    const call = cutOff.initialises('producer-1', 'payments');
    cutOff.cluster('partition');
    call.ok();
    cutOff.begins('producer-1').sent('a', 0).aborts().fail('PRODUCER_FENCED');
    expect(anomalies(cutOff)).toEqual([]);
  });

  test('whose requests may be late, while transactions share an epoch', () => {
    const first = { 'transaction.version': 1 };
    expect(anomalies(fenced(), first)).toHaveLength(1);
    expect(
      anomalies(
        fenced((history) => history.cluster('message-delayed')),
        first,
      ),
    ).toEqual([]);
    expect(
      anomalies(
        fenced((history) => history.cluster('message-lost')),
        first,
      ),
    ).toHaveLength(1);
  });

  test('that timed out a request and sent it again, while transactions share an epoch', () => {
    const slow = { 'transaction.version': 1, 'request.timeout.ms': 3, 'delivery.timeout.ms': 100 };
    const history = new HistoryBuilder().initialised('producer-1', 'payments');
    const first = history.begins('producer-1').sent('a', 0).commits();
    history.cluster('crash', 'broker-1').cluster('start', 'broker-1').cluster('crash', 'broker-1');
    first.ok();
    history.begins('producer-1').sent('b', 2).aborts().fail('PRODUCER_FENCED');
    expect(anomalies(history, slow)).toEqual([]);
    expect(anomalies(history, { 'transaction.version': 1 })).toHaveLength(1);
  });

  test('that got a new producer id, by a coordinator that was replaced before', () => {
    const history = new HistoryBuilder().initialised('producer-1', 'payments');
    history.cluster('shutdown', 'broker-1');
    history.begins('producer-1').sends('a').fail('INVALID_PRODUCER_ID_MAPPING');
    expect(anomalies(history)).toEqual([]);
  });

  test('when the transaction log may have lost committed records', () => {
    const lost = (history: HistoryBuilder): void => {
      history.cluster('power-loss', 'broker-1').cluster('disk-loss', 'broker-2');
      history.cluster('power-loss', 'broker-3');
    };
    expect(anomalies(fenced(lost))).toEqual([]);
  });

  test('whose transactional id expired', () => {
    const history = new HistoryBuilder().initialised('producer-1', 'payments');
    history.begins('producer-1').sends('a').fail('INVALID_PRODUCER_ID_MAPPING');
    expect(anomalies(history, { 'transactional.id.expiration.ms': 1 })).toEqual([]);
  });

  test('whose transactional id expired, counted from its request and not from the response', () => {
    const history = new HistoryBuilder();
    history.events.push(
      {
        type: 'invoke',
        f: 'init-transactions',
        op: 100,
        process: 'producer-1',
        transactionalId: 'payments',
        timeUs: 0,
      },
      { type: 'ok', f: 'init-transactions', op: 100, process: 'producer-1', timeUs: 500_000 },
      { type: 'invoke', f: 'begin', op: 101, process: 'producer-1', timeUs: 1_500_000 },
      {
        type: 'fail',
        f: 'begin',
        op: 101,
        process: 'producer-1',
        error: 'INVALID_PRODUCER_ID_MAPPING',
        timeUs: 1_500_000,
      },
    );
    expect(anomalies(history, { 'transactional.id.expiration.ms': 1_600 })).toEqual(['fenced-by-nobody']);
    expect(anomalies(history, { 'transactional.id.expiration.ms': 1_200 })).toEqual([]);
  });
});
