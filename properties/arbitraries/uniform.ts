/**
 * Plans that aim at nothing: the baseline that measures the value of aiming. Any operation and any fault happens at
 * any time, on any partition or host, for any length, independent of all others. There are no busy periods, bursts,
 * incidents or directed scenarios, no faults at probes, no kinds switched off, and no order of messages but that of
 * their latencies. The cluster, its timeouts and the limit on lost disks are drawn as usual.
 */
import fc from 'fast-check';

import { NOT_AT_PROBES } from './faults/faults.ts';
import { uniformLoneFaultsArbitrary } from './faults/lone-faults.ts';
import { FAULT_KINDS } from './options.ts';
import type { PartArbitraries } from './parts.ts';
import { UNIFORM_MIX, onAnyPartition } from './workload/workload.ts';

export function uniformly(aimed: PartArbitraries): PartArbitraries {
  return {
    ...aimed,
    timeline: aimed.timeline.map((timeline) => ({ ...timeline, clustering: 0 })),
    workload: aimed.workload.map(({ keyed, operations }) => ({
      keyed,
      mix: UNIFORM_MIX,
      operations: operations.map(onAnyPartition),
    })),
    bursts: fc.constant([]),
    incidents: fc.constant([]),
    loneFaults: uniformLoneFaultsArbitrary,
    swarm: aimed.swarm.map((swarm) => ({
      ...swarm,
      uniform: true,
      kinds: 2 ** FAULT_KINDS.length - 1,
      probes: NOT_AT_PROBES + (swarm.probes % (100 - NOT_AT_PROBES)),
    })),
    strategy: fc.constant(null),
    transactions: aimed.transactions.map((recipe) => ({
      ...recipe,
      lateMessage: { ...recipe.lateMessage, happens: false },
      disturbances: [],
    })),
  };
}
