import { describe, expect, test } from 'vitest';

import {
  type ConfigurationValues,
  CRUCIBLE_DEFAULTS,
  resolveConfiguration,
} from '../configuration/configuration.ts';
import { HistoryFormatError } from './history-line.ts';
import { JepsenReader } from './jepsen-history.ts';
import { judge } from '../reference-model.ts';

const READ_COMMITTED = { 'isolation.level': 'read_committed' };

function eventsOf(lines: readonly string[], allTransactional = false) {
  const reader = new JepsenReader(allTransactional);
  return lines.flatMap((line) => reader.read(line));
}

/** The anomalies of a history whose operations are given as `PROCESS TYPE F VALUE`. */
function anomalies(lines: readonly string[], values: ConfigurationValues = READ_COMMITTED): string[] {
  const edn = lines.map((line, index) => {
    const [process, type, f, ...value] = line.split(' ');
    return `{:index ${index}, :time ${index}000000, :process ${process}, :type :${type}, :f :${f}, :value ${value.join(' ')}}`;
  });
  const configuration = resolveConfiguration({ ...CRUCIBLE_DEFAULTS, 'enable.idempotence': true, ...values });
  return judge(eventsOf(edn), { configuration }).map(({ anomaly }) => anomaly);
}

describe('an operation becomes', () => {
  test('a transaction, whose commit is invoked at once and whose polls are part of it', () => {
    const events = eventsOf([
      '{:index 0, :time 5000, :process 3, :type :invoke, :f :txn, :value [[:send 1 7] [:poll]]}',
      '{:index 1, :time 9000, :process 3, :type :ok, :f :txn, :value [[:send 1 [4 7]] [:poll {2 [[8 1]]}]]}',
    ]);
    expect(events.map((event) => `${event.type} ${event.f}`)).toEqual([
      'invoke begin',
      'ok begin',
      'invoke send',
      'invoke commit',
      'ok send',
      'invoke poll',
      'ok poll',
      'ok commit',
    ]);
    expect(events[2]).toMatchObject({
      process: 'process-3',
      timeUs: 5,
      topic: '1',
      value: '1/7',
      transaction: 0,
    });
    expect(events[4]).toMatchObject({ offset: 4, timeUs: 9 });
    expect(events[6]).toMatchObject({
      partitions: [{ topic: '2', from: 8, to: 9, records: [{ value: '2/1' }] }],
    });
  });

  test('sends outside of transactions, unless all operations are transactions', () => {
    const send = '{:process 0, :type :invoke, :f :send, :value [[:send 1 7]]}';
    expect(eventsOf([send]).map(({ f }) => f)).toEqual(['send']);
    expect(eventsOf([send], true).map(({ f }) => f)).toEqual(['begin', 'begin', 'send', 'commit']);
  });

  test('no event, if it is one of the nemesis or only inspects the cluster', () => {
    expect(eventsOf(['{:process :nemesis, :type :info, :f :kill, :value nil}'])).toEqual([]);
    expect(eventsOf(['{:process 1, :type :invoke, :f :debug-topic-partitions, :value [1]}', ''])).toEqual([]);
  });
});

describe('a malformed line is refused:', () => {
  test.each([
    ['{:process 0', 'line 1: column 12: expected "}", found the end: the text is cut off'],
    ['{:process 0, :type :maybe, :f :send}', 'line 1, :type: '],
    ['{:process 0, :type :invoke, :f :send, :value [[:sned 1 2]]}', 'line 1, :value 0: expected [:send k v]'],
    ['{:process 0, :type :ok, :f :send, :value []}', 'line 1, :process: process-0 has no operation open'],
  ])('%s', (line, message) => {
    expect(() => eventsOf([line])).toThrow(HistoryFormatError);
    expect(() => eventsOf([line])).toThrow(message);
  });
});

describe('the model finds anomalies that the checker of that workload does not:', () => {
  test('1: a torn transaction of unknown outcome, with its missing part at the end of what was read', () => {
    const torn = [
      '0 invoke txn [[:send 1 1] [:send 2 1]]',
      '0 info txn [[:send 1 [0 1]] [:send 2 [5 1]]]',
      '1 invoke send [[:send 2 9]]',
      '1 ok send [[:send 2 [7 9]]]',
      '2 invoke poll [[:poll]]',
      '2 ok poll [[:poll {1 [[0 1]], 2 [[4 0] [7 9]]}]]',
      '3 invoke send [[:send 2 0]]',
      '3 info send [[:send 2 0]]',
    ];
    expect(anomalies(torn)).toContain('torn-transaction');
  });

  test('1: the missing part of a torn transaction that was aborted', () => {
    const torn = [
      '0 invoke txn [[:send 1 1] [:send 2 1]]',
      '0 fail txn [[:send 1 [0 1]] [:send 2 [5 1]]]',
      '1 invoke send [[:send 2 0] [:send 2 9]]',
      '1 ok send [[:send 2 [4 0]] [:send 2 [7 9]]]',
      '2 invoke poll [[:poll]]',
      '2 ok poll [[:poll {1 [[0 1]], 2 [[4 0] [7 9]]}]]',
    ];
    expect(anomalies(torn)).toEqual(['G1a', 'torn-transaction']);
  });

  test('2: an aborted value in a poll whose own operation failed', () => {
    const lines = [
      '0 invoke txn [[:send 1 1] [:poll]]',
      '0 fail txn [[:send 1 [0 1]] [:poll]]',
      '1 invoke txn [[:poll] [:send 2 1]]',
      '1 fail txn [[:poll {1 [[0 1]]}] [:send 2 1]]',
    ];
    expect(anomalies(lines)).toEqual(['G1a']);
  });

  test('3: a value that was never sent', () => {
    expect(anomalies(['0 invoke poll [[:poll]]', '0 ok poll [[:poll {1 [[0 1]]}]]'])).toEqual(['phantom']);
  });

  test('4: no loss of sends that failed or have unknown outcomes', () => {
    const lines = [
      '0 invoke send [[:send 1 1]]',
      '0 info send [[:send 1 1]]',
      '0 invoke send [[:send 1 2]]',
      '0 fail send [[:send 1 2]]',
      '1 invoke poll [[:poll]]',
      '1 ok poll [[:poll {}]]',
    ];
    expect(anomalies(lines)).toEqual([]);
  });

  test('5: a producer that reorders, while the consumer is reassigned in between', () => {
    const lines = [
      '0 invoke send [[:send 1 1]]',
      '0 ok send [[:send 1 [5 1]]]',
      '0 invoke assign [1 2]',
      '0 ok assign [1 2]',
      '0 invoke send [[:send 1 2]]',
      '0 ok send [[:send 1 [3 2]]]',
    ];
    expect(anomalies(lines)).toEqual(['nonmonotonic-send']);
  });

  test('9: a value that is read before it is sent', () => {
    const lines = [
      '0 invoke poll [[:poll]]',
      '0 ok poll [[:poll {1 [[0 1]]}]]',
      '1 invoke send [[:send 1 1]]',
      '1 ok send [[:send 1 [0 1]]]',
    ];
    expect(anomalies(lines)).toEqual(['read-from-future']);
  });
});

describe('the model finds the anomalies of that checker:', () => {
  const sent = ['0 invoke send [[:send 1 1] [:send 1 2]]', '0 ok send [[:send 1 [0 1]] [:send 1 [1 2]]]'];

  test('inconsistent-offsets, lost-write, poll-skip and nonmonotonic-poll', () => {
    const polls = (first: string, second: string): string[] => [
      ...sent,
      '1 invoke poll [[:poll]]',
      `1 ok poll [[:poll {1 ${first}}]]`,
      '1 invoke poll [[:poll]]',
      `1 ok poll [[:poll {1 ${second}}]]`,
    ];
    expect(anomalies(polls('[[0 1]]', '[[1 2]]'))).toEqual([]);
    expect(anomalies(polls('[[0 1] [1 2]]', '[[1 2]]'))).toEqual(['nonmonotonic-poll']);
    expect(anomalies(polls('[[0 1] [1 2]]', '[[2 2]]'))).toEqual(['duplicate']);
    expect(anomalies([...sent, '1 invoke poll [[:poll]]', '1 ok poll [[:poll {1 [[1 2]]}]]'])).toEqual([]);
    const skipping = [
      ...polls('[[0 1]]', '[[1 2]]'),
      '2 invoke send [[:send 1 3]]',
      '2 ok send [[:send 1 [2 3]]]',
    ];
    const lost = [...skipping, '2 invoke send [[:send 1 4]]', '2 ok send [[:send 1 [3 4]]]'];
    expect(anomalies([...lost, '1 invoke poll [[:poll]]', '1 ok poll [[:poll {1 [[3 4]]}]]'])).toEqual([
      'poll-skip',
      'lost-write',
    ]);
  });

  test('none where a position was reset by an assignment or a rebalance', () => {
    const lines = [
      ...sent,
      '1 invoke poll [[:poll]]',
      '1 ok poll [[:poll {1 [[0 1] [1 2]]}]]',
      '1 invoke subscribe [1]',
      '1 ok subscribe [1]',
      '1 invoke poll [[:poll]]',
      '1 ok poll [[:poll {1 [[0 1]]}]], :rebalance-log [{:type :revoked, :keys [1]}]',
      '1 invoke poll [[:poll]]',
      '1 ok poll [[:poll {1 [[0 1]]}]]',
    ];
    expect(anomalies(lines)).toEqual([]);
  });

  test('precommitted-read: an operation reads what it sends', () => {
    const lines = ['0 invoke txn [[:send 1 1] [:poll]]', '0 ok txn [[:send 1 [0 1]] [:poll {1 [[0 1]]}]]'];
    expect(anomalies(lines)).toEqual(['precommitted-read']);
    expect(anomalies(lines, {})).toEqual([]);
  });

  test('G1c by write-read edges alone, and none for transactions that interleave in a log', () => {
    const circle = [
      '0 invoke txn [[:send 1 1] [:poll]]',
      '1 invoke txn [[:send 2 1] [:poll]]',
      '0 ok txn [[:send 1 [0 1]] [:poll {2 [[0 1]]}]]',
      '1 ok txn [[:send 2 [0 1]] [:poll {1 [[0 1]]}]]',
    ];
    expect(anomalies(circle)).toEqual(['G1c']);
    const interleaved = [
      '0 invoke txn [[:send 1 1] [:send 1 3]]',
      '1 invoke txn [[:send 1 2] [:send 1 4]]',
      '0 ok txn [[:send 1 [0 1]] [:send 1 [2 3]]]',
      '1 ok txn [[:send 1 [1 2]] [:send 1 [3 4]]]',
      '2 invoke poll [[:poll]]',
      '2 ok poll [[:poll {1 [[0 1] [1 2] [2 3] [3 4]]}]]',
    ];
    expect(anomalies(interleaved)).toEqual([]);
  });
});
