/** Taking a host out of a plan, with everything that is about it. */
import type { Fault, Plan } from '../../impl/plan/plan.ts';

/** New names for hosts; null takes a host away. */
export type Renaming = (host: string) => string | null;

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
  switch (fault.kind) {
    case 'partition': {
      const side = renameAll(fault.side, rename);
      const other = renameAll(fault.other, rename).filter((host) => !side.includes(host));
      return side.length === 0 || other.length === 0 ? null : { ...fault, at, side, other };
    }
    case 'message':
    case 'break-connections':
    case 'slow-link': {
      const ends = renameEnds(fault, rename);
      return ends === null ? null : { ...fault, at, ...ends };
    }
    default: {
      const node = rename(fault.node);
      return node === null ? null : { ...fault, at, node };
    }
  }
}

function renameTrigger(at: Fault['at'], rename: Renaming): Fault['at'] | null {
  if ('ms' in at || at.node === undefined) return at;
  const node = rename(at.node);
  return node === null ? null : { ...at, node };
}

function renameAll(hosts: readonly string[], rename: Renaming): string[] {
  return [...new Set(hosts.flatMap((host) => rename(host) ?? []))];
}

function renameEnds(
  ends: { from: string; to: string },
  rename: Renaming,
): { from: string; to: string } | null {
  const [from, to] = [rename(ends.from), rename(ends.to)];
  return from === null || to === null || from === to ? null : { from, to };
}
