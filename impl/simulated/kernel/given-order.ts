import type { ChosenStep } from './schedule.ts';
import { hex } from './mix.ts';
import type { OrderedScheduler, OrderOfSteps, Step } from './ordered-scheduler.ts';

/** The order of a plan names a step that cannot be taken there: it was written for other code, or another plan. */
export class StaleOrderError extends Error {}

/** The order that a plan says: what has waited longest comes next, but for the steps that the plan names. */
export class GivenOrder implements OrderOfSteps {
  readonly #chosen: ReadonlyMap<number, string>;

  constructor(order: readonly ChosenStep[]) {
    this.#chosen = new Map(order.map(({ step, take }) => [step, take]));
  }

  /** @throws StaleOrderError */
  choose(steps: readonly Step[], { steps: taken }: OrderedScheduler): number {
    const key = this.#chosen.get(taken);
    return key === undefined ? 0 : positionOf(key, steps, taken);
  }

  chooseAtEnd(faults: readonly Step[], { steps: taken }: OrderedScheduler): number | null {
    const key = this.#chosen.get(taken);
    return key === undefined ? null : positionOf(key, faults, taken);
  }
}

function positionOf(key: string, steps: readonly Step[], taken: number): number {
  const position = steps.findIndex((step) => hex(step.key) === key);
  if (position >= 0) return position;
  throw new StaleOrderError(
    `the plan's order means nothing any more: at step ${taken} there is no ${key} to take, but ${steps.map((step) => hex(step.key)).join(', ')}`,
  );
}
