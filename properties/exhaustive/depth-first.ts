/** Explores every order of the steps of a world, one run after the other. */
import type { ChosenStep } from '../../impl/plan/plan.ts';
import { SeenEnough } from '../../impl/simulated/run/simulate.ts';
import { hex, keyOf } from '../../impl/simulated/kernel/mix.ts';
import { commute } from '../../impl/simulated/kernel/ordered-scheduler.ts';
import type {
  Footprint,
  OrderedScheduler,
  OrderOfSteps,
  Step,
} from '../../impl/simulated/kernel/ordered-scheduler.ts';

const THE_END = keyOf('the end');

/** A step that was explored from this state, or from an earlier one that commutes with all steps since. */
interface Taken {
  readonly identity: number;
  readonly footprint: Footprint;
}

/** A state on the current path, and the step that is being explored from it. */
interface Point {
  /** Positions among the possible steps. */
  readonly choices: readonly number[];
  readonly identities: readonly number[];
  tried: number;
  /** Steps that need not be taken, because their outcome is known (sleep sets, Godefroid 1996). */
  readonly asleep: readonly Taken[];
  readonly awake: Taken[];
}

/**
 * Depth-first search. A world cannot be copied, so each path starts from the beginning: the caller runs the world
 * with this object as its order, then calls `turnBack`, until that returns false. A path that leads to nothing new
 * ends with `SeenEnough`.
 */
export class DepthFirst implements OrderOfSteps {
  readonly #depth: number;
  readonly #reduce: boolean;
  /** Each known state with the steps that were not taken in it. */
  readonly #known = new Map<string, ReadonlySet<number>>();
  readonly #way: Point[] = [];
  /** The number of choice points that this run has passed. */
  #passed = 0;
  #chosen: ChosenStep[] = [];
  #states = 0;
  #deepest = 0;
  #cutShort = false;

  /**
   * @param depth the number of steps whose order is varied
   * @param reduce whether steps that commute are taken in one order only
   */
  constructor(depth: number, reduce: boolean) {
    this.#depth = depth;
    this.#reduce = reduce;
  }

  /** States reached, each counted once for every path to it. */
  get states(): number {
    return this.#states;
  }

  get uniqueStates(): number {
    return this.#known.size;
  }

  /** The number of steps of the longest path. */
  get deepest(): number {
    return this.#deepest;
  }

  /** Whether this run had another choice beyond the depth to which the order is varied. */
  get cutShort(): boolean {
    return this.#cutShort;
  }

  /** The steps at which this run deviated from the default order. */
  get chosen(): readonly ChosenStep[] {
    return this.#chosen;
  }

  /** Goes back to the last state in which another step is possible; false if there is none. */
  turnBack(): boolean {
    this.#passed = 0;
    this.#chosen = [];
    this.#cutShort = false;
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

  /** @throws SeenEnough if every outcome of this state is known. */
  #next(identities: readonly number[], scheduler: OrderedScheduler): number {
    const at = this.#passed++;
    const point = this.#way[at];
    if (point !== undefined) return point.choices[point.tried]!;
    const asleep = this.#asleepAfter(this.#way[at - 1], scheduler.footprint);
    const choices = this.#worthTrying(identities, asleep, scheduler.digest());
    this.#deepest = Math.max(this.#deepest, scheduler.steps);
    if (choices.length === 0) throw new SeenEnough();
    const deep = scheduler.steps >= this.#depth;
    if (deep && choices.length > 1) this.#cutShort = true;
    this.#way.push({
      choices: deep ? choices.slice(0, 1) : choices,
      identities,
      tried: 0,
      asleep,
      awake: [],
    });
    return choices[0]!;
  }

  /** A step stays asleep as long as all steps taken commute with it. */
  #asleepAfter(before: Point | undefined, footprint: Footprint): readonly Taken[] {
    if (before === undefined || !this.#reduce) return [];
    const { asleep, awake, choices, identities, tried } = before;
    const after = [...asleep, ...awake].filter((taken) => commute(taken.footprint, footprint));
    awake.push({ identity: identities[choices[tried]!]!, footprint });
    return after;
  }

  /** In a known state only the steps that were asleep on every visit remain to be taken. */
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
