import { describe, expect, test } from 'vitest';

import type { HistoryEvent } from './history.ts';
import { HistoryBuilder } from './testing/history-builder.ts';
import {
  historyHeader,
  HistoryReader,
  parseHistoryHeader,
  parseHistoryLine,
  writeHistoryLine,
} from './history-file.ts';
import { HistoryFormatError } from './history-line.ts';

const HEADER = historyHeader({
  configuration: { 'min.insync.replicas': 2 },
  topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }],
});
const SEND =
  '{"type":"invoke","f":"send","op":0,"process":"p","timeUs":1,"topic":"orders","partition":0,"key":null,"value":"a"}';
const SEND_OK =
  '{"type":"ok","f":"send","op":0,"process":"p","timeUs":2,"topic":"orders","partition":0,"offset":0}';

function everyKindOfEvent(): readonly HistoryEvent[] {
  const history = new HistoryBuilder().assigned('c', 'earliest').sent('p', 'a', 0).sent('p', 'b', null);
  history.sends('p', 'c').fail('NOT_ENOUGH_REPLICAS', 0);
  history.sends('p', 'd', { partitioner: true }).unknown();
  const reset = { topic: 'orders', partition: 0, from: 9, to: 0, reason: 'offset-out-of-range' } as const;
  history.polled('c', 0, ['a', undefined, 'b'], { resets: [reset] }).sought('c', 7);
  history.cluster('disk-loss', 'broker-1').cluster('unclean-election').finallyRead('r', ['a', 'b']);
  const transaction = history.initialised('t', 'tx').begins('t').sent('e', 2).sentOffset('group', 2);
  transaction.committed();
  history.begins('t').sends('f').fail('INVALID_PRODUCER_EPOCH');
  history.committedOffset('c', 'group', 3).fetchedOffset('c', 'group', 3).fetchedOffset('c', 'new', null);
  history.finallyRead('s', ['a', 'b'], { isolation: 'read_committed', lastStableOffset: 2 });
  history.deleted(1).topicDeleted().topicCreated('id').sent('p', 'e', 0, { topicId: 'id' });
  history.polled('c', 0, ['e'], { topicId: 'id' });
  history.events.push(
    {
      type: 'invoke',
      f: 'move-leader',
      op: 99,
      process: 'admin',
      timeUs: 1,
      topic: 'orders',
      detail: 'to 2',
    },
    { type: 'ok', f: 'move-leader', op: 99, process: 'admin', timeUs: 2 },
  );
  return history.events;
}

function errorOf(read: () => unknown): HistoryFormatError {
  try {
    read();
  } catch (error) {
    if (error instanceof HistoryFormatError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function read(...lines: readonly string[]): readonly HistoryEvent[] {
  const reader = new HistoryReader();
  const events = lines.map((line) => reader.read(line)).filter((event) => event !== null);
  reader.end();
  return events;
}

test('a written history is read back unchanged', () => {
  const events = everyKindOfEvent();
  expect(read(HEADER, ...events.map(writeHistoryLine))).toEqual(events);
  expect(parseHistoryHeader(HEADER).topics).toEqual([
    { name: 'orders', partitions: 1, replicationFactor: 3 },
  ]);
});

test('empty lines, unknown fields and topics that the header does not name are tolerated', () => {
  const other = SEND.replace('"orders"', '"payments"').replace('{', '{"note":"by hand",');
  expect(read(HEADER, '', other)).toHaveLength(1);
});

describe('an error names its line and field:', () => {
  const cases: readonly [what: string, lines: readonly string[], message: string][] = [
    [
      'a line cut off',
      [HEADER, SEND.slice(0, 40)],
      'line 2: the line is cut off: expected a whole JSON object',
    ],
    ['no JSON', [HEADER, 'hello'], 'line 2: expected a JSON object'],
    [
      'no object',
      [HEADER, '7'],
      'line 2, type: expected one of invoke, ok, fail, unknown, cluster, found nothing',
    ],
    [
      'a missing field',
      [HEADER, SEND.replace(',"value":"a"', '')],
      'line 2, value: expected string, found nothing',
    ],
    ['a wrong type', [HEADER, SEND.replace('"op":0', '"op":"0"')], 'line 2, op: expected number, found "0"'],
    [
      'a fraction',
      [HEADER, SEND.replace('"timeUs":1', '"timeUs":1.5')],
      'line 2, timeUs: expected a whole number, found 1.5',
    ],
    [
      'a negative offset',
      [HEADER, SEND, SEND_OK.replace('"offset":0', '"offset":-1')],
      'line 3, offset: expected at least 0, found -1',
    ],
    [
      'an unknown operation',
      [HEADER, SEND.replace('"send"', '"push"')],
      'line 2, f: expected the name of an operation, found "push"',
    ],
    [
      'a wrong start position',
      [
        HEADER,
        '{"type":"invoke","f":"assign","op":1,"process":"c","timeUs":1,"partitions":[{"topic":"t","partition":0,"position":"newest"}]}',
      ],
      'line 2, partitions[0].position: expected "earliest", "latest" or an offset, found "newest"',
    ],
    ['a completion without invocation', [HEADER, SEND_OK], 'line 2, op: operation 0 was never invoked'],
    [
      'an operation completed twice',
      [HEADER, SEND, SEND_OK, SEND_OK],
      'line 4, op: operation 0 is completed for the second time',
    ],
    ['an operation invoked twice', [HEADER, SEND, SEND], 'line 3, op: operation 0 was invoked before'],
    [
      'a completion by another process',
      [HEADER, SEND, SEND_OK.replace('"p"', '"q"')],
      'line 3, process: operation 0 was invoked with "p", found "q"',
    ],
    [
      'no header',
      [SEND],
      'line 1, format: expected the header of a history, {"format":"kafka-crucible/history","version":1,...}',
    ],
    ['an empty file', [], 'line 1: expected the header of a history, found nothing'],
    [
      'a newer version',
      [HEADER.replace('"version":1', '"version":2')],
      'line 1, version: the file has version 2, this program reads up to 1; use a newer one',
    ],
    [
      'a header without topics',
      [HEADER.replace(/,"topics".*/, '}')],
      'line 1, topics: expected array, found nothing',
    ],
  ];
  test.each(cases)('%s', (_what, lines, message) => {
    expect(errorOf(() => read(...lines)).message).toBe(message);
  });

  test('as fields of the error', () => {
    const error = errorOf(() => parseHistoryLine(SEND.replace('"p"', '5'), 17));
    expect(error).toMatchObject({ lineNumber: 17, path: 'process' });
  });
});

describe('an event of a transaction', () => {
  const BEGIN = '{"type":"invoke","f":"begin","op":0,"process":"p","timeUs":1}';
  const COMMIT = '{"type":"invoke","f":"commit","op":1,"process":"p","timeUs":2,"transaction":0}';

  test('names the op of an earlier begin', () => {
    expect(read(HEADER, BEGIN, COMMIT)).toHaveLength(2);
    const error = errorOf(() => read(HEADER, SEND, COMMIT));
    expect(error.message).toBe('line 3, transaction: expected the op of an earlier "begin", found 0');
  });
});
