import type { Plan } from '../../impl/plan.ts';
import { SeenEnough, simulateInOrder } from '../../impl/simulated/simulate.ts';
import { hex, keyOf } from '../../impl/simulated/world/mix.ts';
import { commute } from '../../impl/simulated/world/ordered-scheduler.ts';
import type {
  Footprint,
  OrderedScheduler,
  OrderLimits,
  OrderOfSteps,
  Step,
} from '../../impl/simulated/world/ordered-scheduler.ts';
import type { RunResult } from '../../impl/target.ts';
import { signatureOf } from '../worker-chunk.ts';

const THE_END = keyOf('the end');

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
  /** Distinct ends of the first act: each was healed, read and judged. */
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
  readonly signature: string;
  /** Runs as it was found. */
  readonly plan: Plan;
}

export interface Enumeration extends Tally {
  /** `complete`: nothing is left within the bounds. */
  readonly ended: 'complete' | 'finding' | 'states' | 'interrupted';
  /** One of each kind, that with the fewest choices. */
  readonly findings: readonly Finding[];
}

/** A step that another way has taken from here, or from a state before that commutes with all since. */
interface Taken {
  readonly identity: number;
  readonly footprint: Footprint;
}

/** A state on the way, and which of its steps is being tried. */
interface Point {
  /** Positions among the steps that are possible. */
  readonly choices: readonly number[];
  readonly identities: readonly number[];
  tried: number;
  /** Not to be taken: what comes of it is known (sleep sets, Godefroid 1996). */
  readonly asleep: readonly Taken[];
  readonly awake: Taken[];
}

/**
 * Every order of steps and every placement of faults within the bounds, depth first. A world cannot be copied, so
 * that each way is run from the beginning; a way that comes to a state that is known ends there.
 *
 * @param plan what happens; any of its faults may begin at any step, or never
 */
export function* enumerate(plan: Plan, bounds: Bounds): Generator<Tally, Enumeration> {
  const { order: _, ...unordered } = plan;
  const search = new DepthFirst(unordered, bounds);
  const findings = new Map<string, Finding>();
  const conclude = (ended: Enumeration['ended']): Enumeration => ({
    ...search.tally(),
    ended,
    findings: [...findings.values()],
  });
  do {
    const result = search.run();
    yield search.tally();
    const signature = result === null ? null : signatureOf(result);
    if (signature !== null) {
      const finding = { signature, plan: search.planOfThisWay() };
      const known = findings.get(signature);
      if (known === undefined || choicesIn(finding.plan) < choicesIn(known.plan))
        findings.set(signature, finding);
      if (!bounds.keepGoing) return conclude('finding');
    }
    if (search.tally().uniqueStates >= bounds.states) return conclude('states');
  } while (search.turnBack());
  return conclude('complete');
}

function choicesIn({ order }: Plan): number {
  return order?.length ?? 0;
}

class DepthFirst implements OrderOfSteps {
  readonly #plan: Plan;
  readonly #bounds: Bounds;
  /** Each state with the steps that were not taken in it. */
  readonly #known = new Map<string, ReadonlySet<number>>();
  readonly #way: Point[] = [];
  /** How many points of the way this run has passed. */
  #passed = 0;
  /** Where this run did not do what would have come next if nobody minded. */
  #chosen: { step: number; take: string }[] = [];
  #states = 0;
  #ends = 0;
  #broken = 0;
  #depth = 0;
  #cut = 0;
  #runs = 0;
  #isCut = false;

  constructor(plan: Plan, bounds: Bounds) {
    this.#plan = plan;
    this.#bounds = bounds;
  }

  /** Null: it came to a state that is known. */
  run(): RunResult | null {
    this.#passed = 0;
    this.#chosen = [];
    this.#isCut = false;
    this.#runs++;
    const result = simulateInOrder(this.#plan, this, this.#bounds);
    if (this.#isCut) this.#cut++;
    if (result === null) return null;
    this.#ends++;
    if (result.verdict !== 'passed') this.#broken++;
    return result;
  }

  /** Goes back to the last state in which another step is possible; false if there is none. */
  turnBack(): boolean {
    for (let last = this.#way.pop(); last !== undefined; last = this.#way.pop()) {
      if (last.tried + 1 === last.choices.length) continue;
      last.tried++;
      this.#way.push(last);
      return true;
    }
    return false;
  }

  choose(steps: readonly Step[], scheduler: OrderedScheduler): number {
    const identities = steps.map(({ identity }) => identity);
    const choice = this.#next(identities, scheduler);
    if (choice > 0) this.#note(steps[choice], scheduler);
    return choice;
  }

  chooseAtEnd(faults: readonly Step[], scheduler: OrderedScheduler): number | null {
    const identities = [THE_END, ...faults.map(({ identity }) => identity)];
    const choice = this.#next(identities, scheduler);
    if (choice === 0) return null;
    this.#note(faults[choice - 1], scheduler);
    return choice - 1;
  }

  tally(): Tally {
    return {
      states: this.#states,
      uniqueStates: this.#known.size,
      ends: this.#ends,
      broken: this.#broken,
      depth: this.#depth,
      cut: this.#cut,
      runs: this.#runs,
    };
  }

  /** The plan that runs as the last run did. */
  planOfThisWay(): Plan {
    const begun = new Set(this.#chosen.map(({ take }) => take));
    return {
      ...this.#plan,
      faults: this.#plan.faults.filter(({ id }) => begun.has(hex(keyOf(`fault ${id}`)))),
      order: this.#chosen,
    };
  }

  /** @throws SeenEnough when all that comes of this state is known. */
  #next(identities: readonly number[], scheduler: OrderedScheduler): number {
    const at = this.#passed++;
    const point = this.#way[at];
    if (point !== undefined) return point.choices[point.tried]!;
    const asleep = this.#asleepAfter(this.#way[at - 1], scheduler.footprint);
    const choices = this.#worthTrying(identities, asleep, scheduler.digest());
    this.#depth = Math.max(this.#depth, scheduler.steps);
    if (choices.length === 0) throw new SeenEnough();
    const deep = scheduler.steps >= this.#bounds.depth;
    if (deep && choices.length > 1) this.#isCut = true;
    this.#way.push({
      choices: deep ? choices.slice(0, 1) : choices,
      identities,
      tried: 0,
      asleep,
      awake: [],
    });
    return choices[0]!;
  }

  /** Steps stay asleep as long as only steps are taken that commute with them. */
  #asleepAfter(before: Point | undefined, footprint: Footprint): readonly Taken[] {
    if (before === undefined || !this.#bounds.reduce) return [];
    const { asleep, awake, choices, identities, tried } = before;
    const after = [...asleep, ...awake].filter((taken) => commute(taken.footprint, footprint));
    awake.push({ identity: identities[choices[tried]!]!, footprint });
    return after;
  }

  /** Of a state that is known only the steps that were asleep whenever it was reached. */
  #worthTrying(identities: readonly number[], asleep: readonly Taken[], digest: string): readonly number[] {
    this.#states++;
    const positions = identities.map((_, position) => position);
    const sleeping = new Set(asleep.map(({ identity }) => identity));
    const earlier = this.#known.get(digest);
    const isAsleep = (position: number): boolean => sleeping.has(identities[position]!);
    if (earlier === undefined) {
      this.#known.set(digest, new Set(identities.filter((identity) => sleeping.has(identity))));
      return positions.filter((position) => !isAsleep(position));
    }
    this.#known.set(digest, new Set([...earlier].filter((identity) => sleeping.has(identity))));
    return positions.filter((position) => earlier.has(identities[position]!) && !isAsleep(position));
  }

  #note(step: Step | undefined, { steps }: OrderedScheduler): void {
    if (step !== undefined) this.#chosen.push({ step: steps, take: hex(step.key) });
  }
}
