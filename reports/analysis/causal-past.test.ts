import { describe, expect, test } from 'vitest';

import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import { causalPast } from './causal-past.ts';
import { exampleReport } from '../testing/example-run.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { transactionalReport } from '../testing/transactional-run.ts';

const { result } = exampleReport();
const trace = traceOf(result);
const violation = primaryViolation(result);
if (violation === null) throw new Error('the example has a violation');

function pastOf(entries: readonly TraceEntry[], of: Trace = trace): readonly TraceEntry[] {
  if (violation === null) return [];
  const past = causalPast({ ...of, entries }, violation);
  return entries.filter(({ seq }) => past.has(seq));
}

describe('the causal past of a violation', () => {
  const past = pastOf(trace.entries);

  test('has the fault, the election, the truncation and the evidence', () => {
    expect(past.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['fault', 'partition-state', 'truncate', 'violation']),
    );
    const ops = past.flatMap((entry) =>
      entry.kind === 'history' && entry.event.type === 'ok' ? [entry.event.op] : [],
    );
    expect(ops).toEqual(expect.arrayContaining([3, 6]));
  });

  test('leaves out sends that have nothing to do with it', () => {
    const values = past.flatMap((entry) =>
      entry.kind === 'history' && entry.event.type === 'invoke' && entry.event.f === 'send'
        ? [entry.event.value]
        : [],
    );
    expect(values).toContain('v4');
    expect(values).not.toContain('v1');
  });

  test('has both ends of each of its messages', () => {
    const sent = past.flatMap((entry) => (entry.kind === 'message-sent' ? [entry.message] : []));
    const arrived = past.flatMap((entry) =>
      entry.kind === 'message-delivered' || entry.kind === 'message-lost' ? [entry.message] : [],
    );
    expect(new Set(arrived)).toEqual(new Set(sent));
  });

  test('has nothing that came after the violation', () => {
    const later: TraceEntry = {
      kind: 'fault',
      seq: trace.entries.length,
      timeUs: (trace.entries.at(-1)?.timeUs ?? 0) + 1,
      cause: null,
      fault: 9,
      phase: 'begin',
      nodes: ['broker-2'],
      sentence: 'too late to matter',
    };
    expect(pastOf([...trace.entries, later])).toHaveLength(past.length);
  });
});

test('what happened between the evidence and its verdict is no part of it', () => {
  const last = trace.entries.length - 1;
  const told = trace.entries[last];
  const second: TraceEntry = {
    kind: 'role',
    seq: last,
    timeUs: told?.timeUs ?? 0,
    cause: null,
    node: 'broker-3',
    topic: 'orders',
    partition: 0,
    role: 'leader',
    leaderEpoch: 2,
  };
  const later = [...trace.entries.slice(0, last), second, ...trace.entries.slice(last)];
  const kept = pastOf(later.map((entry, seq) => ({ ...entry, seq })));
  expect(kept.map(({ kind }) => kind).slice(-2)).toEqual(['history', 'violation']);
});

test('a fetch loop is not followed to the beginning of time', () => {
  // A thousand fetches, each caused by the answer to the one before, and one append at the end of them.
  const loop: TraceEntry[] = [];
  let cause: number | null = null;
  const add = (entry: object): number => {
    const seq = loop.length;
    loop.push({ ...entry, seq, timeUs: seq, cause } as TraceEntry);
    return seq;
  };
  for (let round = 0; round < 1000; round++) {
    for (const [type, from, to] of [
      ['request', 'broker-2', 'broker-1'],
      ['response', 'broker-1', 'broker-2'],
    ]) {
      const message = loop.length;
      add({ kind: 'message-sent', message, from, to, api: 'Fetch', type, summary: '', key: '00000000' });
      cause = add({ kind: 'message-delivered', message });
    }
  }
  const record = { offset: 3, leaderEpoch: 0, value: 'v4' };
  add({ kind: 'append', node: 'broker-2', topic: 'orders', partition: 0, records: [record] });
  expect(pastOf(loop).length).toBeLessThan(10);
});

describe('what goes on in every cluster all the time', () => {
  const add = (entries: readonly TraceEntry[], ...more: readonly object[]): readonly TraceEntry[] => {
    const last = entries.length - 1;
    const told = entries.slice(last);
    const timeUs = told[0]?.timeUs ?? 0;
    return [...entries.slice(0, last), ...more, ...told].map(
      (entry, seq) => ({ timeUs, cause: null, ...entry, seq }) as TraceEntry,
    );
  };
  const message = (number: number, api: string, from = 'broker-2') => [
    {
      kind: 'message-sent',
      message: number,
      from,
      to: 'controller-1',
      api,
      type: 'request',
      summary: '',
      key: '',
    },
    { kind: 'message-lost', message: number, reason: 'the network is cut' },
  ];

  test('is no part of it, not even when it is lost', () => {
    const kept = pastOf(add(trace.entries, ...message(900, 'BrokerHeartbeat'), ...message(901, 'Metadata')));
    expect(kept).toHaveLength(pastOf(trace.entries).length);
  });

  test('nor is what the harness does to set the stage', () => {
    const kept = pastOf(add(trace.entries, ...message(900, 'Produce', 'crucible')));
    expect(kept).toHaveLength(pastOf(trace.entries).length);
  });

  test('what controllers settle among themselves belongs to violations between controllers alone', () => {
    if (violation === null) return;
    const election = { kind: 'probe', node: 'controller-1', probe: 'quorum-leader-elected', detail: '1, 4' };
    const entries = add(trace.entries, election, ...message(900, 'Vote', 'controller-2'));
    const elected = (kept: readonly TraceEntry[]): number =>
      kept.filter(({ kind }) => kind === 'probe').length;
    expect(elected(pastOf(entries))).toBe(0);
    const place = { topic: '__cluster_metadata', partition: 0, offset: 7 };
    const past = causalPast({ ...trace, entries }, { ...violation, place, evidence: [] });
    expect(elected(entries.filter(({ seq }) => past.has(seq)))).toBe(1);
  });
});

test('of a transaction it has the markers, what the leader held to be open, and what the coordinator decided', () => {
  const run = traceOf(transactionalReport().result);
  const polled = run.entries.findLast((entry) => entry.kind === 'history' && entry.event.type === 'ok');
  if (polled?.kind !== 'history') throw new Error('nobody read anything');
  const past = causalPast(run, {
    guarantee: 'atomic-transactions',
    anomaly: 'uncommitted-read',
    sentence: 'v6 was read, which was aborted',
    place: { topic: 'orders', partition: 0, offset: 2 },
    timeUs: polled.timeUs,
    evidence: [polled.event],
  });
  const led = run.entries.filter(
    (entry) => past.has(entry.seq) && !('node' in entry && entry.node !== 'broker-1'),
  );
  expect(led.flatMap((entry) => (entry.kind === 'append' ? [entry.records[0]?.marker] : []))).toEqual(
    expect.arrayContaining(['commit', 'abort']),
  );
  expect(led.filter(({ kind }) => kind === 'open-transactions').length).toBeGreaterThan(3);
  const decided = led.flatMap((entry) =>
    entry.kind === 'transaction-state' ? [entry.transaction?.pending ?? entry.transaction?.state] : [],
  );
  // Written by request, and committed.
  expect(decided.slice(0, 5)).toEqual([
    'Empty',
    'Ongoing',
    'PrepareCommit',
    'PrepareCommit',
    'CompleteCommit',
  ]);
  const asked = led.flatMap((entry) => (entry.kind === 'message-sent' ? [entry.api] : []));
  expect(asked).toContain('EndTxn');
});
