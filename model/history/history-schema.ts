/** The schemas of a history file's lines. */
import { z } from 'zod';

import { GUARANTEE_IDS } from '../guarantee.ts';
import type { HistoryEvent } from './history.ts';

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

/** Operations whose `ok` has no result, except for the id of a topic that was created. */
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

/** One schema for each type of event, so that an error names the fault within that type. */
export const EVENT_SCHEMAS: Readonly<Record<HistoryEvent['type'], z.ZodType<HistoryEvent>>> = {
  invoke: invocation,
  ok,
  fail: notOk,
  unknown: notOk,
  cluster,
};

export const headerSchema = z.object({
  format: z.literal(HISTORY_FORMAT),
  version: z.literal(HISTORY_VERSION),
  /** Kafka's own property names; a property that is not named has its default. */
  configuration: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  topics: z.array(
    z.object({
      name: topic,
      partitions: z.int().min(1),
      /** Null: the configuration's `default.replication.factor`. */
      replicationFactor: z.int().min(1).nullable(),
    }),
  ),
  /** Guarantees judged even where the configuration does not promise them. */
  expect: z.array(z.enum(GUARANTEE_IDS)).exactOptional(),
  /** The history has an event for every change of a group's coordinator. The second value is that of earlier versions. */
  coordinatorChanges: z.enum(['recorded', 'told']).exactOptional(),
});

export type HistoryHeader = z.infer<typeof headerSchema>;
