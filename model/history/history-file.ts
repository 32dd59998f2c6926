/**
 * Histories as files: JSON Lines, a header and then one event a line. `docs/history-format.md` describes
 * the format for those who write such files with other tools.
 */
import { z } from 'zod';

import { GUARANTEE_IDS } from '../guarantee.ts';
import type { Completion, HistoryEvent, Invocation } from './history.ts';

export const HISTORY_FORMAT = 'kafka-crucible/history';
export const HISTORY_VERSION = 1;

const whole = z.int().min(0);
const offset = whole;
const op = whole;
const process = z.string().min(1);
const timeUs = whole;
const partition = whole;
const topic = z.string().min(1);
const isolation = z.enum(['read_committed', 'read_uncommitted']);
const group = z.string();
const groupOffsets = z.array(z.object({ topic, partition, offset }));
const topicId = z.string().min(1).exactOptional();
const startPosition = z.union([z.literal('earliest'), z.literal('latest'), offset]);

const invoked = { type: z.literal('invoke'), op, process, timeUs };
const completed = { op, process, timeUs };

const invocation = z.discriminatedUnion('f', [
  z.object({
    ...invoked,
    f: z.literal('send'),
    topic,
    partition: partition.nullable(),
    key: z.string().nullable(),
    value: z.string(),
    transaction: op.exactOptional(),
  }),
  z.object({ ...invoked, f: z.literal('init-transactions'), transactionalId: z.string().min(1) }),
  z.object({ ...invoked, f: z.literal('begin') }),
  z.object({ ...invoked, f: z.literal('send-offsets'), transaction: op, group, offsets: groupOffsets }),
  z.object({ ...invoked, f: z.enum(['commit', 'abort']), transaction: op }),
  z.object({ ...invoked, f: z.literal('commit-offsets'), group, offsets: groupOffsets }),
  z.object({
    ...invoked,
    f: z.literal('fetch-offsets'),
    group,
    partitions: z.array(z.object({ topic, partition })),
    final: z.literal(true).exactOptional(),
  }),
  z.object({
    ...invoked,
    f: z.literal('assign'),
    partitions: z.array(z.object({ topic, partition, position: startPosition })),
  }),
  z.object({ ...invoked, f: z.literal('seek'), topic, partition, position: startPosition }),
  z.object({
    ...invoked,
    f: z.literal('poll'),
    final: z.literal(true).exactOptional(),
    isolation: isolation.exactOptional(),
    transaction: op.exactOptional(),
  }),
  z.object({ ...invoked, f: z.literal('delete-records'), topic, partition, beforeOffset: offset }),
  z.object({ ...invoked, f: z.literal('delete-topic'), topic }),
  z.object({
    ...invoked,
    f: z.enum(['create-topic', 'move-leader', 'elect-leader', 'reassign']),
    topic,
    detail: z.string().exactOptional(),
  }),
]);

const polledPartition = z.object({
  topic,
  partition,
  topicId,
  from: offset,
  to: offset,
  records: z.array(z.object({ offset, key: z.string().nullable(), value: z.string() })),
  highWatermark: offset.exactOptional(),
  lastStableOffset: offset.exactOptional(),
});

const positionReset = z.object({
  topic,
  partition,
  from: offset,
  to: offset,
  reason: z.enum(['offset-out-of-range', 'log-truncation', 'no-position']),
});

/** Operations whose `ok` says nothing more, but for the id of a topic that was created. */
const WITHOUT_RESULT = [
  'init-transactions',
  'begin',
  'send-offsets',
  'commit',
  'abort',
  'commit-offsets',
  'assign',
  'seek',
  'delete-records',
  'delete-topic',
  'create-topic',
  'move-leader',
  'elect-leader',
  'reassign',
] as const;

const ok = z.discriminatedUnion('f', [
  z.object({
    ...completed,
    type: z.literal('ok'),
    f: z.literal('send'),
    topic,
    partition,
    offset: offset.nullable(),
    topicId,
  }),
  z.object({
    ...completed,
    type: z.literal('ok'),
    f: z.literal('poll'),
    partitions: z.array(polledPartition),
    resets: z.array(positionReset).exactOptional(),
  }),
  z.object({
    ...completed,
    type: z.literal('ok'),
    f: z.literal('fetch-offsets'),
    offsets: z.array(z.object({ topic, partition, offset: offset.nullable() })),
  }),
  z.object({ ...completed, type: z.literal('ok'), f: z.enum(WITHOUT_RESULT), topicId }),
]);

const notOk = z.object({
  ...completed,
  type: z.enum(['fail', 'unknown']),
  f: z.enum(['send', 'poll', 'fetch-offsets', ...WITHOUT_RESULT]),
  error: z.string(),
  partition: partition.exactOptional(),
});

const cluster = z.object({
  type: z.literal('cluster'),
  timeUs,
  f: z.enum([
    'crash',
    'power-loss',
    'disk-loss',
    'file-loss',
    'disk-error',
    'shutdown',
    'start',
    'pause',
    'resume',
    'partition',
    'heal',
    'message-lost',
    'message-delayed',
    'connection-broken',
    'slow-link',
    'clock',
    'unclean-election',
    'coordinator-change',
  ]),
  node: z.string().exactOptional(),
  detail: z.string().exactOptional(),
});

/** One schema a type of event: an error then names what is wrong with that type, not with all of them. */
const EVENT_SCHEMAS: Readonly<Record<HistoryEvent['type'], z.ZodType<HistoryEvent>>> = {
  invoke: invocation,
  ok,
  fail: notOk,
  unknown: notOk,
  cluster,
};

const headerSchema = z.object({
  format: z.literal(HISTORY_FORMAT),
  version: z.literal(HISTORY_VERSION),
  /** Kafka's own property names; what is not named has its default. */
  configuration: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  topics: z.array(
    z.object({
      name: topic,
      partitions: z.int().min(1),
      /** Null: the configuration's `default.replication.factor`. */
      replicationFactor: z.int().min(1).nullable(),
    }),
  ),
  /** Promises judged even where the configuration does not make them. */
  expect: z.array(z.enum(GUARANTEE_IDS)).exactOptional(),
  /** The history has an event for every change of a group's coordinator. */
  coordinatorChanges: z.literal('told').exactOptional(),
});

export type HistoryHeader = z.infer<typeof headerSchema>;

/** A line that is not what the format says; the message names the line and what was expected there. */
export class HistoryFormatError extends Error {
  /** From 1. */
  readonly lineNumber: number;
  /** The field within the line, `partitions[0].from`; empty for the line as a whole. */
  readonly path: string;

  constructor(lineNumber: number, path: string, expected: string) {
    super(`line ${lineNumber}${path === '' ? '' : `, ${path}`}: ${expected}`);
    this.name = 'HistoryFormatError';
    this.lineNumber = lineNumber;
    this.path = path;
  }
}

/** The header line, without a line end. */
export function historyHeader(header: Omit<HistoryHeader, 'format' | 'version'>): string {
  return JSON.stringify({ format: HISTORY_FORMAT, version: HISTORY_VERSION, ...header });
}

/** One event as a line, without a line end. */
export function writeHistoryLine(event: HistoryEvent): string {
  return JSON.stringify(event);
}

/** @throws HistoryFormatError also for a file of another format or of a newer version. */
export function parseHistoryHeader(line: string, lineNumber = 1): HistoryHeader {
  const json = parseJson(line, lineNumber);
  const { format, version } = z.looseObject({}).catch({}).parse(json);
  if (format !== HISTORY_FORMAT) {
    throw new HistoryFormatError(
      lineNumber,
      'format',
      `expected the header of a history, {"format":"${HISTORY_FORMAT}","version":${HISTORY_VERSION},...}`,
    );
  }
  if (typeof version === 'number' && version > HISTORY_VERSION) {
    throw new HistoryFormatError(
      lineNumber,
      'version',
      `the file has version ${version}, this program reads up to ${HISTORY_VERSION}; use a newer one`,
    );
  }
  return validated(headerSchema, json, lineNumber);
}

/**
 * One event of a history. Says nothing of how it fits the events before it: see `HistoryReader`.
 * @throws HistoryFormatError
 */
export function parseHistoryLine(line: string, lineNumber: number): HistoryEvent {
  const json = parseJson(line, lineNumber);
  const { type } = z.looseObject({}).catch({}).parse(json);
  const schema = isEventType(type) ? EVENT_SCHEMAS[type] : undefined;
  if (schema === undefined) {
    const types = Object.keys(EVENT_SCHEMAS).join(', ');
    throw new HistoryFormatError(lineNumber, 'type', `expected one of ${types}, found ${shown(type)}`);
  }
  return validated(schema, json, lineNumber);
}

/**
 * Reads a history line by line, and checks that every completion belongs to one invocation, and what is in a
 * transaction to one that was begun. Keeps the open operations and two bits for each that there was.
 */
export class HistoryReader {
  private lineNumber = 0;
  private readHeader: HistoryHeader | null = null;
  private readonly open = new Map<number, Invocation>();
  private readonly known = new BitSet();
  private readonly begun = new BitSet();

  /** Null before the first line. */
  get header(): HistoryHeader | null {
    return this.readHeader;
  }

  /**
   * Takes the next line; returns its event, or null for the header and for empty lines.
   * @throws HistoryFormatError
   */
  read(line: string): HistoryEvent | null {
    this.lineNumber++;
    if (line.trim() === '') return null;
    if (this.readHeader === null) {
      this.readHeader = parseHistoryHeader(line, this.lineNumber);
      return null;
    }
    const event = parseHistoryLine(line, this.lineNumber);
    if (event.type === 'invoke') this.invoke(event);
    else if (event.type !== 'cluster') this.complete(event);
    return event;
  }

  /**
   * To be called after the last line.
   * @throws HistoryFormatError if there was no header.
   */
  end(): void {
    if (this.readHeader === null) {
      throw new HistoryFormatError(
        this.lineNumber + 1,
        '',
        'expected the header of a history, found nothing',
      );
    }
  }

  private invoke(event: Invocation): void {
    if (this.known.has(event.op)) {
      throw new HistoryFormatError(this.lineNumber, 'op', `operation ${event.op} was invoked before`);
    }
    if ('transaction' in event && event.transaction !== undefined && !this.begun.has(event.transaction)) {
      throw new HistoryFormatError(
        this.lineNumber,
        'transaction',
        `expected the op of an earlier "begin", found ${event.transaction}`,
      );
    }
    if (event.f === 'begin') this.begun.add(event.op);
    this.known.add(event.op);
    this.open.set(event.op, event);
  }

  private complete(event: Completion): void {
    const invocation = this.open.get(event.op);
    if (invocation === undefined) {
      const fault = this.known.has(event.op) ? 'is completed for the second time' : 'was never invoked';
      throw new HistoryFormatError(this.lineNumber, 'op', `operation ${event.op} ${fault}`);
    }
    this.mustAgree('f', invocation.f, event);
    this.mustAgree('process', invocation.process, event);
    this.open.delete(event.op);
  }

  private mustAgree(field: 'f' | 'process', expected: string, event: Completion): void {
    if (event[field] === expected) return;
    throw new HistoryFormatError(
      this.lineNumber,
      field,
      `operation ${event.op} was invoked with ${shown(expected)}, found ${shown(event[field])}`,
    );
  }
}

function isEventType(type: unknown): type is HistoryEvent['type'] {
  return typeof type === 'string' && Object.hasOwn(EVENT_SCHEMAS, type);
}

function parseJson(line: string, lineNumber: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    const cutOff = line.trimStart().startsWith('{') && !line.trimEnd().endsWith('}');
    const expected = cutOff ? 'the line is cut off: expected a whole JSON object' : 'expected a JSON object';
    throw new HistoryFormatError(lineNumber, '', expected);
  }
}

function validated<Value>(schema: z.ZodType<Value>, json: unknown, lineNumber: number): Value {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path ?? [];
  const found = path.reduce<unknown>((value, key) => childOf(value, key), json);
  throw new HistoryFormatError(lineNumber, shownPath(path), `${expectation(issue)}, found ${shown(found)}`);
}

function expectation(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'expected something else';
  if (issue.code === 'invalid_type')
    return `expected ${issue.expected === 'int' ? 'a whole number' : issue.expected}`;
  if (issue.code === 'invalid_value')
    return `expected ${issue.values.map((value) => shown(value)).join(' or ')}`;
  if (issue.code === 'too_small') return `expected at least ${issue.minimum}`;
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'position') {
    return 'expected "earliest", "latest" or an offset';
  }
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'f') return 'expected the name of an operation';
  return issue.message;
}

function childOf(value: unknown, key: PropertyKey): unknown {
  const parent = z.record(z.string(), z.unknown()).or(z.array(z.unknown())).safeParse(value);
  if (!parent.success) return undefined;
  return Array.isArray(parent.data) ? parent.data[Number(key)] : parent.data[String(key)];
}

function shownPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((shownSoFar, key) => {
    if (typeof key === 'number') return `${shownSoFar}[${key}]`;
    return shownSoFar === '' ? String(key) : `${shownSoFar}.${String(key)}`;
  }, '');
}

const LONGEST_SHOWN = 60;

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'bigint' ? `${value}` : (JSON.stringify(value) ?? 'nothing');
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}...`;
}

const CHUNK_BITS = 8192;

/** A set of whole numbers that are mostly consecutive: one bit each, in chunks. */
class BitSet {
  private readonly chunks = new Map<number, Uint8Array>();

  has(number: number): boolean {
    const chunk = this.chunks.get(Math.floor(number / CHUNK_BITS));
    const bit = number % CHUNK_BITS;
    return chunk !== undefined && ((chunk[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  }

  add(number: number): void {
    const index = Math.floor(number / CHUNK_BITS);
    const chunk = this.chunks.get(index) ?? new Uint8Array(CHUNK_BITS / 8);
    this.chunks.set(index, chunk);
    const bit = number % CHUNK_BITS;
    chunk[bit >> 3] = (chunk[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
}
