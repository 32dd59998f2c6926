/** A plan in every order of its steps, and with its faults at every step. */
import type { Plan } from '../../impl/plan/plan.ts';
import { simulateInOrder } from '../../impl/simulated/run/simulate.ts';
import { hex, keyOf } from '../../impl/simulated/kernel/mix.ts';
import type { OrderLimits } from '../../impl/simulated/kernel/ordered-scheduler.ts';
import { failureClassOf } from '../../impl/result/failure-class.ts';
import { DepthFirst } from './depth-first.ts';

export interface Bounds extends OrderLimits {
  /** How many steps deep the order is varied; behind that every run goes on as if nobody minded. */
  readonly depth: number;
  /** After so many distinct states the enumeration gives up. */
  readonly states: number;
  /** Go on after a broken promise. */
  readonly keepGoing: boolean;
  /** Try steps that commute in one order only; without it every state is reached on every way there is. */
  readonly reduce: boolean;
}

/** What has been seen so far. */
export interface Tally {
  /** States reached, over whatever way. */
  readonly states: number;
  /** States that differ from all others. */
  readonly uniqueStates: number;
  /** Distinct ends of the fault phase: each was healed, read and judged. */
  readonly ends: number;
  /** Ends of which the judgement was that a promise is broken. */
  readonly broken: number;
  /** Steps on the longest way. */
  readonly depth: number;
  /** Ways that were longer than the order was varied. */
  readonly cut: number;
  /** Runs: each begins anew and goes on where an earlier one could have gone another way. */
  readonly runs: number;
}

export interface Finding {
  readonly failureClass: string;
  /** Runs as it was found. */
  readonly plan: Plan;
}

export interface SoFar extends Tally {
  /** One of each kind, that with the fewest choices. */
  readonly findings: readonly Finding[];
}

export interface Enumeration extends SoFar {
  /** `complete`: nothing is left within the bounds. */
  readonly ended: 'complete' | 'finding' | 'states';
}

/**
 * Every order of steps and every placement of faults within the bounds; yields after each run, so that whoever asks
 * can look at the clock.
 *
 * @param plan what happens; any of its faults may begin at any step, or never
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

/** The plan that runs as the last run did, with the faults that began in it. */
function asRun(plan: Plan, { chosen }: DepthFirst): Plan {
  const begun = new Set(chosen.map(({ take }) => take));
  const faults = plan.faults.filter(({ id }) => begun.has(hex(keyOf(`fault ${id}`))));
  return { ...plan, faults, order: [...chosen] };
}

function choicesIn({ order }: Plan): number {
  return order?.length ?? 0;
}
