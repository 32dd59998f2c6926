/** Lowers a number that counts records together with the number of records: neither can change without the other. */
import range from 'lodash/range.js';

import type { Operation, Plan } from '../../impl/plan/plan.ts';
import type { Pass } from './pass.ts';
import { possible } from './settings.ts';

interface Counting {
  readonly records: number;
  /** The indices of the sends that the number counts, as far as the plan shows. */
  readonly sends: readonly number[];
  readonly withRecords: (plan: Plan, records: number) => Plan;
}

const MAX_SEQUENCE = 'crucible.max.sequence';

export const fewerRecords: Pass = {
  name: 'drop records that are counted',
  *run(search, seeds) {
    const { length } = search.plan.operations;
    for (let nth = 0; nth <= length; nth++) {
      const counting = nth < length ? countedBy(search.plan, nth) : countedAtMost(search.plan, search.chosen);
      if (counting !== null) yield* search.acceptFirst(possible(fewerOf(search.plan, counting)), seeds);
    }
  },
};

/** The offset of a deletion is about the number of records before it. */
function countedBy({ operations }: Plan, nth: number): Counting | null {
  const operation = operations[nth];
  if (operation?.kind !== 'delete-records') return null;
  const { topic, partition, beforeOffset } = operation;
  return {
    records: beforeOffset,
    sends: sendsTo(operations.slice(0, nth), (send) => send.topic === topic && send.partition === partition),
    withRecords: (plan, records) => ({
      ...plan,
      operations: plan.operations.map((other) =>
        other === operation ? { ...operation, beforeOffset: records } : other,
      ),
    }),
  };
}

/** The greatest sequence is about the number of records that it takes to reach it. */
function countedAtMost({ operations, configuration }: Plan, chosen: ReadonlySet<string>): Counting | null {
  const records = configuration[MAX_SEQUENCE];
  if (typeof records !== 'number' || chosen.has(MAX_SEQUENCE)) return null;
  return {
    records,
    sends: sendsTo(operations, () => true),
    withRecords: (plan, fewer) => ({
      ...plan,
      configuration: { ...plan.configuration, [MAX_SEQUENCE]: fewer },
    }),
  };
}

type Send = Extract<Operation, { kind: 'send' }>;

function sendsTo(operations: readonly Operation[], counts: (send: Send) => boolean): number[] {
  return operations.flatMap((operation, index) =>
    operation.kind === 'send' && counts(operation) ? [index] : [],
  );
}

/** Drops as many records as possible first, either the first ones or the last ones. */
function* fewerOf(plan: Plan, { records, sends, withRecords }: Counting): Generator<Plan> {
  for (const fewer of range(Math.min(records, sends.length), 0)) {
    const smaller = withRecords(plan, records - fewer);
    for (const dropped of [sends.slice(0, fewer), sends.slice(-fewer)])
      yield { ...smaller, operations: smaller.operations.filter((_, index) => !dropped.includes(index)) };
  }
}
