/** Triggers faults by a probe that was hit just before them, instead of at a time. */
import type { Fault, Plan, Trigger } from '../../impl/plan/plan.ts';
import type { Trace } from '../../impl/trace/trace.ts';
import type { Pass } from './pass.ts';

/** How long before a fault a probe may have been hit to become its trigger. */
const BEFORE_US = 200_000;
/** A reader does not count further. */
const MOST_HITS = 3;
const PROBES_TRIED = 8;

export const moveOntoProbes: Pass = {
  name: 'trigger faults by probes',
  *run(search, seeds) {
    for (let index = 0; index < search.plan.faults.length; index++) {
      const { plan } = search;
      const fault = plan.faults[index];
      if (fault === undefined || !('ms' in fault.at) || fault.at.ms === 0) continue;
      const trace = search.traceOf(plan);
      if (trace === null) return;
      yield* search.acceptFirst(
        triggersFor(fault, fault.at.ms, trace).map((at): Plan => ({
          ...plan,
          faults: plan.faults.with(index, { ...fault, at }),
        })),
        seeds,
      );
    }
  },
};

/**
 * The most recent probe first. A probe on any node comes before the same probe on a certain node if both counts are
 * equal.
 */
function triggersFor(fault: Fault, ms: number, { entries, workloadStartUs }: Trace): Trigger[] {
  const faultUs = workloadStartUs + ms * 1000;
  const hits = new Map<string, number>();
  const recent: Trigger[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'probe' || entry.timeUs < workloadStartUs || entry.timeUs > faultUs) continue;
    const isRecent = entry.timeUs >= faultUs - BEFORE_US;
    for (const node of nodesToName(fault, entry.node)) {
      const name = `${entry.probe} ${node ?? ''}`;
      const count = (hits.get(name) ?? 0) + 1;
      hits.set(name, count);
      if (!isRecent || count > MOST_HITS) continue;
      recent.push({ probe: entry.probe, ...(node === undefined ? {} : { node }), count, plusMs: 0 });
    }
  }
  return recent.toReversed().slice(0, PROBES_TRIED);
}

/** A fault of a node may be triggered by a probe of that node; a plan cannot name the probes of clients. */
function nodesToName(fault: Fault, node: string): (string | undefined)[] {
  const isItsOwn = 'node' in fault && fault.node === node && /^(broker|controller)-/.test(node);
  return isItsOwn ? [node, undefined] : [undefined];
}
