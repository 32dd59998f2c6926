import { describe, expect, test } from 'vitest';

import { ClusterReplay, clusterStateAt, droppedRecords, replicaKey } from './cluster-state.ts';
import { exampleReport } from './example-run.ts';
import { traceOf } from './failure-report.ts';

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
