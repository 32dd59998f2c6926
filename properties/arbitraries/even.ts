/**
 * Plans that aim at nothing: the baseline that says what aiming is worth. Every fault may befall any host at any
 * time, and no two things of a plan have to do with each other: no busy moments, no bursts, no incidents, no stories,
 * no faults at probes, no kinds switched off, no order of messages but that of their latencies.
 */
import fc from 'fast-check';

import { NOT_AT_PROBES } from './faults.ts';
import { evenLoneFaultsArbitrary } from './lone-faults.ts';
import { FAULT_KINDS } from './options.ts';
import type { PartArbitraries } from './plan.ts';
import { UNTOLD } from './transactions.ts';

export function evenly(aimed: PartArbitraries): PartArbitraries {
  return {
    ...aimed,
    tempo: aimed.tempo.map((tempo) => ({ ...tempo, clustering: 0 })),
    bursts: fc.constant([]),
    incidents: fc.constant([]),
    loneFaults: evenLoneFaultsArbitrary,
    swarm: aimed.swarm.map((swarm) => ({
      ...swarm,
      kinds: 2 ** FAULT_KINDS.length - 1,
      probes: NOT_AT_PROBES + (swarm.probes % (100 - NOT_AT_PROBES)),
    })),
    strategy: fc.constant(null),
    transactions: aimed.transactions.map((recipe) => ({
      ...recipe,
      story: { ...recipe.story, told: UNTOLD },
      disturbances: [],
    })),
  };
}
