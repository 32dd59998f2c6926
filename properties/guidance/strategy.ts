/** How a search chooses its plans. */
import type { PlanOptions } from '../arbitraries/options.ts';

/**
 * `uniform`: plans that aim at nothing, the baseline. `swarm`: plans drawn to strike where bugs are known to lie, each
 * with some kinds of faults off. `guided`: as those, and in time half of them change plans that reached something new.
 */
export const STRATEGIES = ['uniform', 'swarm', 'guided'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export const DEFAULT_STRATEGY: Strategy = 'swarm';

/** The way in which a strategy draws a plan. */
export function drawnBy(strategy: Strategy): Pick<PlanOptions, 'drawing'> {
  return strategy === 'uniform' ? { drawing: 'uniform' } : {};
}
