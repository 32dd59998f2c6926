import { expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import { kafkaRules, rulesWith } from '../rules/rules.ts';
import type { Rules } from '../rules/rules.ts';
import { Producer } from './producer.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

/**
 * A batch is refused once and sent again, and is given up before that is answered. What its last request reads in the
 * end, when another batch, to another broker, was made and sent `lingerMs` later.
 */
function readInTheEnd(rules: Rules, lingerMs: number): string[] {
  const cluster = new ScriptedCluster(2);
  cluster.topic('orders', [1, 2]);
  let attempts = 0;
  cluster.script = (request, node) => {
    if (request.api !== Api.Produce || node !== 'broker-1') return undefined;
    if (attempts++ > 0) return 'silence';
    const refused = { partition: 'orders-0', error: Errors.NOT_ENOUGH_REPLICAS, baseOffset: -1 };
    return { api: Api.Produce, partitions: [refused] };
  };
  const patienceMs = 1000 + lingerMs;
  const producer = cluster.start(
    (context, configuration, directory) => new Producer(context, configuration, directory, rules),
    {
      'linger.ms': lingerMs,
      'retry.backoff.ms': 100,
      'request.timeout.ms': 950,
      'delivery.timeout.ms': patienceMs,
    },
  );
  const send = (op: number, value: string, partition: number): void =>
    producer.send({ op, topic: 'orders', partition, key: null, value }, () => {});
  cluster.run(20);
  send(0, 'a', 0);
  cluster.run(patienceMs + 5);
  send(1, 'b', 1);
  cluster.run(lingerMs + 20);
  const batches = cluster.requests(Api.Produce).map(({ body }) => body.partitions[0]!);
  expect(batches.map(({ partition }) => partition)).toEqual(['orders-0', 'orders-0', 'orders-1']);
  const [, given, next] = batches.map(({ records }) => records.map(({ value }) => value));
  expect(next).toEqual(['b']);
  return given!;
}

const once = rulesWith([{ freesBufferInFlight: () => true }]);

test('a request reads the records of its own batch, also after the batch was given up', () => {
  expect(readInTheEnd(kafkaRules, 0)).toEqual(['a']);
});

test('a request reads the records of the next batch when its buffer returns to the pool too early (KAFKA-19012)', () => {
  expect(readInTheEnd(once, 0)).toEqual(['b']);
});

test('a request whose connection was closed reads no buffer', () => {
  expect(readInTheEnd(once, 200)).toEqual(['a']);
});
