import { describe, expect, test } from 'vitest';

import { renameHosts } from './hosts.ts';
import { type Fault, type Plan, PLAN_FORMAT, PLAN_VERSION } from './plan.ts';

const at = { ms: 5 };
const faults: Fault[] = [
  { id: 0, at, kind: 'crash', node: 'broker-1', restartAfterMs: null },
  { id: 1, at, kind: 'break-connections', from: 'broker-1', to: 'broker-2' },
  {
    id: 2,
    at,
    kind: 'partition',
    side: ['broker-1'],
    other: ['broker-2', 'broker-3'],
    direction: 'both',
    effect: 'lose',
    forMs: 10,
  },
  {
    id: 3,
    at: { probe: 'leader-elected', node: 'broker-3', count: 1, plusMs: 0 },
    kind: 'pause',
    node: 'broker-2',
    forMs: 1,
  },
];
const plan: Plan = {
  format: PLAN_FORMAT,
  version: PLAN_VERSION,
  seed: 'hosts',
  cluster: { brokers: 3, controllers: 1 },
  configuration: {},
  expect: [],
  defects: [],
  topics: [],
  clients: [],
  operations: [],
  overrides: [],
  faults,
  schedule: {
    latency: { model: 'uniform', minUs: 1, maxUs: 1 },
    slowPair: { from: 'broker-3', to: 'broker-1', extraUs: 7 },
  },
};
const gone = (name: string) => renameHosts(plan, (host) => (host === name ? null : host));
const ids = ({ faults }: Plan) => faults.map(({ id }) => id);

describe('a plan from which a host is removed', () => {
  test('loses the faults of the host, and those between it and another host', () => {
    expect(ids(gone('broker-1'))).toEqual([3]);
    expect(gone('broker-1').schedule.slowPair).toBeNull();
  });

  test('keeps a partition with the other hosts on its side', () => {
    expect(gone('broker-2').faults.find(({ id }) => id === 2)).toMatchObject({ other: ['broker-3'] });
  });

  test('loses a fault that waited for a probe of the host', () => {
    expect(ids(gone('broker-3'))).toEqual([0, 1, 2]);
  });
});

describe('a plan whose hosts are renamed', () => {
  test('has the new names in faults, triggers and the slow pair', () => {
    const renamed = renameHosts(plan, (host) => (host === 'broker-3' ? 'broker-9' : host));
    expect(renamed.faults[3]).toMatchObject({ at: { node: 'broker-9' } });
    expect(renamed.faults[2]).toMatchObject({ other: ['broker-2', 'broker-9'] });
    expect(renamed.schedule.slowPair).toEqual({ from: 'broker-9', to: 'broker-1', extraUs: 7 });
  });

  test('has no fault between a host and itself', () => {
    const merged = renameHosts(plan, (host) => (host === 'broker-2' ? 'broker-1' : host));
    expect(merged.faults.find(({ id }) => id === 1)).toBeUndefined();
    expect(merged.faults.find(({ id }) => id === 2)).toMatchObject({
      side: ['broker-1'],
      other: ['broker-3'],
    });
  });
});
