/** Every way through the steps of a world, one after the other. */
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
 * Depth first. A world cannot be copied, so that each way begins anew: whoever uses this runs the world with it as the
 * order, then calls `turnBack`, and so on until that is false. A way on which nothing new is to be expected is left by
 * throwing `SeenEnough`.
 */
export class DepthFirst implements OrderOfSteps {
  readonly #depth: number;
  readonly #reduce: boolean;
  /** Each state with the steps that were not taken in it. */
  readonly #known = new Map<string, ReadonlySet<number>>();
  readonly #way: Point[] = [];
  /** How many points of the way this run has passed. */
  #passed = 0;
  #chosen: ChosenStep[] = [];
  #states = 0;
  #deepest = 0;
  #cutShort = false;

  /**
   * @param depth how many steps deep the order is varied
   * @param reduce take steps that commute in one order only
   */
  constructor(depth: number, reduce: boolean) {
    this.#depth = depth;
    this.#reduce = reduce;
  }

  /** States reached, over whatever way. */
  get states(): number {
    return this.#states;
  }

  get uniqueStates(): number {
    return this.#known.size;
  }

  /** Steps on the longest way. */
  get deepest(): number {
    return this.#deepest;
  }

  /** Whether this run was longer than the order is varied, and could have gone another way there. */
  get cutShort(): boolean {
    return this.#cutShort;
  }

  /** Where this run did not do what would have come next if nobody minded. */
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

  /** @throws SeenEnough when all that comes of this state is known. */
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

  /** Steps stay asleep as long as only steps are taken that commute with them. */
  #asleepAfter(before: Point | undefined, footprint: Footprint): readonly Taken[] {
    if (before === undefined || !this.#reduce) return [];
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
