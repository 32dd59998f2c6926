import { describe, expect, test } from 'vitest';

import type { HistoryEvent } from '../../model/history/history.ts';
import { JepsenReader } from '../../model/history/jepsen-history.ts';
import { historyEdn } from './history-edn.ts';
import { transactionalReport } from '../testing/transactional-run.ts';

const at = (timeUs: number) => ({ timeUs, process: 'p' });
const send = (op: number, timeUs: number): HistoryEvent => ({
  type: 'invoke',
  f: 'send',
  op,
  topic: 'orders',
  partition: 0,
  key: null,
  value: `v${op}`,
  ...at(timeUs),
});
const sent = (op: number, timeUs: number, offset: number): HistoryEvent => ({
  type: 'ok',
  f: 'send',
  op,
  topic: 'orders',
  partition: 0,
  offset,
  ...at(timeUs),
});

function lines(...history: readonly HistoryEvent[]): readonly string[] {
  return historyEdn(history).trimEnd().split('\n');
}

describe("a history in Jepsen's format", () => {
  test('has a line for each invocation and each completion', () => {
    expect(lines(send(1, 5), sent(1, 7, 0))).toEqual([
      '; process 0: "p"',
      '{:index 0, :time 5000, :process 0, :type :invoke, :f :send, :value [[:send "orders-0" "v1"]]}',
      '{:index 1, :time 7000, :process 0, :type :ok, :f :send, :value [[:send "orders-0" [0 "v1"]]]}',
    ]);
  });

  test('gives operations that overlap processes of their own', () => {
    const [, , ...told] = lines(
      send(1, 1),
      send(2, 2),
      sent(2, 3, 0),
      sent(1, 4, 1),
      send(3, 5),
      sent(3, 6, 2),
    );
    expect(told.map((line) => /:process (\d)/.exec(line)?.[1])).toEqual(['0', '1', '1', '0', '0', '0']);
  });

  test('closes what never came back as unknown', () => {
    expect(lines(send(1, 1)).at(-1)).toContain(':type :info, :f :send');
  });

  test('writes polls by partition', () => {
    const poll: HistoryEvent = { type: 'invoke', f: 'poll', op: 1, ...at(1) };
    const records = [{ offset: 3, key: null, value: 'a"b' }];
    const partitions = [{ topic: 'orders', partition: 0, from: 3, to: 4, records }];
    const polled: HistoryEvent = { type: 'ok', f: 'poll', op: 1, partitions, ...at(2) };
    expect(lines(poll, polled).at(-1)).toContain(String.raw`:value [[:poll {"orders-0" [[3 "a\"b"]]}]]`);
  });

  describe('with transactions', () => {
    const { result } = transactionalReport();
    const told = historyEdn(result.history ?? []);
    const of = (value: string): readonly string[] =>
      told
        .split('\n')
        .flatMap((line) => (line.includes(value) ? [/:type :\w+, :f :\w+/.exec(line)?.[0] ?? ''] : []));

    test('has each of them as one operation: ok, failed where it was aborted', () => {
      expect(told).toContain(':type :invoke, :f :txn, :value [[:send "orders-0" "v3"]]');
      expect(told).toContain(':type :ok, :f :txn, :value [[:send "orders-0" [0 "v3"]]]');
      expect(of('[[:send "orders-0" "v6"]]')).toEqual([':type :invoke, :f :txn', ':type :fail, :f :txn']);
      expect(told).not.toContain(':f :send');
    });

    test('has no read that may see what was aborted', () => {
      expect(told.match(/:type :ok, :f :poll/g)).toHaveLength(3);
      expect(told).not.toContain('[2 "v6"]');
    });

    test('is read again as it was', () => {
      const reader = new JepsenReader(false);
      const events = told.split('\n').flatMap((line) => reader.read(line));
      const ends = events.flatMap((event) =>
        event.type === 'ok' || event.type === 'fail' ? [`${event.f} ${event.type}`] : [],
      );
      expect(ends.filter((end) => end.startsWith('commit'))).toEqual([
        'commit ok',
        'commit fail',
        'commit fail',
      ]);
    });
  });

  test('a consumer that seeks goes on as another process', () => {
    const assign: HistoryEvent = { type: 'invoke', f: 'assign', op: 1, partitions: [], ...at(1) };
    const assigned: HistoryEvent = { type: 'ok', f: 'assign', op: 1, ...at(2) };
    const seek: HistoryEvent = {
      type: 'invoke',
      f: 'seek',
      op: 2,
      topic: 'orders',
      partition: 0,
      position: 0,
      ...at(3),
    };
    const poll: HistoryEvent = { type: 'invoke', f: 'poll', op: 3, ...at(4) };
    expect(lines(assign, assigned, seek, poll).filter((line) => line.includes(':process 1'))).toHaveLength(2);
  });
});
