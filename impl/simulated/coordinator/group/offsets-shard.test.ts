import { describe, expect, test } from 'vitest';

import { kafkaRules, rulesWith } from '../../rules/rules.ts';
import type { Rules } from '../../rules/rules.ts';
import { OffsetsShard } from './offsets-shard.ts';

const EPOCH = 4;
const PRODUCER = 7;

/** A shard in EPOCH, and the records of one producer's transactions as its log holds them. */
class Transactions {
  readonly shard: OffsetsShard;
  readonly #leaderEpoch: number;
  #end = 0;

  constructor(rules: Rules = kafkaRules, leaderEpoch = EPOCH) {
    this.shard = new OffsetsShard(rules, EPOCH);
    this.#leaderEpoch = leaderEpoch;
  }

  commit(offset: number): this {
    this.shard.replay(this.#end++, PRODUCER, 0, { type: 'offset', group: 'g', partition: 'a-0', offset });
    return this;
  }

  marker(type: 'commit' | 'abort'): this {
    this.#end++;
    this.shard.replayEndTransactionMarker(PRODUCER, 0, type === 'commit', this.#leaderEpoch);
    return this;
  }

  get state() {
    return { offset: this.shard.offset('g', 'a-0'), pending: this.shard.isPending('g', 'a-0') };
  }
}

/** The marker of a transaction takes effect in a thread of its own, after it was answered. */
const lateCompletion = rulesWith([{ completesOffsetsBeforeAnswering: () => false }]);

describe('offsets that are committed in a transaction', () => {
  test('are pending until its marker, and stored from then on', () => {
    const transactions = new Transactions().commit(5);
    expect(transactions.state).toEqual({ offset: null, pending: true });
    transactions.marker('commit');
    expect(transactions.state).toEqual({ offset: 5, pending: false });
  });

  test('are ended by their own marker, not by that of the next transaction', () => {
    const transactions = new Transactions().commit(5).marker('commit').commit(9).marker('abort');
    expect(transactions.state.offset).toBe(5);
  });

  test('are ended together with those of the next transaction by a late completion (KAFKA-17507)', () => {
    const transactions = new Transactions(lateCompletion).commit(5).marker('commit').commit(9);
    transactions.shard.endTransaction(PRODUCER, true);
    expect(transactions.state.offset).toBe(9);
  });

  test('are ended in the order of the log when they are loaded, also with late completion', () => {
    const transactions = new Transactions(lateCompletion, EPOCH - 1).commit(5).marker('commit').commit(9);
    expect(transactions.state).toEqual({ offset: 5, pending: true });
  });

  test('are lost when prepared offsets that are never written replace them (KAFKA-15784)', () => {
    const transactions = new Transactions().commit(5);
    const next = [{ partition: 'a-0', offset: 9 }];
    transactions.shard.prepare(PRODUCER, 'g', next);
    transactions.shard.failPending(PRODUCER, 'g', next);
    expect(transactions.marker('commit').state.offset).toBeNull();
  });
});

test('an unloaded shard has no offsets', () => {
  const transactions = new Transactions().commit(5).marker('commit').commit(9);
  transactions.shard.onUnloaded();
  expect(transactions.state).toEqual({ offset: null, pending: false });
});
