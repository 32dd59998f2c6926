import type { Plan } from '../../plan/plan.ts';
import type { RunOptions, SimulatedRunResult } from '../../result/run-result.ts';
import type { Target } from '../../result/target.ts';
import { GivenOrder } from '../kernel/given-order.ts';
import { OrderedScheduler } from '../kernel/ordered-scheduler.ts';
import type { OrderLimits, OrderOfSteps } from '../kernel/ordered-scheduler.ts';
import { withPoisonedGlobals } from '../kernel/poison.ts';
import { Simulation } from './simulation.ts';

/** Runs a plan in virtual time. The same plan gives the same run, event for event, on any machine. */
export function simulate(plan: Plan, options: RunOptions = {}): SimulatedRunResult {
  return withPoisonedGlobals(() => new Simulation(plan, options, orderOf(plan)).run());
}

export const simulatedTarget = {
  name: 'the simulated cluster',
  cannotRerunBecause: null,
  run: simulate,
} satisfies Target;

/**
 * Runs a plan whose fault phase goes in an order that is chosen step by step; its faults begin when they are chosen.
 * Returns null when the chooser has thrown `SeenEnough`.
 */
export function simulateInOrder(
  plan: Plan,
  order: OrderOfSteps,
  limits: OrderLimits,
): SimulatedRunResult | null {
  return withPoisonedGlobals(() => {
    try {
      return new Simulation(plan, {}, new OrderedScheduler(order, limits)).run();
    } catch (error) {
      if (error instanceof SeenEnough) return null;
      throw error;
    }
  });
}

/** Thrown by the chooser of an order, to leave a run that reaches nothing new. */
export class SeenEnough extends Error {}

function orderOf({ order, faults }: Plan): OrderedScheduler | null {
  return order === undefined
    ? null
    : new OrderedScheduler(new GivenOrder(order), { faults: faults.length, late: Infinity });
}
