import { expect, test } from 'vitest';

import { kafkaRules } from '../rules/rules.ts';
import { uncleanElection } from './unclean-election.ts';

const candidates = {
  replicas: [1, 2, 3],
  isr: [1],
  elr: [],
  lastKnownElr: [],
  leader: 1,
  isActive: (broker: number): boolean => broker !== 1,
};

test('a replica that is not in sync is elected without unclean election, and the election is not marked as unclean', () => {
  expect(uncleanElection.rules.electLeader?.(candidates, 'any')).toEqual({ leader: 2, from: 'none' });
  expect(kafkaRules.electLeader(candidates, 'any')).toEqual({ leader: -1, from: 'none' });
});

test('a replica that may be elected cleanly is preferred', () => {
  const clean = { ...candidates, isr: [1, 3] };
  expect(uncleanElection.rules.electLeader?.(clean, 'any')).toEqual(kafkaRules.electLeader(clean, 'any'));
});

test('no replica is elected when none is alive', () => {
  const dead = { ...candidates, isActive: () => false };
  expect(uncleanElection.rules.electLeader?.(dead, 'any').leader).toBe(-1);
});
