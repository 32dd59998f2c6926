/** Finds the parts of a plan on which its failure depends: each part is changed alone, and the plan is run again. */
import type { Fault, Operation, Plan } from '../../impl/plan/plan.ts';
import { planProblems } from '../../impl/plan/plan-problems.ts';
import type { ExplainedPart, Explanation, Irrelevant, Variation } from '../../impl/result/explanation.ts';
import { type Draw, drawsOf } from './reseeding.ts';
import { alteredFault, alteredOperation, anyMoment, movedFault } from './variations.ts';

/** Counts the plans that fail in the class of the explained one. */
export type Count = (plans: readonly Plan[]) => Variation;

const SEEDS = 32;
/** If one of this many variations passes, the part matters. */
const VARIATIONS = 8;

/** @param pinned properties that the user chose, or that the harness always sets */
export function dependence(plan: Plan, count: Count, pinned: ReadonlySet<string>): Explanation {
  const seeds = Array.from({ length: SEEDS }, (_, nth) => `${plan.seed}/other-${nth}`);
  return {
    seed: count(seeds.map((seed) => ({ ...plan, seed }))),
    parts: [
      ...plan.operations.map((operation, index): ExplainedPart => {
        const put = (other: Operation): Plan => ({
          ...plan,
          operations: plan.operations.with(index, other),
        });
        const name = `operation ${operation.id}`;
        const moved = drawn(plan, `${name} moved`, (draw) =>
          put({ ...operation, atMs: anyMoment(plan, draw) }),
        );
        const altered = drawn(plan, `${name} altered`, (draw) => {
          const other = alteredOperation(plan, operation, draw);
          return other === null ? null : put(other);
        });
        return {
          part: 'operation',
          name: operation.id,
          absent: count([{ ...plan, operations: plan.operations.toSpliced(index, 1) }]),
          ...(moved.length === 0 ? {} : { moved: count(moved) }),
          ...(altered.length === 0 ? {} : { altered: count(altered) }),
        };
      }),
      ...plan.faults.map((fault, index): ExplainedPart => {
        const put = (other: Fault | null): Plan | null =>
          other === null ? null : { ...plan, faults: plan.faults.with(index, other) };
        const name = `fault ${fault.id}`;
        const moved = drawn(plan, `${name} moved`, (draw) => put(movedFault(plan, fault, draw)));
        const altered = drawn(plan, `${name} altered`, (draw) => put(alteredFault(plan, fault, draw)));
        return {
          part: 'fault',
          name: fault.id,
          absent: count([{ ...plan, faults: plan.faults.toSpliced(index, 1) }]),
          ...(moved.length === 0 ? {} : { moved: count(moved) }),
          ...(altered.length === 0 ? {} : { altered: count(altered) }),
        };
      }),
      ...Object.keys(plan.configuration)
        .filter((property) => !pinned.has(property))
        .map((property): ExplainedPart => {
          const { [property]: _left, ...configuration } = plan.configuration;
          return { part: 'property', name: property, absent: count([{ ...plan, configuration }]) };
        }),
    ],
  };
}

/** Draws variations of a plan; leaves out those that equal the plan or are invalid. */
function drawn(plan: Plan, name: string, variation: (draw: Draw) => Plan | null): Plan[] {
  const draw = drawsOf(`${plan.seed} ${name}`);
  const original = JSON.stringify(plan);
  return Array.from({ length: VARIATIONS }, () => variation(draw)).filter(
    (other): other is Plan =>
      other !== null && JSON.stringify(other) !== original && planProblems(other).length === 0,
  );
}

/** Returns the operations and faults without which the plan still fails. */
export function irrelevantIn({ parts }: Explanation): Irrelevant {
  const idle = (part: ExplainedPart['part']): number[] =>
    parts.flatMap((each) =>
      each.part === part && typeof each.name === 'number' && each.absent.failed > 0 ? [each.name] : [],
    );
  return { operations: idle('operation'), faults: idle('fault') };
}
