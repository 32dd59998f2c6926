import { describe, expect, test } from 'vitest';

import { recoverFromUnknownPidMapping } from '../defects/recover-from-unknown-pid-mapping.ts';
import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { kafkaRules, rulesWith } from '../rules/rules.ts';
import { Producer } from './producer.ts';
import type { ProducerTransactions } from './producer-transactions.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

const DELIVERY_MS = 100;

/** A transactional producer of version 1, a leader, and another broker, its coordinator, with scripted answers. */
class Scene {
  readonly cluster = new ScriptedCluster(2);
  readonly transactions: ProducerTransactions;
  readonly outcomes: string[] = [];
  /** The outcome of each attempt to add a partition; ok after the last. */
  adding: ErrorCode[] = [];
  deaf = false;
  readonly #producer: Producer;
  #ops = 0;

  constructor(rules = kafkaRules) {
    this.cluster.topic('orders', [1]);
    this.cluster.script = (request) => {
      switch (request.api) {
        case Api.FindCoordinator:
          return { api: request.api, error: Errors.NONE, nodeId: 2 };
        case Api.AddPartitionsToTxn: {
          const error = this.adding.shift() ?? Errors.NONE;
          return {
            api: request.api,
            partitions: request.partitions.map((partition) => ({ partition, error })),
          };
        }
        case Api.EndTxn:
          return { api: request.api, error: Errors.NONE, producerId: -1, producerEpoch: -1 };
        default:
          return this.deaf && request.api === Api.Produce ? 'silence' : undefined;
      }
    };
    const configuration = {
      'transaction.version': 1,
      'linger.ms': 0,
      'retry.backoff.ms': 20,
      'request.timeout.ms': DELIVERY_MS,
      'delivery.timeout.ms': DELIVERY_MS,
    };
    this.#producer = this.cluster.start(
      (context, settings, directory) => new Producer(context, settings, directory, rules, 'payments'),
      configuration,
    );
    const { transactions } = this.#producer;
    if (transactions === null) throw new Error('it is no transactional producer');
    this.transactions = transactions;
    transactions.init(() => {});
    this.wait(50);
  }

  begin(): this {
    expect(this.transactions.begin()).toBe(true);
    return this;
  }

  send(value: string): this {
    const record = { op: this.#ops++, topic: 'orders', partition: 0, key: null, value };
    this.#producer.send(record, ({ type }) => this.outcomes.push(`${value} ${type}`));
    return this;
  }

  abort(): this {
    this.transactions.end(false, ({ type }) => this.outcomes.push(`abort ${type}`));
    return this;
  }

  wait(ms: number): this {
    this.cluster.run(ms);
    return this;
  }

  /** The identity in each InitProducerId request of the producer. */
  get asked(): number[] {
    return this.cluster.requests(Api.InitProducerId).map(({ body }) => body.producerId);
  }
}

describe('a batch of a transaction that is given up', () => {
  test('makes the producer request another epoch with the abort (KIP-360)', () => {
    const scene = new Scene();
    scene.deaf = true;
    scene
      .begin()
      .send('a')
      .wait(DELIVERY_MS + 50);
    expect(scene.transactions.state).toBe('abortable-error');
    scene.abort().wait(50);
    expect(scene.outcomes).toEqual(['a unknown', 'abort ok']);
    expect(scene.asked).toEqual([-1, 7]);
  });

  test('keeps the epoch when the transaction was being aborted already', () => {
    const scene = new Scene();
    scene.deaf = true;
    scene
      .begin()
      .send('a')
      .wait(30)
      .abort()
      .wait(2 * DELIVERY_MS);
    expect(scene.outcomes).toEqual(['a unknown', 'abort ok']);
    expect(scene.asked).toEqual([-1]);
  });

  test('does not fail the next transaction when its request fails late', () => {
    const scene = new Scene();
    scene.deaf = true;
    // Its request leaves later than the batch was made, and so times out later.
    scene.adding = [Errors.CONCURRENT_TRANSACTIONS];
    scene.begin().send('a').wait(60).abort();
    expect(scene.cluster.requests(Api.Produce)).toHaveLength(1);
    while (!scene.transactions.isIdle) scene.wait(1);
    scene.begin().wait(DELIVERY_MS);
    expect(scene.transactions.state).toBe('in-transaction');
  });
});

describe('a producer whose transactional id was forgotten', () => {
  const forgotten = (rules = kafkaRules) => {
    const scene = new Scene(rules);
    scene.adding = [Errors.INVALID_PRODUCER_ID_MAPPING];
    return scene.begin().send('a').wait(50);
  };

  test('ends in a fatal error (KAFKA-18019)', () => {
    expect(forgotten().transactions.state).toBe('fatal-error');
  });

  test('requests another identity and goes on, with the historical rule', () => {
    const scene = forgotten(rulesWith([recoverFromUnknownPidMapping.rules]));
    expect(scene.transactions.state).toBe('abortable-error');
    scene.abort().wait(50);
    expect(scene.transactions.state).toBe('ready');
    expect(scene.asked).toEqual([-1, 7]);
    expect(scene.cluster.requests(Api.EndTxn)).toEqual([]);
  });
});
