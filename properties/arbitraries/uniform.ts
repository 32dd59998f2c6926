/**
 * Plans that aim at nothing, for everything is as likely as anything else: the baseline that says what aiming is worth.
 * Any operation and any fault comes at any time, on any partition or host, for any time, and no two have to do with
 * each other: no busy periods, no bursts, no incidents, no stories, no faults at probes, no kinds switched off, no
 * order of messages but that of their latencies. What makes a run a run stays: the cluster, its timeouts, the promise
 * that fewer disks forget than min.insync.replicas asks for.
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
