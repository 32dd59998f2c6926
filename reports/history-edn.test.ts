import { describe, expect, test } from 'vitest';

import type { HistoryEvent } from '../model/history.ts';
import { historyEdn } from './history-edn.ts';

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
