import { describe, expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { ProducePartition, ProduceRequest, ResponseBody } from '../protocol/messages.ts';
import { kafkaRules, rulesWith } from '../rules/rules.ts';
import { Producer } from './producer.ts';
import type { SendOutcome } from './producer-batch.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

type Answer = ErrorCode | 'usual';

/** A producer whose records travel one a batch, and a broker with scripted answers. */
class Scene {
  readonly cluster = new ScriptedCluster(1);
  readonly outcomes: string[] = [];
  readonly #producer: Producer;
  #ops = 0;

  /** `answers`: to the nth produce, or to what is sent; the usual ones after the last. */
  constructor(
    answers: readonly Answer[] | ((sent: string) => Answer) = [],
    more: Record<string, number> = {},
    rules = kafkaRules,
  ) {
    this.cluster.topic('orders', [1, 1]);
    let next = 0;
    this.cluster.script = (request) => {
      if (request.api !== Api.Produce) return undefined;
      const [batch] = request.partitions;
      return typeof answers === 'function'
        ? answer(request, answers(identity(batch!)))
        : answer(request, answers[next++]);
    };
    const configuration = {
      'linger.ms': 0,
      'batch.size': 0,
      'retry.backoff.ms': 10,
      'request.timeout.ms': 100,
      'delivery.timeout.ms': 400,
      ...more,
    };
    this.#producer = this.cluster.start(
      (context, settings, directory) => new Producer(context, settings, directory, rules),
      configuration,
    );
    this.cluster.run(20);
  }

  send(values: string, partition = 0): this {
    for (const value of values) {
      const record = { op: this.#ops++, topic: 'orders', partition, key: null, value };
      this.#producer.send(record, (outcome) => this.outcomes.push(`${value} ${describeOutcome(outcome)}`));
    }
    return this;
  }

  wait(ms: number): this {
    this.cluster.run(ms);
    return this;
  }

  /** Everything that was sent to a partition, in order: value, epoch, sequence. */
  sent(partition = 'orders-0'): string[] {
    return this.cluster
      .requests(Api.Produce)
      .flatMap(({ body }) => body.partitions.filter((batch) => batch.partition === partition))
      .map(identity);
  }
}

function answer(request: ProduceRequest, step: Answer = 'usual'): ResponseBody | undefined {
  if (step === 'usual') return undefined;
  const partitions = request.partitions.map(({ partition }) => ({ partition, error: step, baseOffset: -1 }));
  return { api: Api.Produce, partitions };
}

function identity({ records, producerEpoch, baseSequence }: ProducePartition): string {
  return `${records.map(({ value }) => value).join('')} ${producerEpoch}:${baseSequence}`;
}

function describeOutcome(outcome: SendOutcome): string {
  return outcome.type === 'ok' ? `at ${outcome.offset}` : `${outcome.type} ${outcome.error}`;
}

const { NOT_ENOUGH_REPLICAS, NOT_LEADER_OR_FOLLOWER, OUT_OF_ORDER_SEQUENCE_NUMBER } = Errors;

describe('sequences', () => {
  test('count records, in each partition from 0', () => {
    const it = new Scene([], { 'batch.size': 1000, 'linger.ms': 1 }).send('abc').send('x', 1).wait(20);
    it.send('d').send('y', 1).wait(20);
    expect([it.sent(), it.sent('orders-1')]).toEqual([
      ['abc 0:0', 'd 0:3'],
      ['x 0:0', 'y 0:1'],
    ]);
  });

  test('begin at 0 again after the greatest (KAFKA-7693)', () => {
    const it = new Scene([], { 'crucible.max.sequence': 19 });
    for (let i = 0; i < 22; i++) it.send('x').wait(5);
    expect(it.sent().slice(18)).toEqual(['x 0:18', 'x 0:19', 'x 0:0', 'x 0:1']);
  });

  test('of a batch do not change when it is sent again', () => {
    const it = new Scene([NOT_LEADER_OR_FOLLOWER]).send('a').wait(50);
    expect([it.sent(), it.outcomes]).toEqual([['a 0:0', 'a 0:0'], ['a at 0']]);
  });
});

describe('retries', () => {
  test('keep the order of what is in flight, one at a time', () => {
    const it = new Scene([NOT_ENOUGH_REPLICAS, OUT_OF_ORDER_SEQUENCE_NUMBER, OUT_OF_ORDER_SEQUENCE_NUMBER]);
    it.send('abc').wait(5).send('d').wait(100);
    expect(it.sent()).toEqual(['a 0:0', 'b 0:1', 'c 0:2', 'a 0:0', 'b 0:1', 'c 0:2', 'd 0:3']);
    expect(it.outcomes).toEqual(['a at 0', 'b at 1', 'c at 2', 'd at 3']);
  });

  test('a duplicate whose offset the leader no longer knows succeeds without an offset', () => {
    expect(new Scene([Errors.DUPLICATE_SEQUENCE_NUMBER]).send('a').wait(20).outcomes).toEqual(['a at null']);
  });
});

describe('a new epoch (KIP-360)', () => {
  test('gives all batches in flight new sequences, in order, when the leader certainly has none of them', () => {
    const lost = [OUT_OF_ORDER_SEQUENCE_NUMBER, OUT_OF_ORDER_SEQUENCE_NUMBER];
    const it = new Scene(['usual', ...lost]).send('a').wait(20).send('bc').wait(50);
    expect(it.sent()).toEqual(['a 0:0', 'b 0:1', 'c 0:2', 'b 1:0', 'c 1:1']);
  });

  describe('while the leader may have a batch', () => {
    const { REQUEST_TIMED_OUT } = Errors;
    const answers = ['usual', REQUEST_TIMED_OUT, REQUEST_TIMED_OUT, OUT_OF_ORDER_SEQUENCE_NUMBER] as const;

    test('waits: the batch keeps its identity until it has an outcome (KAFKA-14034)', () => {
      const it = new Scene(answers).send('a').wait(20).send('bc').wait(250);
      expect(it.sent()).toEqual(['a 0:0', 'b 0:1', 'c 0:2', 'b 0:1', 'b 0:1', 'c 0:2']);
      it.send('d').wait(20);
      expect(it.sent().at(-1)).toBe('d 1:0');
    });

    test('gives the batch a new identity, with the rule of Kafka, and the batch is stored twice', () => {
      const published = rulesWith([{ mayTakeNewIdentity: () => true }]);
      const it = new Scene(answers, {}, published).send('a').wait(20).send('bc').wait(250);
      expect(it.sent()).toEqual(['a 0:0', 'b 0:1', 'c 0:2', 'b 0:1', 'b 1:0', 'c 1:1']);
    });
  });

  test('follows a batch that was given up when the next batch shows that the leader does not have it; nothing new is sent before', () => {
    const it = new Scene((sent) => {
      if (sent.startsWith('a')) return NOT_LEADER_OR_FOLLOWER;
      return sent.endsWith('0:1') ? OUT_OF_ORDER_SEQUENCE_NUMBER : 'usual';
    });
    it.send('a').wait(100).send('b').wait(301);
    expect(it.outcomes).toEqual(['a unknown REQUEST_TIMED_OUT']);
    it.send('c').wait(50);
    expect(it.sent().filter((sent) => sent.startsWith('c'))).toEqual(['c 1:1']);
    expect(it.outcomes.slice(1)).toEqual(['b at 0', 'c at 1']);
  });

  test('restarts idle partitions at sequence 0, too (KAFKA-12152)', () => {
    const it = new Scene(['usual', 'usual', OUT_OF_ORDER_SEQUENCE_NUMBER]);
    it.send('x', 1).wait(20).send('a').wait(20).send('b').wait(50).send('y', 1).wait(20);
    expect(it.sent()).toEqual(['a 0:0', 'b 0:1', 'b 1:0']);
    expect(it.sent('orders-1')).toEqual(['x 0:0', 'y 1:0']);
  });

  describe('with a batch of the old one undecided in another partition', () => {
    const answers = (sent: string): Answer => {
      if (sent.startsWith('x')) return Errors.REQUEST_TIMED_OUT;
      return sent === 'b 0:1' ? OUT_OF_ORDER_SEQUENCE_NUMBER : 'usual';
    };
    const behind = (it: Scene) => it.send('a').send('x', 1).wait(5).send('b').wait(20).send('y', 1).wait(30);

    test('waits in that partition: it would fence that batch (KAFKA-5870)', () => {
      const it = behind(new Scene(answers));
      expect(it.sent()).toEqual(['a 0:0', 'b 0:1', 'b 1:0']);
      expect(new Set(it.sent('orders-1'))).toEqual(new Set(['x 0:0']));
      it.wait(400);
      expect(it.outcomes).toContain('x unknown REQUEST_TIMED_OUT');
      expect(it.sent('orders-1').at(-1)).toBe('y 1:0');
    });

    test('fences that batch with the historical rule', () => {
      const it = behind(new Scene(answers, {}, rulesWith([{ waitsForOldEpoch: () => false }])));
      expect(it.sent('orders-1')).toContain('y 1:0');
      expect(it.outcomes).not.toContain('x unknown REQUEST_TIMED_OUT');
    });
  });

  test('is not begun with the historical rule: the batch fails (KAFKA-5793)', () => {
    const once = rulesWith([{ retriesInNewEpoch: () => false }]);
    const it = new Scene(['usual', OUT_OF_ORDER_SEQUENCE_NUMBER], {}, once).send('a').wait(20);
    expect(it.send('b').wait(50).outcomes).toEqual(['a at 0', 'b fail OUT_OF_ORDER_SEQUENCE_NUMBER']);
  });

  test('is replaced by another producer id when no epoch is left', () => {
    const it = new Scene(
      [
        'usual',
        OUT_OF_ORDER_SEQUENCE_NUMBER,
        'usual',
        OUT_OF_ORDER_SEQUENCE_NUMBER,
        'usual',
        OUT_OF_ORDER_SEQUENCE_NUMBER,
      ],
      { 'crucible.max.producer.epoch': 2 },
    );
    for (const value of 'abcd') it.send(value).wait(50);
    expect(it.sent()).toEqual(['a 0:0', 'b 0:1', 'b 1:0', 'c 1:1', 'c 2:0', 'd 2:1', 'd 0:0']);
    expect(it.cluster.requests(Api.InitProducerId)).toHaveLength(2);
  });
});

test('a producer without an id sends nothing, and requests an id until it has one', () => {
  const refused = {
    api: Api.InitProducerId,
    error: Errors.COORDINATOR_LOAD_IN_PROGRESS,
    producerId: -1,
    producerEpoch: -1,
  };
  const cluster = new ScriptedCluster(1);
  cluster.topic('orders', [1]);
  cluster.script = (request) => (request.api === Api.InitProducerId ? refused : undefined);
  const producer = cluster.start(
    (context, settings, directory) => new Producer(context, settings, directory),
    {},
  );
  producer.send({ op: 0, topic: 'orders', partition: 0, key: null, value: 'a' }, () => {});
  cluster.run(500);
  expect(cluster.requests(Api.Produce)).toHaveLength(0);
  expect(cluster.requests(Api.InitProducerId).length).toBeGreaterThan(2);
  cluster.script = () => undefined;
  cluster.run(2000);
  expect(cluster.values('orders-0')).toEqual(['a']);
});
