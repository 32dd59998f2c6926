/** Taking a host out of a plan, with everything that is about it. */
import { faultKind } from '../../impl/plan/kinds/faults/index.ts';
import { renameAll, renameEnds, type Renaming } from '../../impl/plan/kinds/renaming.ts';
import type { Fault, Plan } from '../../impl/plan/plan.ts';

/** The faults and the schedule of the plan under new names; what is about nobody any more goes. */
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
