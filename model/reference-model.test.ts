import { isDeepStrictEqual } from 'node:util';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { CRUCIBLE_DEFAULTS, resolveConfiguration } from './configuration/configuration.ts';
import type { HistoryEvent, PolledPartition, PolledRecord } from './history/history.ts';
import { HistoryBuilder, type OpenSend } from './history/testing/history-builder.ts';
import { judge, ReferenceModel, type ReferenceModelOptions } from './reference-model.ts';

/** Without idempotence, because retries in the histories below store records twice. */
const configuration = resolveConfiguration({ ...CRUCIBLE_DEFAULTS, 'enable.idempotence': false });

/** One step of a correct cluster. */
type Step =
  | {
      readonly kind: 'send';
      readonly producer: number;
      readonly partition: number;
      readonly outcome: 'ok' | 'stored-unknown' | 'lost-unknown' | 'fail';
      /** How often the record is stored: a retry may store it again. */
      readonly copies: number;
      readonly partitioner: boolean;
    }
  /** The oldest pending send completes. */
  | { readonly kind: 'settle' }
  | { readonly kind: 'poll'; readonly consumer: number; readonly partition: number; readonly limit: number }
  | { readonly kind: 'rewind'; readonly consumer: number; readonly partition: number }
  | { readonly kind: 'crash'; readonly broker: number };

const PARTITIONS = 2;
const partition = fc.nat(PARTITIONS - 1);
const consumer = fc.nat(2);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      producer: fc.nat(2),
      partition,
      outcome: fc.constantFrom('ok', 'ok', 'ok', 'stored-unknown', 'lost-unknown', 'fail'),
      copies: fc.constantFrom(1, 1, 1, 2),
      partitioner: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('poll' as const),
      consumer,
      partition,
      limit: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rewind' as const), consumer, partition }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('crash' as const), broker: fc.integer({ min: 1, max: 3 }) }),
  },
);

/** Plays the steps on logs that lose no record, and lets two final readers read every partition. */
class CorrectCluster {
  readonly history = new HistoryBuilder();
  private readonly logs: string[][] = Array.from({ length: PARTITIONS }, () => []);
  private readonly open: (() => void)[] = [];
  private readonly positions = new Map<string, number>();
  private sends = 0;

  play(steps: readonly Step[]): readonly HistoryEvent[] {
    // Every history has two records that a falsification may remove.
    for (const producer of [0, 1]) {
      const certain = { kind: 'send', producer, partition: 0, outcome: 'ok', copies: 1 } as const;
      this.step({ ...certain, partitioner: false });
      this.step({ kind: 'settle' });
    }
    for (const next of steps) this.step(next);
    for (const settle of this.open.splice(0)) settle();
    for (const reader of ['reader-1', 'reader-2']) {
      this.logs.forEach((log, index) => this.history.finallyRead(reader, log, { partition: index }));
    }
    return this.history.events;
  }

  private step(next: Step): void {
    switch (next.kind) {
      case 'send':
        return this.send(next);
      case 'settle':
        return this.open.shift()?.();
      case 'poll':
        return this.poll(`consumer-${next.consumer}`, next.partition, next.limit);
      case 'rewind':
        this.history.sought(`consumer-${next.consumer}`, 0, { partition: next.partition });
        this.positions.set(`consumer-${next.consumer} ${next.partition}`, 0);
        return;
      case 'crash':
        this.history.cluster('crash', `broker-${next.broker}`);
    }
  }

  private send({ producer, partition: index, outcome, copies, partitioner }: Step & { kind: 'send' }): void {
    const value = `v${this.sends++}`;
    const open = this.history.sends(`producer-${producer}`, value, { partition: index, partitioner });
    const log = this.logs[index] ?? [];
    const stored = outcome === 'ok' || outcome === 'stored-unknown';
    if (stored) for (let copy = 0; copy < copies; copy++) log.push(value);
    const offset = log.length - 1;
    this.open.push(() => complete(open, outcome, offset, index));
  }

  private poll(process: string, index: number, limit: number): void {
    const key = `${process} ${index}`;
    const from = this.positions.get(key) ?? 0;
    const values = (this.logs[index] ?? []).slice(from, from + limit);
    this.history.polled(process, from, values, { partition: index });
    this.positions.set(key, from + values.length);
  }
}

function complete(
  open: OpenSend,
  outcome: (Step & { kind: 'send' })['outcome'],
  offset: number,
  at: number,
): void {
  if (outcome === 'ok') open.ok(offset, at);
  else if (outcome === 'fail') open.fail();
  else open.unknown();
}

const legalHistory = fc
  .array(step, { maxLength: 60, size: 'max' })
  .map((steps) => new CorrectCluster().play(steps));

type ReadChange = (records: readonly PolledRecord[], entry: PolledPartition) => readonly PolledRecord[];

/** The history with other records in the polls of some processes. */
function withReads(
  events: readonly HistoryEvent[],
  change: ReadChange,
  by: (process: string) => boolean = () => true,
): readonly HistoryEvent[] {
  return events.map((event) => {
    if (event.type !== 'ok' || event.f !== 'poll' || !by(event.process)) return event;
    const partitions = event.partitions.map((entry) => ({ ...entry, records: change(entry.records, entry) }));
    return { ...event, partitions };
  });
}

function without(value: string): ReadChange {
  return (records) => records.filter((record) => record.value !== value);
}

function exchanged(one: string, other: string): ReadChange {
  const partner = new Map([
    [one, other],
    [other, one],
  ]);
  return (records) =>
    records.map((record) => ({ ...record, value: partner.get(record.value) ?? record.value }));
}

function anomaliesOf(events: readonly HistoryEvent[], more: Partial<ReferenceModelOptions> = {}): string[] {
  return judge(events, { configuration, ...more }).map((violation) => violation.anomaly);
}

/** A fixed seed: the same histories on every machine. */
const runs = { numRuns: 300, seed: 20 };

describe('a history of correct logs', () => {
  test('has no violation, with any faults and expectations', () => {
    fc.assert(
      fc.property(legalHistory, (events) => {
        expect(anomaliesOf(events)).toEqual([]);
        expect(anomaliesOf(events, { expect: ['no-loss', 'committed-reads'] })).toEqual([]);
      }),
      runs,
    );
  });

  // "v0" and "v1" are the two records that every generated history acknowledges at offsets 0 and 1.
  const mutations: readonly [
    what: string,
    anomaly: string,
    mutate: (events: readonly HistoryEvent[]) => readonly HistoryEvent[],
  ][] = [
    [
      'an acknowledged record is missing in all reads',
      'lost-write',
      (events) => withReads(events, without('v0')),
    ],
    [
      'two acknowledged records are exchanged in all reads',
      'inconsistent-offsets',
      (events) => withReads(events, exchanged('v0', 'v1')),
    ],
    [
      'two records are exchanged for one final reader',
      'diverged-replicas',
      (events) => withReads(events, exchanged('v0', 'v1'), (process) => process === 'reader-2'),
    ],
    [
      'one final reader misses a record',
      'diverged-replicas',
      (events) => withReads(events, without('v1'), (process) => process === 'reader-1'),
    ],
    [
      'the final readers find no record',
      'unseen',
      (events) =>
        events.map((event) =>
          event.type === 'ok' && event.f === 'poll' && event.process.startsWith('reader')
            ? {
                ...event,
                partitions: event.partitions.map((entry) => ({
                  ...entry,
                  to: 0,
                  records: [],
                  highWatermark: 0,
                })),
              }
            : event,
        ),
    ],
    [
      'a value is read that was never sent',
      'phantom',
      (events) =>
        withReads(events, (records) =>
          records.map((record) => (record.value === 'v0' ? { ...record, value: 'ghost' } : record)),
        ),
    ],
    [
      'a record is read in the other partition',
      'wrong-partition',
      (events) =>
        withReads(events, (records, entry) =>
          entry.partition === 1 ? [...records, { offset: entry.to, key: null, value: 'v0' }] : records,
        ),
    ],
    [
      'an acknowledged send is reported as failed',
      'G1a',
      (events) =>
        events.map((event) =>
          event.type === 'ok' && event.f === 'send' && event.op === 0
            ? { type: 'fail', f: 'send', op: 0, process: event.process, timeUs: event.timeUs, error: 'X' }
            : event,
        ),
    ],
    [
      'a consumer reads a record again without a seek',
      'nonmonotonic-poll',
      (events) => [...events, ...events.slice(-2).map((event) => again(event))],
    ],
    [
      'the reads precede the sends',
      'read-from-future',
      (events) => [
        ...events.filter((event) => 'process' in event && event.process.startsWith('reader')),
        ...events.filter((event) => !('process' in event && event.process.startsWith('reader'))),
      ],
    ],
  ];

  test.each(mutations)('has a violation when %s: %s', (_what, anomaly, mutate) => {
    fc.assert(
      fc.property(legalHistory, (events) => {
        fc.pre(anomaly !== 'nonmonotonic-poll' || (lastRead(events)?.records.length ?? 0) > 0);
        expect(anomaliesOf(mutate(events))).toContain(anomaly);
      }),
      runs,
    );
  });
});

function again(event: HistoryEvent): HistoryEvent {
  return 'op' in event ? { ...event, op: event.op + 1_000_000 } : event;
}

function lastRead(events: readonly HistoryEvent[]): PolledPartition | undefined {
  const last = events.at(-1);
  return last !== undefined && last.type === 'ok' && last.f === 'poll' ? last.partitions[0] : undefined;
}

describe('the model', () => {
  test('decides online, and reports each anomaly once for a partition', () => {
    const history = new HistoryBuilder().polled('consumer-1', 0, ['a', 'b']);
    history.sends('producer-1', 'a');
    history.sends('producer-1', 'b');
    const model = new ReferenceModel({ configuration });
    const found = history.events.map((event) => model.observe(event).length);
    expect(found).toEqual([0, 0, 1, 0]);
    expect(model.conclude()).toEqual([]);
    expect(model.occurrences()).toEqual(new Map([['committed-reads read-from-future orders-0', 2]]));
  });

  test('knows topics with a replication factor of their own', () => {
    const history = new HistoryBuilder().sent('producer-1', 'a', 0, { topic: 'single' });
    history.cluster('disk-loss', 'broker-1').finallyRead('reader-1', [], { topic: 'single' });
    expect(anomaliesOf(history.events)).toEqual(['unseen']);
    expect(anomaliesOf(history.events, { topics: [{ name: 'single', replicationFactor: 1 }] })).toEqual([]);
  });

  test('ignores operations that were never invoked or never completed', () => {
    const history = new HistoryBuilder();
    history.sends('producer-1', 'a');
    history.events.push({
      type: 'ok',
      f: 'send',
      op: 77,
      process: 'producer-9',
      timeUs: 5,
      topic: 'orders',
      partition: 0,
      offset: 3,
    });
    expect(anomaliesOf(history.finallyRead('reader-1', []).events)).toEqual([]);
  });

  test('gives events of the history as evidence, in their order', () => {
    fc.assert(
      fc.property(legalHistory, (events) => {
        const mutated = withReads(events, without('v0'));
        for (const violation of judge(mutated, { configuration })) {
          const places = violation.evidence.map((wanted) =>
            mutated.findIndex((event) => isDeepStrictEqual(event, wanted)),
          );
          expect(places).not.toContain(-1);
          expect(places).toEqual([...places].sort((left, right) => left - right));
        }
      }),
      runs,
    );
  });
});
