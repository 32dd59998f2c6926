import type { ChosenStep } from './schedule.ts';
import { hex } from './mix.ts';
import type { OrderedScheduler, OrderOfSteps, Step } from './ordered-scheduler.ts';

/** The order of a plan names a step that cannot be taken: it was written for other code, or for another plan. */
export class StaleOrderError extends Error {}

/** The order of a plan: the step that has waited longest comes next, except where the plan names another one. */
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
