/** Renames the hosts of a plan, or removes them with every fault that concerns them. */
import { faultKind } from './kinds/faults/index.ts';
import { renameAll, renameEnds, type Renaming } from './kinds/renaming.ts';
import type { Fault, Plan } from './plan.ts';

/** Renames hosts in the faults and the schedule of the plan; a fault without any host left is removed. */
export function renameHosts(plan: Plan, rename: Renaming): Plan {
  const { slowPair } = plan.schedule;
  const slow = slowPair === null ? null : renameEnds(slowPair, rename);
  return {
    ...plan,
    faults: plan.faults.flatMap((fault) => renameFault(fault, rename) ?? []),
    ...(plan.outsideCore === undefined ? {} : { outsideCore: renameAll(plan.outsideCore, rename) }),
    schedule: {
      ...plan.schedule,
      slowPair: slowPair === null || slow === null ? null : { ...slowPair, ...slow },
    },
  };
}

function renameFault(fault: Fault, rename: Renaming): Fault | null {
  const at = renameTrigger(fault.at, rename);
  if (at === null) return null;
  const renamed = faultKind(fault).renameHosts(fault, rename);
  return renamed === null ? null : { ...renamed, at };
}

function renameTrigger(at: Fault['at'], rename: Renaming): Fault['at'] | null {
  if ('ms' in at || at.node === undefined) return at;
  const node = rename(at.node);
  return node === null ? null : { ...at, node };
}
