import { describe, expect, test } from 'vitest';

import { glossary } from '../../analysis/glossary.ts';
import { exampleReport } from '../../testing/example-run.ts';
import { traceOf } from '../../../impl/result/run-trace.ts';
import { transactionalReport } from '../../testing/transactional-run.ts';
import { lanesFor, layOut, ROW } from './space-time-layout.ts';

const trace = traceOf(exampleReport().result);
const orders = { topic: 'orders', partition: 0 };
const lane = (name: string): number => trace.nodes.findIndex((node) => node.name === name);

describe('with an axis of events', () => {
  const layout = layOut(trace, trace.entries, glossary(trace), orders, 'order', 3);

  test('every event has a row', () => {
    expect(layout.rows).toHaveLength(trace.entries.length);
    layout.rows.slice(1).forEach((row, index) => {
      expect(row.y - (layout.rows[index]?.y ?? 0)).toBe(ROW);
    });
  });

  test('a message goes from its sender down to its receiver', () => {
    const produce = layout.arrows.find(({ api }) => api === 'Produce');
    expect(produce).toMatchObject({ from: lane('producer-1'), to: lane('broker-1'), lost: false });
    expect(produce?.toY).toBeGreaterThan(produce?.fromY ?? 0);
  });

  test('what a host sends to itself has no arrow, and is named on its lane', () => {
    const run = traceOf(transactionalReport().result);
    const { rows, arrows } = layOut(run, run.entries, glossary(run), orders, 'order', null);
    expect(rows.map(({ label }) => label)).toContain('WriteTxnMarkers to itself');
    expect(arrows.every(({ from, to }) => from !== to)).toBe(true);
  });

  test('the message that died with the leader is marked', () => {
    expect(layout.arrows.filter(({ lost }) => lost)).toMatchObject([
      { api: 'Fetch', from: lane('broker-2') },
    ]);
  });

  test('fault and outage cover the lane of the broker from the crash to the start', () => {
    const [fault] = layout.faults;
    const outage = layout.outages.find((stretch) => stretch.lane === lane('broker-1'));
    expect(fault?.lane).toBe(lane('broker-1'));
    expect(outage?.status).toBe('down');
    expect((outage?.toY ?? 0) - (outage?.fromY ?? 0)).toBeGreaterThan(20 * ROW);
  });

  test('a fault of one moment is in force for no longer', () => {
    const words = glossary(trace);
    const once = layOut(trace, trace.entries, words, orders, 'order', 3, new Set([0]));
    expect(once.faults.map(({ fromY, toY }) => toY - fromY)).toEqual([ROW]);
  });

  test('the strip of a replica shows its log grow and shrink', () => {
    const ends = layout.replicas.flatMap((stretch) =>
      stretch.lane === lane('broker-1') ? [stretch.logEndOffset] : [],
    );
    expect(ends.filter((end, index) => end !== ends[index - 1])).toEqual([0, 1, 2, 3, 4, 3, 4]);
  });
});

test('with an axis of time a long silence is a short break', () => {
  const layout = layOut(trace, trace.entries, glossary(trace), orders, 'time', 3);
  expect(layout.silences.some(({ us }) => us > 8_000_000)).toBe(true);
  expect(layout.height).toBeLessThan(trace.entries.length * ROW);
});

test('events that are left out leave no holes', () => {
  const few = trace.entries.filter(({ kind }) => kind === 'append');
  const layout = layOut(trace, few, glossary(trace), orders, 'order', 3);
  expect(layout.rows).toHaveLength(few.length);
  expect(layout.arrows).toEqual([]);
});

test('a run without brokers, as of a real cluster, has lanes for its clients alone', () => {
  const { trace: _, ...result } = exampleReport().result;
  const made = traceOf(result);
  const layout = layOut(made, made.entries, glossary(made), null, 'order', null);
  expect(layout.replicas).toEqual([]);
  expect(layout.rows[0]?.lane).toBe(0);
});

test('a client that does nothing in what is shown has no lane', () => {
  const words = glossary(trace);
  const setup = trace.entries.filter(({ timeUs }) => timeUs < trace.workloadStartUs);
  expect(lanesFor(trace, trace.entries, words)).toEqual(trace.nodes);
  expect(lanesFor(trace, setup, words).map(({ name }) => name)).toEqual([
    'controller-1',
    'broker-1',
    'broker-2',
    'broker-3',
    'producer-1',
  ]);
});

describe('with an axis of cause and effect', () => {
  const words = glossary(trace);
  const layout = layOut(trace, trace.entries, words, orders, 'depth', 3);
  const yOf = new Map(layout.rows.map(({ entry, y }) => [entry.seq, y]));

  test('a message arrives below where it was sent, and nothing stands above its cause', () => {
    for (const arrow of layout.arrows) expect(arrow.toY).toBeGreaterThan(arrow.fromY);
    for (const { entry, y } of layout.rows) {
      if (entry.cause !== null) expect(y).toBeGreaterThan(yOf.get(entry.cause) ?? Infinity);
    }
  });

  test('what is concurrent shares a row', () => {
    expect(layout.height).toBeLessThan((trace.entries.length * ROW) / 1.2);
    const places = layout.rows.map((row) => `${row.lane} ${row.y}`);
    expect(new Set(places).size).toBe(places.length);
  });

  test('the fault begins where its lane is when it happens', () => {
    const crash = layout.rows.find(({ entry }) => entry.kind === 'fault');
    expect(layout.faults[0]?.fromY).toBe(crash?.y);
  });
});

test('a message that arrives again is drawn as a duplicate', () => {
  const first = trace.entries.find(({ kind }) => kind === 'message-delivered');
  if (first === undefined) throw new Error('the example has messages');
  const again = { ...first, seq: trace.entries.length };
  const entries = [...trace.entries, again];
  const { arrows } = layOut({ ...trace, entries }, entries, glossary(trace), orders, 'order', 3);
  expect(arrows.filter(({ duplicate }) => duplicate)).toMatchObject([{ arrivalSeq: again.seq }]);
});
