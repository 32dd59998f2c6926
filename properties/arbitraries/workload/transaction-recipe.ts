/** The recipe of a transactional workload: what is drawn before names and times are known. */
import fc from 'fast-check';

import type { CoordinatorScenario } from '../../../impl/simulated/defects/defect.ts';
import { logUniform } from '../draws/magnitude.ts';
import { chance, oneOfShares } from '../draws/choices.ts';
import { choice, percent } from '../draws/pick.ts';
import { type When, whenArbitrary } from '../draws/timeline.ts';
import type { ResolvedOptions } from '../options.ts';
import { transactionSettingsArbitrary } from './transaction-settings.ts';

/** The group whose offsets transactions commit. */
export const GROUP = 'group-1';

interface SendRecipe {
  readonly where: number;
  readonly gapMs: number;
}

export interface TransactionRecipe {
  readonly who: number;
  readonly when: When;
  readonly sends: readonly SendRecipe[];
  readonly gapMs: number;
  /** Null: the transaction stays open until its timeout or the next begin. */
  readonly end: 'commit-transaction' | 'abort-transaction' | null;
  readonly sendsOffsets: boolean;
  readonly consumer: number;
}

interface ProducerRecipe {
  readonly init: When;
  /** Whether it has a transactional id of its own; else it shares that of the first producer. */
  readonly hasOwnId: boolean;
  readonly restarts: readonly When[];
}

export interface DisturbanceRecipe {
  readonly what: 'move-coordinator' | 'message' | 'crash' | 'pause';
  readonly when: When;
  readonly atProbe: boolean;
  readonly probe: number;
  readonly producer: number;
  readonly broker: number;
  readonly peer: number;
  readonly fate: { readonly type: 'request' | 'response'; readonly effect: 'delay' | 'lose' };
  readonly delayMs: number;
}

export type LateApi = 'EndTxn' | 'WriteTxnMarkers' | 'Produce' | 'TxnOffsetCommit';

/** Two transactions on one partition, and a message of the first that arrives during the second. */
interface LateMessageRecipe {
  readonly happens: boolean;
  readonly when: When;
  readonly where: number;
  readonly api: LateApi;
  readonly firstAborts: boolean;
  /** Whether the second transaction ends as the first one does. */
  readonly endsAlike: boolean;
  readonly consumer: number;
  readonly gapMs: number;
  readonly lateMs: number;
  /** A scenario that a historical bug asks for. */
  readonly instead?: CoordinatorScenario;
}

export interface TransactionsRecipe {
  readonly lateMessage: LateMessageRecipe;
  /** Whether the plan has transactions where the options leave it open. */
  readonly sometimes: boolean;
  readonly producers: readonly ProducerRecipe[];
  readonly transactions: readonly TransactionRecipe[];
  readonly offsetCommits: readonly {
    readonly when: When;
    readonly consumer: number;
    readonly kind: 'fetch-offsets' | 'commit-offsets';
    readonly group: string;
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
  end: oneOfShares(['commit-transaction' as const, 65], ['abort-transaction' as const, 25], [null, 10]),
  sendsOffsets: chance(30),
  consumer: choice,
});

const producer: fc.Arbitrary<ProducerRecipe> = fc.record({
  init: whenArbitrary,
  hasOwnId: chance(50),
  restarts: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.tuple(whenArbitrary) },
  ),
});

const disturbance: fc.Arbitrary<DisturbanceRecipe> = fc.record({
  what: oneOfShares(
    ['move-coordinator' as const, 15],
    ['message' as const, 60],
    ['crash' as const, 10],
    ['pause' as const, 15],
  ),
  when: whenArbitrary,
  atProbe: chance(40),
  probe: choice,
  producer: choice,
  broker: choice,
  peer: choice,
  fate: percent.map((drawn) => ({
    // A lost response leaves its sender in doubt whether the request was handled.
    type: drawn % 10 < 7 ? ('request' as const) : ('response' as const),
    effect: drawn < 80 ? ('delay' as const) : ('lose' as const),
  })),
  delayMs: logUniform(50, 9_000),
});

const lateMessage: fc.Arbitrary<LateMessageRecipe> = fc
  .record({
    happens: chance(50),
    when: whenArbitrary,
    where: choice,
    api: oneOfShares<LateApi>(
      ['EndTxn', 30],
      ['WriteTxnMarkers', 35],
      ['Produce', 20],
      ['TxnOffsetCommit', 15],
    ),
    ends: choice,
    gapMs: logUniform(1, 200),
    lateMs: logUniform(200, 4_000),
  })
  .map(({ ends, ...drawn }) => ({
    ...drawn,
    firstAborts: ends % 4 === 0,
    endsAlike: ends % 3 === 0,
    consumer: ends,
  }));

const offsetCommit = fc
  .record({ when: whenArbitrary, consumer: choice, call: percent })
  .map(({ call, ...drawn }) => ({
    ...drawn,
    kind: call < 60 ? ('fetch-offsets' as const) : ('commit-offsets' as const),
    group: call % 5 === 0 ? 'group-2' : GROUP,
  }));

export const transactionsArbitrary: fc.Arbitrary<TransactionsRecipe> = fc.record({
  lateMessage,
  sometimes: chance(25),
  producers: fc.array(producer, { minLength: 1, maxLength: 3, size: 'max' }),
  transactions: fc.array(transaction, { minLength: 3, maxLength: 12, size: 'max' }),
  offsetCommits: fc.array(offsetCommit, { maxLength: 4, size: 'max' }),
  isolations: choice,
  disturbances: fc.array(disturbance, { maxLength: 4, size: 'max' }),
  configuration: transactionSettingsArbitrary,
});

/** Whether the plan has transactions. */
export function hasTransactions({ sometimes }: TransactionsRecipe, options: ResolvedOptions): boolean {
  return options.transactions === 'sometimes' ? sometimes : options.transactions === 'always';
}

/** The recipe with the scenario that a historical bug asks for in place of the late message. */
export function withCoordinatorScenario(
  recipe: TransactionsRecipe,
  { coordinatorScenario }: ResolvedOptions,
): TransactionsRecipe {
  if (coordinatorScenario === null) return recipe;
  return { ...recipe, lateMessage: { ...recipe.lateMessage, happens: true, instead: coordinatorScenario } };
}
