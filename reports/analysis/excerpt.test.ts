import { describe, expect, test } from 'vitest';

import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import { clusterStateAt } from './cluster-state.ts';
import { exampleReport } from '../testing/example-run.ts';
import { excerpt, WHOLE } from './excerpt.ts';
import { traceOf } from '../../impl/result/run-trace.ts';

const short = traceOf(exampleReport().result);
const place = { node: 'broker-1', topic: 'orders', partition: 0 };

/** A cluster in which a high watermark moves for ever, and now and then a record is appended. */
const endless: Trace = {
  ...short,
  workloadStartUs: 0,
  entries: Array.from({ length: WHOLE * 2 }, (_, seq): TraceEntry => {
    const entry = { ...place, seq, timeUs: seq, cause: null };
    return seq % 10_000 === 5_000
      ? { ...entry, kind: 'append', records: [{ offset: seq, leaderEpoch: 0, value: `v${seq}` }] }
      : { ...entry, kind: 'high-watermark', highWatermark: seq };
  }),
};

describe('the excerpt of a trace', () => {
  const centre = 30_000;
  const { trace, leftOut } = excerpt(endless, centre, new Set([12_345]));

  test('is all of it where a page can carry it', () => {
    expect(excerpt(short, 3, new Set())).toEqual({ trace: short, leftOut: 0 });
  });

  test('is small, and says how much it leaves out', () => {
    expect(trace.entries.length).toBeLessThan(3_000);
    expect(leftOut).toBe(endless.entries.length - trace.entries.length);
  });

  test('has what is needed, wherever it is, and what stands around the entry in question', () => {
    const seqs = new Set(trace.entries.map(({ seq }) => seq));
    expect(seqs.has(12_345)).toBe(true);
    for (let seq = centre - 1_000; seq <= centre + 100; seq++) expect(seqs.has(seq)).toBe(true);
    expect(seqs.has(20_000)).toBe(false);
  });

  test('shows transactions as they stood, though what tells of them is long ago', () => {
    const begun: readonly TraceEntry[] = [
      {
        ...{ ...place, kind: 'open-transactions', seq: 2_000, timeUs: 2_000, cause: null },
        ...{ open: [{ producerId: 4, producerEpoch: 0, firstOffset: 7 }], lastStableOffset: 7 },
      },
      {
        ...{ kind: 'transaction-state', seq: 2_001, timeUs: 2_001, cause: null, node: 'broker-1' },
        transactionalId: 'payments',
        transaction: { state: 'Ongoing', pending: null, producerId: 4, producerEpoch: 0, partitions: [] },
      },
    ];
    const entries = endless.entries.map((entry) => begun.find(({ seq }) => seq === entry.seq) ?? entry);
    const cut = clusterStateAt(excerpt({ ...endless, entries }, centre, new Set()).trace, centre);
    expect([...cut.transactionalIds.keys()]).toEqual(['broker-1/payments']);
    expect(cut.replicas.get('broker-1/orders-0')).toMatchObject({
      lastStableOffset: 7,
      openTransactions: [{ firstOffset: 7 }],
    });
  });

  test('shows replicas as they were', () => {
    for (const seq of [12_345, centre - 1_500, centre]) {
      expect(clusterStateAt(trace, seq).replicas).toEqual(clusterStateAt(endless, seq).replicas);
    }
  });
});
