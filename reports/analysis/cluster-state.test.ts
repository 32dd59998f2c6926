import { describe, expect, test } from 'vitest';

import type { TracedRecord } from '../../impl/trace/trace.ts';
import {
  abortedOffsets,
  ClusterReplay,
  clusterStateAt,
  coordinatorKey,
  droppedRecords,
  replicaKey,
} from './cluster-state.ts';
import { exampleReport } from '../testing/example-run.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { TRANSACTIONAL_ID, transactionalReport } from '../testing/transactional-run.ts';

const trace = traceOf(exampleReport().result);

function seqOf(kind: string, node: string): number {
  const found = trace.entries.findLast(
    (entry) => entry.kind === kind && 'node' in entry && entry.node === node,
  );
  if (found === undefined) throw new Error(`no ${kind} on ${node}`);
  return found.seq;
}

function logAt(seq: number, node: string): readonly string[] {
  const replica = clusterStateAt(trace, seq).replicas.get(replicaKey(node, 'orders', 0));
  return replica?.log.map(({ value }) => value) ?? [];
}

describe('replaying a trace', () => {
  test('a truncation takes the records at and above its offset', () => {
    const truncation = seqOf('truncate', 'broker-1');
    expect(logAt(truncation - 1, 'broker-1')).toEqual(['v1', 'v2', 'v3', 'v4']);
    expect(logAt(truncation, 'broker-1')).toEqual(['v1', 'v2', 'v3']);
  });

  test('what it took can be told from the state before', () => {
    const truncation = trace.entries[seqOf('truncate', 'broker-1')];
    if (truncation === undefined) throw new Error('no truncation');
    const dropped = droppedRecords(truncation, clusterStateAt(trace, truncation.seq - 1));
    expect(dropped).toEqual([{ offset: 3, leaderEpoch: 0, value: 'v4' }]);
  });

  test('a crash takes the role and leaves the log', () => {
    const crash = trace.entries.find((entry) => entry.kind === 'node' && entry.change === 'crash');
    const after = clusterStateAt(trace, crash?.seq ?? 0);
    expect(after.nodes.get('broker-1')).toBe('down');
    expect(after.replicas.get(replicaKey('broker-1', 'orders', 0))).toMatchObject({
      role: 'none',
      leaderIsr: null,
      logEndOffset: 4,
    });
  });

  test('the end of the run has every replica alike', () => {
    const last = trace.entries.length - 1;
    for (const broker of ['broker-1', 'broker-2', 'broker-3']) {
      expect(logAt(last, broker)).toEqual(['v1', 'v2', 'v3', 'v5']);
    }
  });
});

test('a high watermark never lies beyond the log that a truncation left', () => {
  const replay = new ClusterReplay();
  const at = { seq: 0, timeUs: 0, cause: null, node: 'broker-1', topic: 'orders', partition: 0 };
  const records = [0, 1, 2].map((offset) => ({ offset, leaderEpoch: 0, value: `v${offset}` }));
  replay.advance({ ...at, kind: 'append', records });
  replay.advance({ ...at, kind: 'high-watermark', highWatermark: 3 });
  replay.advance({ ...at, kind: 'truncate', toOffset: 1 });
  expect(replay.replicas.get('broker-1/orders-0')).toMatchObject({ highWatermark: 1, logEndOffset: 1 });
});

describe('transactions', () => {
  const run = traceOf(transactionalReport().result);
  const seqs = (kind: string): readonly number[] =>
    run.entries.filter((entry) => entry.kind === kind).map(({ seq }) => seq);
  const leaderAt = (seq: number) =>
    clusterStateAt(run, seq).replicas.get(replicaKey('broker-1', 'orders', 0));
  const coordinated = (seq: number, node = 'broker-1') =>
    clusterStateAt(run, seq).transactionalIds.get(coordinatorKey(node, TRANSACTIONAL_ID))?.transaction;

  test('a coordinator goes from state to state, each written before it holds', () => {
    const states = seqs('transaction-state').map((seq) => {
      const { state = null, pending = null } = coordinated(seq) ?? {};
      return pending === null ? state : `${state}, writing ${pending}`;
    });
    expect(states.slice(0, 8)).toEqual([
      'Empty, writing Empty',
      'Empty',
      'Empty, writing Ongoing',
      'Ongoing',
      'Ongoing, writing PrepareCommit',
      'PrepareCommit',
      'PrepareCommit, writing CompleteCommit',
      'CompleteCommit',
    ]);
  });

  test('a coordinator that dies forgets', () => {
    const replay = clusterStateAt(run, run.entries.length);
    const last = run.entries.at(-1);
    if (last === undefined) throw new Error('an empty run');
    expect(replay.transactionalIds.size).toBe(1);
    const { seq, timeUs, cause } = last;
    for (const node of ['broker-1', 'broker-2', 'broker-3'])
      replay.advance({ kind: 'node', change: 'crash', node, seq, timeUs, cause });
    expect(replay.transactionalIds.size).toBe(0);
  });

  test('the last stable offset waits at the first record of an open transaction', () => {
    const waiting = seqs('open-transactions').map(leaderAt);
    expect(waiting.find((replica) => replica?.lastStableOffset === 2)).toMatchObject({
      highWatermark: 3,
      openTransactions: [{ producerId: 0, producerEpoch: 1, firstOffset: 2 }],
    });
    expect(leaderAt(run.entries.length)).toMatchObject({ lastStableOffset: null, openTransactions: [] });
  });

  test('markers are told from data, and what they abort is known', () => {
    const log = leaderAt(run.entries.length)?.log ?? [];
    expect(log.map(({ value, marker }) => marker ?? value)).toEqual([
      'v3',
      'commit',
      'v6',
      'abort',
      'v9',
      'abort',
    ]);
    expect([...abortedOffsets(log)]).toEqual([2, 4]);
  });
});

test('an abort marker takes back what its own producer wrote since the last marker', () => {
  const record = (offset: number, producerId: number, marker?: 'commit' | 'abort'): TracedRecord => ({
    ...{ offset, leaderEpoch: 0, value: `v${offset}`, producerId, producerEpoch: 0, transactional: true },
    ...(marker === undefined ? {} : { marker }),
  });
  const log = [record(0, 1), record(1, 1, 'commit'), record(2, 1), record(3, 2), record(4, 1, 'abort')];
  expect([...abortedOffsets(log)]).toEqual([2]);
});
