/**
 * Several events in quick succession on one partition: leader moves back and forth with faults in between. Two leader
 * changes before replication has caught up are the core of KAFKA-6361 and KAFKA-6880.
 */
import fc from 'fast-check';

import { type FaultRecipe, faultRecipeArbitrary } from './fault-recipe.ts';
import { logUniform } from '../draws/magnitude.ts';
import { choice, percent, pick } from '../draws/pick.ts';
import type { Timeline } from '../draws/timeline.ts';
import { dropping } from '../draws/shrinkable-list.ts';

interface StepRecipe {
  /** Below the burst's share of moves, the step moves the leader; else it is the fault. */
  readonly move: number;
  readonly gapMs: number;
  readonly broker: number;
  readonly fault: FaultRecipe;
}

export interface BurstRecipe {
  readonly busyPeriod: number;
  /** One fault strikes the brokers in turn, instead of a different fault each time, as in a rolling restart. */
  readonly rolling: boolean;
  /** With `rolling`: all brokers at one instant, as in a power failure of the site. */
  readonly together: boolean;
  readonly place: number;
  readonly moves: number;
  readonly steps: readonly StepRecipe[];
}

const STEPS_AT_MOST = 5;
const BURSTS_AT_MOST = 2;

const step: fc.Arbitrary<StepRecipe> = fc.record({
  move: percent,
  gapMs: logUniform(5, 1_500),
  broker: choice,
  fault: faultRecipeArbitrary,
});

const burst: fc.Arbitrary<BurstRecipe> = fc.record({
  busyPeriod: choice,
  rolling: percent.map((draw) => draw >= 60),
  together: percent.map((draw) => draw >= 85),
  place: choice,
  moves: fc.constantFrom(0, 40, 70, 100),
  steps: dropping(fc.array(step, { minLength: 2, maxLength: STEPS_AT_MOST, size: 'max' }), STEPS_AT_MOST),
});

export const burstsArbitrary: fc.Arbitrary<readonly BurstRecipe[]> = dropping(
  fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 4, arbitrary: fc.tuple(burst) },
    { weight: 2, arbitrary: fc.tuple(burst, burst) },
  ),
  BURSTS_AT_MOST,
);

/** A leader move to the broker with that number, or a fault, at its time. */
export type BurstStep =
  | { readonly is: 'move'; readonly atMs: number; readonly place: number; readonly broker: number }
  | { readonly is: 'fault'; readonly atMs: number; readonly fault: FaultRecipe };

/** A rolling fault is slower: each broker must have been missed before the next one is struck. */
const ROLLING_GAP = 3;

/** No move goes to the broker of the move before it. */
export function resolveBurst(recipe: BurstRecipe, timeline: Timeline, brokers: number): BurstStep[] {
  let atMs = pick(timeline.busyPeriodsMs, recipe.busyPeriod);
  let target = recipe.busyPeriod % brokers;
  const together = recipe.rolling && recipe.together;
  const [first] = recipe.steps;
  const faultAt = (index: number, own: FaultRecipe): FaultRecipe =>
    recipe.rolling && first !== undefined ? { ...first.fault, victim: first.fault.victim + index } : own;
  return recipe.steps.map((step, index): BurstStep => {
    if (index > 0 && !together)
      atMs = Math.min(atMs + step.gapMs * (recipe.rolling ? ROLLING_GAP : 1), timeline.lengthMs);
    if (together || step.move >= recipe.moves)
      return { is: 'fault', atMs, fault: faultAt(index, step.fault) };
    if (brokers > 1) target = (target + 1 + (step.broker % (brokers - 1))) % brokers;
    return { is: 'move', atMs, place: recipe.place, broker: target + 1 };
  });
}
