import { describe, expect, test } from 'vitest';

import { SmallCluster } from '../../broker/testing/small-cluster.ts';
import type { ConfigurationValues } from '../../../../model/configuration/configuration.ts';
import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import { TRANSACTION_STATE_TOPIC } from '../../../kafka/internal-records.ts';
import { failedFenceBurnsEpochs } from '../../defects/failed-fence-burns-epochs.ts';
import { transitionRefusedWhenClockGoesBack } from '../../defects/transition-refused-when-clock-goes-back.ts';
import type { Rules } from '../../rules/rules.ts';
import { recordsOf } from '../../broker/testing/scripted-replicas.ts';

const SETTINGS = {
  'min.insync.replicas': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 1,
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 100,
  'transaction.timeout.ms': 1_000,
};

/** A producer driven by the test; it sends to the present coordinator and leader, and retries. */
class Producer {
  readonly cluster: SmallCluster;
  producerId = -1;
  producerEpoch = -1;
  readonly #version: number;
  #sequence = 0;

  constructor(cluster: SmallCluster, version = 2) {
    this.cluster = cluster;
    this.#version = version;
  }

  get coordinator(): number {
    return this.cluster.record(`${TRANSACTION_STATE_TOPIC}-0`).leader;
  }

  init(): void {
    const request = {
      api: Api.InitProducerId,
      transactionalId: 'payments',
      transactionTimeoutMs: 1_000,
      producerId: -1,
      producerEpoch: -1,
    } as const;
    for (let attempt = 0; attempt < 50; attempt++) {
      const answer = this.cluster.ask(this.coordinator, request);
      if (answer.error === Errors.NONE) {
        this.producerId = answer.producerId;
        this.producerEpoch = answer.producerEpoch;
        this.#sequence = 0;
        return;
      }
      this.cluster.wait(50);
    }
    throw new Error('the coordinator does not answer');
  }

  /** Adds the partition first, as clients of version 1 do. */
  send(value: string) {
    const { producerId, producerEpoch } = this;
    if (this.#version === 1) this.add();
    const batch = {
      ...recordsOf(value),
      producerId,
      producerEpoch,
      baseSequence: this.#sequence,
      transactional: true,
    };
    const { leader, topicId } = this.cluster.record('t-0');
    const answer = this.cluster.ask(leader, {
      api: Api.Produce,
      acks: -1,
      timeoutMs: 1_000,
      transactionalId: 'payments',
      partitions: [{ partition: 't-0', topicId, ...batch }],
    }).partitions[0]!;
    if (answer.error === Errors.NONE) this.#sequence++;
    return answer;
  }

  add() {
    return this.addAll(['t-0'])[0]!.error;
  }

  addAll(partitions: readonly string[]) {
    const { producerId, producerEpoch } = this;
    return this.cluster.ask(this.coordinator, {
      api: Api.AddPartitionsToTxn,
      transactionalId: 'payments',
      producerId,
      producerEpoch,
      partitions,
      verifyOnly: false,
    }).partitions;
  }

  end(committed: boolean) {
    const { producerId, producerEpoch } = this;
    const answer = this.cluster.ask(this.coordinator, {
      api: Api.EndTxn,
      transactionalId: 'payments',
      producerId,
      producerEpoch,
      committed,
    });
    if (answer.error === Errors.NONE && answer.producerId >= 0) {
      this.producerId = answer.producerId;
      this.producerEpoch = answer.producerEpoch;
      this.#sequence = 0;
    }
    return answer.error;
  }
}

function clusterOf(brokers: number, configuration: ConfigurationValues = {}, rules: Partial<Rules> = {}) {
  const cluster = new SmallCluster(brokers, { ...SETTINGS, ...configuration }, rules);
  cluster.topic(1, brokers);
  cluster.topic(1, brokers, TRANSACTION_STATE_TOPIC);
  return cluster;
}

const committedIn = (cluster: SmallCluster) => {
  const leader = cluster.record('t-0').leader;
  return cluster.replica(leader, 't-0').lastStableOffset;
};

describe('a transaction with version 2', () => {
  test('holds the last stable offset back until its marker is written, and ends with a new epoch', () => {
    const cluster = clusterOf(1);
    const producer = new Producer(cluster);
    producer.init();
    expect([producer.producerId, producer.producerEpoch]).toEqual([0, 0]);
    expect(producer.send('a').error).toBe(Errors.NONE);
    expect(committedIn(cluster)).toBe(0);
    expect(producer.end(true)).toBe(Errors.NONE);
    expect(producer.producerEpoch).toBe(1);
    cluster.until(() => committedIn(cluster) === 2 && cluster.hits('transaction-completed') === 1);
  });

  test('is aborted after its timeout, and its producer can no longer commit it', () => {
    const cluster = clusterOf(1);
    const producer = new Producer(cluster);
    producer.init();
    producer.send('a');
    cluster.until(() => cluster.hits('transaction-timed-out') > 0 && committedIn(cluster) === 2);
    cluster.until(() => cluster.hits('transaction-completed') > 0);
    expect(producer.end(true)).toBe(Errors.INVALID_TXN_STATE);
    expect(producer.send('b').error).toBe(Errors.INVALID_PRODUCER_EPOCH);
  });

  test('of a producer that is replaced is aborted first', () => {
    const cluster = clusterOf(1, { 'transaction.timeout.ms': 60_000 });
    const [first, second] = [new Producer(cluster), new Producer(cluster)];
    first.init();
    first.send('a');
    second.init();
    expect(cluster.hits('producer-fenced')).toBe(1);
    expect(first.send('b').error).toBe(Errors.INVALID_PRODUCER_EPOCH);
    expect(second.send('c').error).toBe(Errors.NONE);
    expect(second.producerId).toBe(first.producerId);
  });

  test('gets another producer id when the epochs are used up', () => {
    const cluster = clusterOf(1, { 'crucible.max.producer.epoch': 3 });
    const producer = new Producer(cluster);
    producer.init();
    const ids: number[] = [];
    for (const value of ['a', 'b', 'c', 'd']) {
      cluster.until(() => producer.send(value).error === Errors.NONE);
      producer.end(true);
      ids.push(producer.producerId);
    }
    expect(cluster.hits('producer-id-rotated')).toBeGreaterThan(0);
    expect(new Set(ids).size).toBeGreaterThan(1);
  });
});

describe('a transaction with version 1', () => {
  test('keeps its epoch', () => {
    const cluster = clusterOf(1, { 'transaction.version': 1 });
    const producer = new Producer(cluster, 1);
    producer.init();
    producer.send('a');
    expect(producer.end(true)).toBe(Errors.NONE);
    expect(producer.producerEpoch).toBe(0);
    cluster.until(() => committedIn(cluster) === 2);
  });

  test('refuses records for a partition that was not added to it (KIP-890)', () => {
    const cluster = clusterOf(1, { 'transaction.version': 1 });
    // It adds nothing.
    const producer = new Producer(cluster, 2);
    producer.init();
    expect(producer.send('a').error).toBe(Errors.TRANSACTION_ABORTABLE);
  });

  test('gets none of the requested partitions while one of them is not in the metadata of its coordinator', () => {
    const cluster = clusterOf(1, { 'transaction.version': 1 });
    const producer = new Producer(cluster, 1);
    producer.init();
    const errors = producer.addAll(['t-0', 'unheard-of-0']).map(({ error }) => error);
    expect(errors).toEqual([Errors.OPERATION_NOT_ATTEMPTED, Errors.UNKNOWN_TOPIC_OR_PARTITION]);
    expect(producer.add()).toBe(Errors.NONE);
  });

  test('accepts such records with the historical rule, and hangs', () => {
    const cluster = clusterOf(1, { 'transaction.version': 1 }, { asksCoordinator: () => false });
    const producer = new Producer(cluster, 2);
    producer.init();
    expect(producer.send('a').error).toBe(Errors.NONE);
    cluster.wait(5_000);
    expect(committedIn(cluster)).toBe(0);
  });
});

describe('a coordinator whose log has too few replicas in sync', () => {
  const settings = {
    'transaction.version': 1,
    'transaction.state.log.min.isr': 2,
    'crucible.max.producer.epoch': 4,
    'broker.session.timeout.ms': 1_000,
    'broker.heartbeat.interval.ms': 200,
  };
  /** A transaction whose time is over before it can be aborted. */
  const abortedLate = (rules: Partial<Rules>) => {
    const cluster = clusterOf(2, settings, rules);
    const producer = new Producer(cluster, 1);
    producer.init();
    producer.send('a');
    const other = cluster.host(producer.coordinator === 1 ? 2 : 1);
    cluster.world.crash(other);
    cluster.until(() => cluster.hits('transaction-log-write-failed') > 2);
    cluster.world.start(other);
    return { cluster, producer };
  };

  test('aborts a transaction with the epoch of its failed attempt (KAFKA-9666)', () => {
    const { cluster, producer } = abortedLate({});
    cluster.until(() => cluster.hits('transaction-completed') === 1);
    producer.init();
    expect(producer.producerEpoch).toBe(2);
  });

  test('takes another epoch at each attempt with the historical rule, until none is left', () => {
    const { cluster } = abortedLate(failedFenceBurnsEpochs.rules);
    cluster.wait(10_000);
    expect(cluster.hits('transaction-completed')).toBe(0);
  });
});

describe('the clock of a coordinator that is set back', () => {
  const begunEarlier = (rules: Partial<Rules>) => {
    const cluster = clusterOf(1, { 'transaction.timeout.ms': 60_000 }, rules);
    const producer = new Producer(cluster);
    producer.init();
    producer.send('a');
    producer.end(true);
    cluster.until(() => cluster.hits('transaction-completed') === 1);
    cluster.host(1).clock.jump(-10_000);
    return { cluster, producer };
  };

  test('does not affect the next transaction (KAFKA-8803)', () => {
    const { producer } = begunEarlier({});
    expect(producer.add()).toBe(Errors.NONE);
    expect(producer.end(true)).toBe(Errors.NONE);
  });

  test('blocks the next transaction for ever with the historical rule', () => {
    const { cluster, producer } = begunEarlier(transitionRefusedWhenClockGoesBack.rules);
    expect(() => producer.add()).toThrow();
    cluster.wait(10_000);
    expect(producer.end(true)).toBe(Errors.CONCURRENT_TRANSACTIONS);
  });
});

describe('a coordinator that fails over', () => {
  test('leaves its transactions to the next coordinator, which sends the missing markers', () => {
    const cluster = clusterOf(3);
    const producer = new Producer(cluster);
    producer.init();
    producer.send('a');
    const before = producer.coordinator;
    // The coordinator crashes after its decision is committed and before it sends the marker.
    expect(producer.end(true)).toBe(Errors.NONE);
    cluster.world.crash(cluster.host(before));
    cluster.until(() => cluster.record('t-0').leader !== before && producer.coordinator !== before);
    cluster.until(() => committedIn(cluster) === 2 && cluster.hits('transaction-completed') === 1);
  });

  test('serves no request while it loads its log', () => {
    const cluster = clusterOf(1);
    const answers = new Set<number>();
    cluster.until(() => {
      const { error } = cluster.ask(1, {
        api: Api.EndTxn,
        transactionalId: 'payments',
        producerId: 0,
        producerEpoch: 0,
        committed: true,
      });
      answers.add(error);
      return error === Errors.INVALID_PRODUCER_ID_MAPPING;
    });
    expect([...answers].every((error) => error !== Errors.NONE)).toBe(true);
  });
});
