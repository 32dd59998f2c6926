import { expect, test } from 'vitest';

import type { Trace, TraceEntry } from '../impl/simulated/world/trace.ts';
import { decidingNodes } from './deciding-node.ts';
import { glossary } from './event-sentence.ts';

const at = (seq: number, cause: number | null) => ({ seq, timeUs: seq, cause });
const state = (seq: number, cause: number | null): TraceEntry => ({
  ...at(seq, cause),
  kind: 'partition-state',
  topic: 'orders',
  partition: 0,
  replicas: [1],
  isr: [1],
  elr: [],
  leader: 1,
  leaderEpoch: 0,
  partitionEpoch: 0,
});

const entries: readonly TraceEntry[] = [
  {
    ...at(0, null),
    kind: 'message-sent',
    message: 7,
    from: 'broker-1',
    to: 'broker-2',
    api: 'AlterPartition',
    type: 'request',
    summary: '',
    key: '00000000',
  },
  { ...at(1, 0), kind: 'message-delivered', message: 7 },
  state(2, 1),
  { ...at(3, null), kind: 'timer', node: 'broker-3', timer: 'SessionCheck' },
  state(4, 3),
  state(5, null),
];

const decided = (seq: number, roles: readonly ('controller' | 'broker')[]): readonly string[] => {
  const nodes = roles.map((role, index) => ({ name: `${role}-${index + 1}`, role }));
  const trace: Trace = { entries, nodes, workloadStartUs: 0, secondActUs: 0 };
  return decidingNodes(entries[seq]!, trace, glossary(trace));
};

test('controllers decide, where there are any', () => {
  expect(decided(2, ['controller', 'broker'])).toEqual(['controller-1']);
});

test('in a combined cluster the node that handled the cause does: a message or a timer', () => {
  expect(decided(2, ['broker', 'broker', 'broker'])).toEqual(['broker-2']);
  expect(decided(4, ['broker', 'broker', 'broker'])).toEqual(['broker-3']);
  expect(decided(5, ['broker', 'broker', 'broker'])).toEqual([]);
});
