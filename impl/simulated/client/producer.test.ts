import { describe, expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { ProduceResponse, RequestBody } from '../protocol/messages.ts';
import { kafkaRules } from '../rules/rules.ts';
import { Probe } from '../catalogue/probes.ts';
import { Producer } from './producer.ts';
import type { SendOutcome } from './producer-batch.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

/** A producer, and what became of what it sent, by value. */
class Scene {
  readonly cluster: ScriptedCluster;
  readonly producer: Producer;
  readonly outcomes = new Map<string, SendOutcome>();
  #ops = 0;

  constructor(cluster: ScriptedCluster, configuration: Record<string, string | number>) {
    this.cluster = cluster;
    this.producer = cluster.start(
      (context, settings, directory) => new Producer(context, settings, directory),
      configuration,
    );
  }

  send(value: string, partition: number | null = 0, key: string | null = null, topic = 'orders'): void {
    this.producer.send({ op: this.#ops++, topic, partition, key, value }, (outcome) => {
      if (this.outcomes.has(value)) throw new Error(`${value} completed twice`);
      this.outcomes.set(value, outcome);
    });
  }

  probes(name: 'producer-retried' | 'producer-timed-out'): number {
    return this.cluster.world.probeCounts[Probe[name]]!;
  }
}

function scene(configuration: Record<string, string | number> = {}, leaders: readonly number[] = [1]): Scene {
  const cluster = new ScriptedCluster(3);
  cluster.topic('orders', leaders);
  return new Scene(cluster, { 'linger.ms': 0, 'enable.idempotence': 'false', ...configuration });
}

function refuse(request: RequestBody, error: ErrorCode): ProduceResponse {
  if (request.api !== Api.Produce) throw new Error('not a produce');
  const partitions = request.partitions.map(({ partition }) => ({ partition, error, baseOffset: -1 }));
  return { api: Api.Produce, partitions };
}

/** Answers the nth produce (from 0) with the nth step; the rest as usual. */
function answers(cluster: ScriptedCluster, steps: readonly (ErrorCode | 'silence' | 'usual')[]): void {
  let next = 0;
  cluster.script = (request) => {
    if (request.api !== Api.Produce) return undefined;
    const step = steps[next++];
    if (step === undefined || step === 'usual') return undefined;
    return step === 'silence' ? 'silence' : refuse(request, step);
  };
}

describe('batches', () => {
  test('records within linger.ms are sent in one batch', () => {
    const it = scene({ 'linger.ms': 20 });
    it.cluster.run(10);
    for (const value of ['a', 'b', 'c']) {
      it.send(value);
      it.cluster.run(5);
    }
    expect(it.cluster.requests(Api.Produce)).toHaveLength(0);
    it.cluster.run(10);
    expect(it.cluster.requests(Api.Produce)).toHaveLength(1);
    expect(it.cluster.values('orders-0')).toEqual(['a', 'b', 'c']);
  });

  test('a full batch does not linger', () => {
    const it = scene({ 'linger.ms': 10_000, 'batch.size': 150 });
    it.cluster.run(10);
    it.send('a');
    it.cluster.run(50);
    expect(it.cluster.requests(Api.Produce)).toHaveLength(0);
    it.send('b');
    it.send('c');
    it.cluster.run(50);
    expect(it.cluster.values('orders-0')).toEqual(['a', 'b']);
  });

  test('one request takes the first batch of every partition that the broker leads', () => {
    const it = scene({ 'linger.ms': 20 }, [1, 1, 2]);
    it.cluster.run(10);
    it.send('a', 0);
    it.send('b', 1);
    it.send('c', 2);
    it.cluster.run(50);
    const sent = it.cluster
      .requests(Api.Produce)
      .map(({ node, body }) => [node, body.partitions.map((p) => p.partition)]);
    expect(sent).toEqual([
      ['broker-1', ['orders-0', 'orders-1']],
      ['broker-2', ['orders-2']],
    ]);
  });

  test('a lingering batch is sent together with a ready one', () => {
    const it = scene({ 'linger.ms': 10_000, 'batch.size': 150 }, [1, 1]);
    it.cluster.run(10);
    it.send('lingers', 1);
    for (const value of ['a', 'b', 'c']) it.send(value, 0);
    it.cluster.run(10);
    expect(it.cluster.values('orders-0')).toEqual(['a', 'b']);
    expect(it.cluster.values('orders-1')).toEqual(['lingers']);
  });

  test('each record gets the offset of its own place in the batch', () => {
    const it = scene({ 'linger.ms': 5 });
    for (const value of ['a', 'b', 'c']) it.send(value);
    it.cluster.run(50);
    expect([...it.outcomes.values()]).toEqual(
      [0, 1, 2].map((offset) => ({ type: 'ok', partition: 0, offset, topicId: 1 })),
    );
  });

  test('records without a key stick to a partition until its batch is complete', () => {
    const it = scene({ 'linger.ms': 5, 'batch.size': 150 }, [1, 1, 1]);
    it.cluster.run(10);
    for (const value of ['a', 'b', 'c', 'd']) it.send(value, null);
    it.cluster.run(50);
    const batches = [0, 1, 2].map((index) => it.cluster.values(`orders-${index}`).join(''));
    expect(batches.toSorted()).not.toEqual(['', '', 'abcd']);
    expect(batches.join('|')).toMatch(/ab/);
    expect(batches.join('|')).toMatch(/cd/);
  });

  test('records with one key go to one partition', () => {
    const it = scene({}, [1, 1, 1]);
    it.send('a', null, 'customer-7');
    it.send('b', null, 'customer-7');
    it.cluster.run(50);
    expect(
      [0, 1, 2].map((index) => it.cluster.values(`orders-${index}`).length).toSorted((a, b) => a - b),
    ).toEqual([0, 0, 2]);
  });
});

describe('retries', () => {
  test('come after a backoff that doubles', () => {
    const it = scene();
    answers(it.cluster, [Errors.NOT_ENOUGH_REPLICAS, Errors.NOT_ENOUGH_REPLICAS, Errors.NOT_ENOUGH_REPLICAS]);
    it.send('a');
    it.cluster.run(2000);
    const times = it.cluster.requests(Api.Produce).map(({ atMs }) => atMs);
    const waits = times.slice(1).map((at, i) => at - times[i]!);
    expect(waits).toHaveLength(3);
    for (const [i, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(80 * 2 ** i);
      expect(wait).toBeLessThanOrEqual(120 * 2 ** i + 5);
    }
    expect(it.outcomes.get('a')).toEqual({ type: 'ok', partition: 0, offset: 0, topicId: 1 });
    expect(it.probes('producer-retried')).toBe(3);
  });

  test('with five requests in flight a retried batch is overtaken', () => {
    const it = scene();
    answers(it.cluster, [Errors.NOT_ENOUGH_REPLICAS]);
    it.cluster.run(10);
    it.send('a');
    it.send('b');
    it.cluster.run(1000);
    expect(it.cluster.values('orders-0')).toEqual(['b', 'a']);
  });

  test('with one request in flight no batch overtakes another', () => {
    const it = scene({ 'max.in.flight.requests.per.connection': 1 });
    answers(it.cluster, [Errors.NOT_ENOUGH_REPLICAS]);
    it.cluster.run(10);
    it.send('a');
    it.send('b');
    it.cluster.run(1000);
    expect(it.cluster.values('orders-0')).toEqual(['a', 'b']);
  });

  test('with one request in flight a batch at the old leader is not overtaken at the new one', () => {
    const it = scene({
      'max.in.flight.requests.per.connection': 1,
      'request.timeout.ms': 2000,
      'metadata.max.age.ms': 300,
    });
    it.cluster.run(10);
    answers(it.cluster, ['silence']);
    it.send('a');
    it.cluster.run(10);
    it.cluster.elect('orders-0', 2);
    it.cluster.run(1000);
    it.send('b');
    it.cluster.run(500);
    expect(it.cluster.values('orders-0')).toEqual([]);
    it.cluster.run(2000);
    expect(it.cluster.values('orders-0')).toEqual(['a', 'b']);
  });

  test('batches lost with one connection come back in reverse, as each goes to the front', () => {
    const it = scene({ 'request.timeout.ms': 500 });
    answers(it.cluster, ['silence']);
    it.cluster.run(10);
    for (const value of ['a', 'b', 'c']) it.send(value);
    it.cluster.run(3000);
    expect(it.cluster.values('orders-0')).toEqual(['c', 'b', 'a']);
  });

  test('there are no more than max.in.flight.requests.per.connection at a time', () => {
    const it = scene({ 'max.in.flight.requests.per.connection': 2 });
    it.cluster.run(10);
    for (const value of ['a', 'b', 'c', 'd']) it.send(value);
    it.cluster.run(1);
    // c and d wait, and travel as one batch when the first answer is there.
    it.cluster.run(50);
    expect(it.cluster.requests(Api.Produce).map(({ body }) => body.partitions[0]!.records.length)).toEqual([
      1, 1, 2,
    ]);
  });

  test('a new leader is found and gets the batch without further waiting (KIP-951)', () => {
    const it = scene({ 'retry.backoff.ms': 400, 'retry.backoff.max.ms': 60_000 });
    it.cluster.run(1000);
    answers(it.cluster, [Errors.NOT_LEADER_OR_FOLLOWER]);
    it.cluster.elect('orders-0', 2);
    it.send('a');
    it.cluster.run(20);
    expect(it.outcomes.get('a')?.type).toBe('ok');
    expect(it.cluster.requests(Api.Produce).map(({ node }) => node)).toEqual(['broker-1', 'broker-2']);
  });

  test('the backoff of a broker that is down passes, and the record arrives when the broker is back', () => {
    const it = scene();
    it.cluster.run(10);
    it.cluster.world.crash(it.cluster.world.host('broker-1'));
    it.send('a');
    it.cluster.run(2000);
    expect(it.outcomes.size).toBe(0);
    it.cluster.world.start(it.cluster.world.host('broker-1'));
    it.cluster.run(2000);
    expect(it.outcomes.get('a')?.type).toBe('ok');
  });
});

describe('acks', () => {
  test('acks=0 completes when the record is sent, without an offset', () => {
    const it = scene({ acks: '0' });
    it.cluster.run(10);
    it.send('a');
    expect(it.outcomes.get('a')).toEqual({ type: 'ok', partition: 0, offset: null, topicId: 1 });
    it.cluster.run(10);
    expect(it.cluster.values('orders-0')).toEqual(['a']);
  });

  test.each([
    ['all', -1],
    ['1', 1],
  ])('acks=%s travels as %i', (acks, wire) => {
    const it = scene({ acks });
    it.send('a');
    it.cluster.run(50);
    expect(it.cluster.requests(Api.Produce)[0]?.body).toMatchObject({ acks: wire, timeoutMs: 30_000 });
  });
});

describe('honest outcomes', () => {
  const timeouts = { 'request.timeout.ms': 300, 'delivery.timeout.ms': 1000 };

  test.each<[string, Record<string, number>, (ErrorCode | 'silence')[], string, string]>([
    [
      'refused before the append',
      { retries: 0 },
      [Errors.NOT_ENOUGH_REPLICAS],
      'fail',
      'NOT_ENOUGH_REPLICAS',
    ],
    [
      'no such partition',
      { retries: 0 },
      [Errors.UNKNOWN_TOPIC_OR_PARTITION],
      'fail',
      'UNKNOWN_TOPIC_OR_PARTITION',
    ],
    [
      'not the leader, perhaps since the append',
      { retries: 0 },
      [Errors.NOT_LEADER_OR_FOLLOWER],
      'unknown',
      'NOT_LEADER_OR_FOLLOWER',
    ],
    [
      'too few replicas after the append',
      { retries: 0 },
      [Errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND],
      'unknown',
      'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
    ],
    ['timed out at the broker', { retries: 0 }, [Errors.REQUEST_TIMED_OUT], 'unknown', 'REQUEST_TIMED_OUT'],
    ['lost', { retries: 0 }, ['silence'], 'unknown', 'NETWORK_EXCEPTION'],
    [
      'lost first, refused then',
      { retries: 1 },
      ['silence', Errors.NOT_ENOUGH_REPLICAS],
      'unknown',
      'NOT_ENOUGH_REPLICAS',
    ],
    [
      'refused first, lost then',
      { retries: 1 },
      [Errors.NOT_ENOUGH_REPLICAS, 'silence'],
      'unknown',
      'NETWORK_EXCEPTION',
    ],
    [
      'refused twice',
      { retries: 1 },
      [Errors.NOT_ENOUGH_REPLICAS, Errors.NOT_ENOUGH_REPLICAS],
      'fail',
      'NOT_ENOUGH_REPLICAS',
    ],
  ])('%s', (_, configuration, steps, type, error) => {
    const it = scene({ ...timeouts, ...configuration });
    it.cluster.run(10);
    answers(it.cluster, steps);
    it.send('a');
    it.cluster.run(2000);
    expect(it.outcomes.get('a')).toEqual({ type, error, partition: 0 });
  });

  test('a batch that is refused until delivery.timeout.ms is a certain failure', () => {
    const it = scene(timeouts);
    it.cluster.run(10);
    it.cluster.script = (request) =>
      request.api === Api.Produce ? refuse(request, Errors.NOT_ENOUGH_REPLICAS) : undefined;
    it.send('a');
    it.cluster.run(990);
    expect(it.outcomes.size).toBe(0);
    it.cluster.run(1020);
    expect(it.outcomes.get('a')).toEqual({ type: 'fail', error: 'REQUEST_TIMED_OUT', partition: 0 });
    expect(it.probes('producer-timed-out')).toBe(1);
  });

  test('a batch that is lost once and then refused until delivery.timeout.ms stays unknown', () => {
    const it = scene(timeouts);
    it.cluster.run(10);
    let first = true;
    it.cluster.script = (request) => {
      if (request.api !== Api.Produce) return undefined;
      const silent = first;
      first = false;
      return silent ? 'silence' : refuse(request, Errors.NOT_ENOUGH_REPLICAS);
    };
    it.send('a');
    it.cluster.run(2000);
    expect(it.outcomes.get('a')).toEqual({ type: 'unknown', error: 'REQUEST_TIMED_OUT', partition: 0 });
  });

  test('a batch in flight expires too, and a late answer changes nothing', () => {
    const it = scene({ 'request.timeout.ms': 900, 'delivery.timeout.ms': 1000 });
    it.cluster.run(10);
    answers(it.cluster, [Errors.NOT_ENOUGH_REPLICAS, 'silence']);
    it.send('a');
    it.cluster.run(1005);
    expect(it.outcomes.get('a')).toEqual({ type: 'unknown', error: 'REQUEST_TIMED_OUT', partition: 0 });
    it.cluster.run(2000);
    expect(it.cluster.requests(Api.Produce)).toHaveLength(2);
  });

  test('a record for a partition without a leader is never sent and a certain failure', () => {
    const it = scene(timeouts, [-1]);
    it.cluster.run(10);
    it.send('a');
    it.cluster.run(1100);
    expect(it.cluster.requests(Api.Produce)).toHaveLength(0);
    expect(it.outcomes.get('a')).toEqual({ type: 'fail', error: 'REQUEST_TIMED_OUT', partition: 0 });
  });

  test('a transaction of which a record never got into a batch must be aborted', () => {
    const cluster = new ScriptedCluster(3);
    cluster.topic('orders', [1]);
    cluster.script = ({ api }) =>
      api === Api.FindCoordinator ? { api, error: Errors.NONE, nodeId: 1 } : undefined;
    const producer = cluster.start(
      (context, settings, directory) => new Producer(context, settings, directory, kafkaRules, 'payments'),
      { 'enable.idempotence': 'true', 'max.block.ms': 1000 },
    );
    const outcomes: string[] = [];
    const complete = ({ type }: { readonly type: string }): void => void outcomes.push(type);
    const transactions = producer.transactions!;
    transactions.init(complete);
    cluster.run(100);
    transactions.begin();
    producer.send({ op: 1, topic: 'missing', partition: 0, key: null, value: 'a' }, complete);
    cluster.run(1100);
    transactions.end(true, complete);
    transactions.end(false, complete);
    cluster.run(100);
    expect(outcomes).toEqual(['ok', 'fail', 'fail', 'ok']);
    expect(transactions.state).toBe('ready');
  });

  test('a topic that never appears fails after max.block.ms; one that does is written to in order', () => {
    const it = scene({ 'max.block.ms': 3000 });
    it.send('a', null, null, 'missing');
    it.send('b', 3);
    it.cluster.run(2900);
    expect(it.outcomes.size).toBe(0);
    it.cluster.run(200);
    expect(it.outcomes.get('a')).toEqual({ type: 'fail', error: 'REQUEST_TIMED_OUT' });
    expect(it.outcomes.get('b')).toEqual({ type: 'fail', error: 'REQUEST_TIMED_OUT', partition: 3 });
    it.send('c', 0, null, 'late');
    it.send('d', 0, null, 'late');
    it.cluster.run(1000);
    it.cluster.topic('late', [2]);
    it.cluster.run(1200);
    expect(it.cluster.values('late-0')).toEqual(['c', 'd']);
  });
});
