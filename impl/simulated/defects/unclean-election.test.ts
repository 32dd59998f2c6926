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

test('a replica that is not in sync is elected though nobody asked for that, and it is not told', () => {
  expect(uncleanElection.rules.electLeader?.(candidates, 'any')).toEqual({ leader: 2, from: 'none' });
  expect(kafkaRules.electLeader(candidates, 'any')).toEqual({ leader: -1, from: 'none' });
});

test('where somebody may be elected cleanly, that one is', () => {
  const clean = { ...candidates, isr: [1, 3] };
  expect(uncleanElection.rules.electLeader?.(clean, 'any')).toEqual(kafkaRules.electLeader(clean, 'any'));
});

test('where nobody lives, nobody is', () => {
  const dead = { ...candidates, isActive: () => false };
  expect(uncleanElection.rules.electLeader?.(dead, 'any').leader).toBe(-1);
});
