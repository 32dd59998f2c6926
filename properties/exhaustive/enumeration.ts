/** Runs a plan in every order of its steps, with its faults at every step. */
import type { Plan } from '../../impl/plan/plan.ts';
import { simulateInOrder } from '../../impl/simulated/run/simulate.ts';
import { hex, keyOf } from '../../impl/simulated/kernel/mix.ts';
import type { OrderLimits } from '../../impl/simulated/kernel/ordered-scheduler.ts';
import { failureClassOf } from '../../impl/result/failure-class.ts';
import { DepthFirst } from './depth-first.ts';

export interface Bounds extends OrderLimits {
  /** The number of steps whose order is varied; after them every run goes on in the default order. */
  readonly depth: number;
  /** The number of distinct states after which the enumeration gives up. */
  readonly states: number;
  /** Whether to go on after a violation. */
  readonly keepGoing: boolean;
  /** Whether to try steps that commute in one order only; without it every state is reached on every path. */
  readonly reduce: boolean;
}

/** The counts so far. */
export interface Tally {
  /** States reached, each counted once for every path to it. */
  readonly states: number;
  /** Distinct states. */
  readonly uniqueStates: number;
  /** Distinct ends of the fault phase; each was healed, read and checked. */
  readonly ends: number;
  /** Ends with a violation. */
  readonly broken: number;
  /** The number of steps of the longest path. */
  readonly depth: number;
  /** Paths that were longer than the depth to which the order is varied. */
  readonly cut: number;
  /** Runs; each starts from the beginning and turns off where an earlier run had another choice. */
  readonly runs: number;
}

export interface Finding {
  readonly failureClass: string;
  /** The plan, which runs in the order in which the failure was found. */
  readonly plan: Plan;
}

export interface SoFar extends Tally {
  /** One failure of each failure class: the one with the fewest choices. */
  readonly findings: readonly Finding[];
}

export interface Enumeration extends SoFar {
  /** `complete`: nothing is left to explore within the bounds. */
  readonly ended: 'complete' | 'finding' | 'states';
}

/**
 * Runs every order of steps and every placement of faults within the bounds. Yields after each run, so that the
 * caller can check the clock.
 *
 * @param plan any of its faults may begin at any step, or never
 */
export function* enumerate(plan: Plan, bounds: Bounds): Generator<SoFar, Enumeration> {
  const search = new DepthFirst(bounds.depth, bounds.reduce);
  const findings = new Map<string, Finding>();
  let [runs, ends, broken, cut] = [0, 0, 0, 0];
  const soFar = (): SoFar => {
    const { states, uniqueStates, deepest } = search;
    return {
      states,
      uniqueStates,
      depth: deepest,
      runs,
      ends,
      broken,
      cut,
      findings: [...findings.values()],
    };
  };
  const conclude = (ended: Enumeration['ended']): Enumeration => ({ ...soFar(), ended });
  do {
    const result = simulateInOrder(plan, search, bounds);
    runs++;
    if (search.cutShort) cut++;
    if (result !== null) ends++;
    const failureClass = result === null ? null : failureClassOf(result);
    if (failureClass !== null) {
      broken++;
      const found = { failureClass, plan: asRun(plan, search) };
      const known = findings.get(failureClass);
      if (known === undefined || choicesIn(found.plan) < choicesIn(known.plan))
        findings.set(failureClass, found);
      if (!bounds.keepGoing) return conclude('finding');
    }
    if (search.uniqueStates >= bounds.states) return conclude('states');
    yield soFar();
  } while (search.turnBack());
  return conclude('complete');
}

/** The plan that repeats the last run, with the faults that began in it. */
function asRun(plan: Plan, { chosen }: DepthFirst): Plan {
  const begun = new Set(chosen.map(({ take }) => take));
  const faults = plan.faults.filter(({ id }) => begun.has(hex(keyOf(`fault ${id}`))));
  return { ...plan, faults, order: [...chosen] };
}

function choicesIn({ order }: Plan): number {
  return order?.length ?? 0;
}
