import { describe, expect, test } from 'vitest';

import type { Fault, Plan } from '../../impl/plan/plan.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { renameHosts } from './hosts.ts';

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
  ...generatePlan('hosts', 1),
  faults,
  schedule: {
    latency: { model: 'uniform', minUs: 1, maxUs: 1 },
    slowPair: { from: 'broker-3', to: 'broker-1', extraUs: 7 },
  },
};
const gone = (name: string) => renameHosts(plan, (host) => (host === name ? null : host));
const ids = ({ faults }: Plan) => faults.map(({ id }) => id);

describe('without a host', () => {
  test('its own faults, and those between it and another, are gone', () => {
    expect(ids(gone('broker-1'))).toEqual([3]);
    expect(gone('broker-1').schedule.slowPair).toBeNull();
  });

  test('a partition loses one of the hosts on a side', () => {
    expect(gone('broker-2').faults.find(({ id }) => id === 2)).toMatchObject({ other: ['broker-3'] });
  });

  test('a fault that waited for its probe is gone', () => {
    expect(ids(gone('broker-3'))).toEqual([0, 1, 2]);
  });
});

describe('under new names', () => {
  test('faults, triggers and the slow pair follow', () => {
    const renamed = renameHosts(plan, (host) => (host === 'broker-3' ? 'broker-9' : host));
    expect(renamed.faults[3]).toMatchObject({ at: { node: 'broker-9' } });
    expect(renamed.faults[2]).toMatchObject({ other: ['broker-2', 'broker-9'] });
    expect(renamed.schedule.slowPair).toEqual({ from: 'broker-9', to: 'broker-1', extraUs: 7 });
  });

  test('nobody is parted from himself', () => {
    const merged = renameHosts(plan, (host) => (host === 'broker-2' ? 'broker-1' : host));
    expect(merged.faults.find(({ id }) => id === 1)).toBeUndefined();
    expect(merged.faults.find(({ id }) => id === 2)).toMatchObject({
      side: ['broker-1'],
      other: ['broker-3'],
    });
  });
});
