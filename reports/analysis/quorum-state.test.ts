import { expect, test } from 'vitest';

import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import { controllersAt } from './quorum-state.ts';

const hits: readonly (readonly [node: string, probe: string, detail: string])[] = [
  ['controller-2', 'quorum-vote-granted', '1, 4'],
  ['controller-1', 'quorum-leader-elected', '1, 4'],
  ['controller-1', 'quorum-high-watermark-moved', '9, 4'],
  ['controller-1', 'controller-activated', '4, 9'],
];
const entries: readonly TraceEntry[] = [
  ...hits.map(([node, probe, detail], seq): TraceEntry => ({
    kind: 'probe',
    seq,
    timeUs: seq,
    cause: null,
    node,
    probe,
    detail,
  })),
  { kind: 'node', seq: 4, timeUs: 4, cause: null, node: 'controller-1', change: 'crash' },
];
const trace: Trace = {
  entries,
  nodes: ['controller-1', 'controller-2'].map((name) => ({ name, role: 'controller' })),
  workloadStartUs: 0,
  livenessStartUs: 9,
};

test('a controller leads once it is elected, and decides once it is active', () => {
  expect(controllersAt(trace, 1)[0]).toMatchObject({ leads: 4, isActive: false, committed: null });
  expect(controllersAt(trace, 3)[0]).toMatchObject({ leads: 4, isActive: true, committed: 9, changedAt: 3 });
});

test('who voted for whom is kept', () => {
  expect(controllersAt(trace, 9)[1]?.vote).toEqual({ candidate: 'controller-1', epoch: '4' });
});

test('a controller that is down leads nobody, and its log is still there', () => {
  expect(controllersAt(trace, 4)[0]).toMatchObject({
    isDown: true,
    leads: null,
    isActive: false,
    committed: 9,
  });
});
