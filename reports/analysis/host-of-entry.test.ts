import { expect, test } from 'vitest';

import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import { glossary } from './glossary.ts';
import { hostOf } from './host-of-entry.ts';

const decision: TraceEntry = {
  kind: 'partition-state',
  seq: 2,
  timeUs: 1,
  cause: 1,
  topic: 'orders',
  partition: 0,
  leader: 2,
  leaderEpoch: 1,
  partitionEpoch: 1,
  replicas: [1, 2],
  isr: [2],
  elr: [],
};

function traceWith(...entries: readonly TraceEntry[]): Trace {
  const nodes = ['controller-1', 'controller-2'].map((name) => ({ name, role: 'controller' as const }));
  return { entries, nodes, workloadStartUs: 0, livenessStartUs: 9 };
}

test('a partition is changed by the controller that was asked to', () => {
  const trace = traceWith(
    {
      kind: 'message-sent',
      seq: 0,
      timeUs: 0,
      cause: null,
      message: 7,
      from: 'broker-2',
      to: 'controller-2',
      api: 'AlterPartition',
      type: 'request',
      summary: '',
      key: '00000000',
    },
    { kind: 'message-delivered', seq: 1, timeUs: 1, cause: 0, message: 7 },
    decision,
  );
  expect(hostOf(decision, trace, glossary(trace))).toBe('controller-2');
});

test('or by the one whose timer fired', () => {
  const fenced: TraceEntry = {
    kind: 'timer',
    seq: 1,
    timeUs: 1,
    cause: null,
    node: 'controller-2',
    timer: '',
  };
  const trace = traceWith({ ...fenced, seq: 0 }, fenced, decision);
  expect(hostOf(decision, trace, glossary(trace))).toBe('controller-2');
});

test('what is known of nobody happened on the first one', () => {
  const rootless = { ...decision, cause: null };
  const trace = traceWith(rootless);
  expect(hostOf(rootless, trace, glossary(trace))).toBe('controller-1');
});
