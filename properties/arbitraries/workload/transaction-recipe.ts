/** The recipe of a transactional workload: what is drawn, before names and times are known. */
import fc from 'fast-check';

import type { CoordinatorScenario } from '../../../impl/simulated/defects/defect.ts';
import { logUniform } from '../draws/magnitude.ts';
import { choice, percent } from '../draws/pick.ts';
import { type When, whenArbitrary } from '../draws/timeline.ts';
import type { ResolvedOptions } from '../options.ts';
import { transactionSettingsArbitrary } from './transaction-settings.ts';

/** The share of plans with transactions, in percent, where the options leave it open. */
const SHARE = 25;

interface SendRecipe {
  readonly where: number;
  readonly gapMs: number;
}

export interface TransactionRecipe {
  readonly who: number;
  readonly when: When;
  readonly sends: readonly SendRecipe[];
  readonly gapMs: number;
  readonly end: number;
  readonly offsets: number;
  readonly consumer: number;
}

interface ProducerRecipe {
  readonly init: When;
  /** In so many cases of a hundred it has a transactional id of its own. */
  readonly own: number;
  readonly restarts: readonly When[];
}

export interface DisturbanceRecipe {
  readonly what: number;
  readonly when: When;
  readonly byProbe: number;
  readonly probe: number;
  readonly producer: number;
  readonly broker: number;
  readonly peer: number;
  readonly variant: number;
  readonly delayMs: number;
}

/** Two transactions on one partition, and a message of the first that comes in the second. */
interface LateMessageRecipe {
  /** In so many cases of a hundred it is percent. */
  readonly percent: number;
  readonly when: When;
  readonly where: number;
  readonly message: number;
  readonly ends: number;
  readonly gapMs: number;
  readonly lateMs: number;
  /** Another lateMessage, which a historical bug asks for. */
  readonly instead?: CoordinatorScenario;
}

export interface TransactionsRecipe {
  readonly lateMessage: LateMessageRecipe;
  readonly share: number;
  readonly producers: readonly ProducerRecipe[];
  readonly transactions: readonly TransactionRecipe[];
  readonly offsetCommits: readonly {
    readonly when: When;
    readonly consumer: number;
    readonly fetch: number;
  }[];
  readonly isolations: number;
  readonly disturbances: readonly DisturbanceRecipe[];
  readonly configuration: Readonly<Record<string, number>>;
}

const transaction: fc.Arbitrary<TransactionRecipe> = fc.record({
  who: choice,
  when: whenArbitrary,
  sends: fc.array(fc.record({ where: choice, gapMs: logUniform(1, 300) }), {
    minLength: 1,
    maxLength: 3,
    size: 'max',
  }),
  gapMs: logUniform(1, 1_000),
  end: percent,
  offsets: percent,
  consumer: choice,
});

const producer: fc.Arbitrary<ProducerRecipe> = fc.record({
  init: whenArbitrary,
  own: percent,
  restarts: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.tuple(whenArbitrary) },
  ),
});

const disturbance: fc.Arbitrary<DisturbanceRecipe> = fc.record({
  what: percent,
  when: whenArbitrary,
  byProbe: percent,
  probe: choice,
  producer: choice,
  broker: choice,
  peer: choice,
  variant: percent,
  delayMs: logUniform(50, 9_000),
});

const lateMessage: fc.Arbitrary<LateMessageRecipe> = fc.record({
  percent: percent,
  when: whenArbitrary,
  where: choice,
  message: percent,
  ends: choice,
  gapMs: logUniform(1, 200),
  lateMs: logUniform(200, 4_000),
});

export const transactionsArbitrary: fc.Arbitrary<TransactionsRecipe> = fc.record({
  lateMessage,
  share: percent,
  producers: fc.array(producer, { minLength: 1, maxLength: 3, size: 'max' }),
  transactions: fc.array(transaction, { minLength: 3, maxLength: 12, size: 'max' }),
  offsetCommits: fc.array(fc.record({ when: whenArbitrary, consumer: choice, fetch: percent }), {
    maxLength: 4,
    size: 'max',
  }),
  isolations: choice,
  disturbances: fc.array(disturbance, { maxLength: 4, size: 'max' }),
  configuration: transactionSettingsArbitrary,
});

/** Whether the plan has transactions. */
export function hasTransactions({ share }: TransactionsRecipe, options: ResolvedOptions): boolean {
  return options.transactions === 'sometimes' ? share < SHARE : options.transactions === 'always';
}

/** What was drawn, with the lateMessage that a historical bug asks for in place of the one that was. */
export function withCoordinatorScenario(
  recipe: TransactionsRecipe,
  { coordinatorScenario }: ResolvedOptions,
): TransactionsRecipe {
  if (coordinatorScenario === null) return recipe;
  return { ...recipe, lateMessage: { ...recipe.lateMessage, percent: 0, instead: coordinatorScenario } };
}

/** A recipe that has drawn this much, of a hundred, has no late message. */
export const NO_LATE_MESSAGE = 50;

export function hasLateMessage({ lateMessage: { percent: drawn } }: TransactionsRecipe): boolean {
  return drawn < NO_LATE_MESSAGE;
}
