/** Finds the parts of a plan on which its failure depends: each part is changed alone, and the plan is run again. */
import type { Fault, Operation, Plan } from '../../impl/plan/plan.ts';
import { planProblems } from '../../impl/plan/plan-problems.ts';
import type { ExplainedPart, Explanation, Irrelevant, Variation } from '../../impl/result/explanation.ts';
import { type Draw, drawsOf } from './reseeding.ts';
import { alteredFault, alteredOperation, anyMoment, movedFault } from './variations.ts';
import type { Trying } from '../minimiser/plan-runner.ts';

/** Counts the plans that fail in the class of the explained one. */
export type Count = (plans: readonly Plan[]) => Trying<Variation>;

const SEEDS = 32;
/** If one of this many variations passes, the part matters. */
const VARIATIONS = 8;

/** @param pinned properties that the user chose, or that the harness always sets */
export function* dependence(plan: Plan, count: Count, pinned: ReadonlySet<string>): Trying<Explanation> {
  const seeds = Array.from({ length: SEEDS }, (_, nth) => `${plan.seed}/other-${nth}`);
  const seed = yield* count(seeds.map((other) => ({ ...plan, seed: other })));
  const parts: ExplainedPart[] = [];
  for (let index = 0; index < plan.operations.length; index++)
    parts.push(yield* operationPart(plan, index, count));
  for (let index = 0; index < plan.faults.length; index++) parts.push(yield* faultPart(plan, index, count));
  for (const property of Object.keys(plan.configuration)) {
    if (pinned.has(property)) continue;
    const { [property]: _left, ...configuration } = plan.configuration;
    const absent = yield* count([{ ...plan, configuration }]);
    parts.push({ part: 'property', name: property, absent });
  }
  return { seed, parts };
}

function* operationPart(plan: Plan, index: number, count: Count): Trying<ExplainedPart> {
  const operation = plan.operations[index]!;
  const put = (other: Operation | null): Plan | null =>
    other === null ? null : { ...plan, operations: plan.operations.with(index, other) };
  const name = `operation ${operation.id}`;
  const moved = drawn(plan, `${name} moved`, (draw) => put({ ...operation, atMs: anyMoment(plan, draw) }));
  const altered = drawn(plan, `${name} altered`, (draw) => put(alteredOperation(plan, operation, draw)));
  const without = { ...plan, operations: plan.operations.toSpliced(index, 1) };
  const variations = yield* variationsOf(without, moved, altered, count);
  return { part: 'operation', name: operation.id, ...variations };
}

function* faultPart(plan: Plan, index: number, count: Count): Trying<ExplainedPart> {
  const fault = plan.faults[index]!;
  const put = (other: Fault | null): Plan | null =>
    other === null ? null : { ...plan, faults: plan.faults.with(index, other) };
  const name = `fault ${fault.id}`;
  const moved = drawn(plan, `${name} moved`, (draw) => put(movedFault(plan, fault, draw)));
  const altered = drawn(plan, `${name} altered`, (draw) => put(alteredFault(plan, fault, draw)));
  const without = { ...plan, faults: plan.faults.toSpliced(index, 1) };
  const variations = yield* variationsOf(without, moved, altered, count);
  return { part: 'fault', name: fault.id, ...variations };
}

function* variationsOf(
  without: Plan,
  moved: readonly Plan[],
  altered: readonly Plan[],
  count: Count,
): Trying<Pick<ExplainedPart, 'absent' | 'moved' | 'altered'>> {
  const absent = yield* count([without]);
  return {
    absent,
    ...(moved.length === 0 ? {} : { moved: yield* count(moved) }),
    ...(altered.length === 0 ? {} : { altered: yield* count(altered) }),
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
