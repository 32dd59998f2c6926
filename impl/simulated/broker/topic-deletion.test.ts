import { describe, expect, test } from 'vitest';

import { logClaimedByName } from '../defects/log-claimed-by-name.ts';
import { Api } from '../../kafka/api.ts';
import { plainBatch } from '../../kafka/records.ts';
import { Errors } from '../../kafka/errors.ts';
import type { Rules } from '../rules/rules.ts';
import { SmallCluster } from './testing/small-cluster.ts';

const QUICK = { 'broker.session.timeout.ms': 1000, 'broker.heartbeat.interval.ms': 200 };

/** Topic t on three brokers, with one record. */
function withTopic(rules: Partial<Rules> = {}): SmallCluster {
  const small = new SmallCluster(3, QUICK, rules);
  small.topic(1, 3);
  small.produce(1, 't-0', ['old']);
  return small;
}

function deleteTopic(small: SmallCluster) {
  return small.ask('controller', { api: Api.DeleteTopics, topic: 't' }).error;
}

const filesOf = (small: SmallCluster, broker: number): readonly string[] =>
  small
    .host(broker)
    .disk.names()
    .filter((name) => name.startsWith('t-0/'));

describe('a deleted topic', () => {
  test('is gone from all brokers, and from their disks', () => {
    const small = withTopic();
    expect(filesOf(small, 2)).toContain('t-0/partition.metadata');
    expect(deleteTopic(small)).toBe(Errors.NONE);
    small.until(() => [1, 2, 3].every((broker) => !small.broker(broker).partitions.has('t-0')));
    expect([1, 2, 3].flatMap((broker) => filesOf(small, broker))).toEqual([]);
    expect(deleteTopic(small)).toBe(Errors.UNKNOWN_TOPIC_OR_PARTITION);
  });

  test('leaves a producer that waits for its followers without an answer to rely on', () => {
    const small = withTopic();
    for (const broker of [2, 3]) small.world.pause(small.host(broker));
    const topicId = small.topicId('t-0');
    let error: number | undefined;
    const records = [{ key: null, value: 'b', timestamp: 0, op: 99 }];
    const partitions = [{ partition: 't-0', topicId, ...plainBatch(records) }];
    small.send(1, { api: Api.Produce, acks: -1, timeoutMs: 5000, partitions }, (response) => {
      error = response?.partitions[0]?.error;
    });
    small.until(() => small.replica(1, 't-0').log.logEndOffset === 2);
    deleteTopic(small);
    small.until(() => error !== undefined);
    expect(error).toBe(Errors.NOT_LEADER_OR_FOLLOWER);
  });

  test('is gone also from a broker that was down meanwhile', () => {
    const small = withTopic();
    small.world.crash(small.host(3));
    deleteTopic(small);
    expect(filesOf(small, 3)).not.toEqual([]);
    small.world.start(small.host(3));
    small.until(() => filesOf(small, 3).length === 0);
  });
});

describe('a topic made anew under the name', () => {
  /** Broker 3 is down while it happens. */
  function madeAnew(rules: Partial<Rules> = {}): { small: SmallCluster; before: number } {
    const small = withTopic(rules);
    const before = small.topicId('t-0');
    small.world.crash(small.host(3));
    deleteTopic(small);
    small.ask('controller', { api: Api.CreateTopics, topic: 't', partitions: 1, replicationFactor: 3 });
    small.until(() => [1, 2].every((broker) => small.replica(broker, 't-0')?.topicId !== before));
    return { small, before };
  }

  test('has another id, and begins with epoch 0 and an empty log', () => {
    const { small, before } = madeAnew();
    const { topicId, leaderEpoch } = small.record('t-0');
    expect(topicId).not.toBe(before);
    expect([leaderEpoch, small.replica(1, 't-0').log.logEndOffset]).toEqual([0, 0]);
    expect(small.replica(1, 't-0').highWatermark).toBe(0);
  });

  test('is not meant by requests for the deleted one', () => {
    const { small, before } = madeAnew();
    expect(small.fetch(1, { partition: 't-0', topicId: before }).error).toBe(Errors.UNKNOWN_TOPIC_ID);
    const records = [{ key: null, value: 'late', timestamp: 0, op: 99 }];
    const partitions = [{ partition: 't-0', topicId: before, ...plainBatch(records) }];
    const produced = small.ask(1, { api: Api.Produce, acks: 1, timeoutMs: 1000, partitions });
    expect(produced.partitions[0]?.error).toBe(Errors.UNKNOWN_TOPIC_ID);
    expect(small.replica(1, 't-0').log.logEndOffset).toBe(0);
  });

  test('cannot be changed by the leader of the deleted one', () => {
    const { small, before } = madeAnew();
    const { leaderEpoch, partitionEpoch } = small.record('t-0');
    const item = { partition: 't-0', leaderEpoch, partitionEpoch, newIsr: [{ broker: 1, brokerEpoch: -1 }] };
    const { brokerEpoch } = small.broker(1);
    const ask = (topicId: number) =>
      small.ask('controller', {
        api: Api.AlterPartition,
        brokerId: 1,
        brokerEpoch,
        partitions: [{ ...item, topicId }],
      }).partitions[0]?.error;
    expect(ask(before)).toBe(Errors.UNKNOWN_TOPIC_ID);
    expect(ask(small.record('t-0').topicId)).toBe(Errors.NONE);
  });

  /** Broker 3 comes back to the old log on its disk. */
  function valuesOnBroker3(rules: Partial<Rules> = {}): readonly string[] {
    const { small } = madeAnew(rules);
    small.produce(1, 't-0', ['new']);
    small.world.start(small.host(3));
    small.until(() => small.replica(3, 't-0')?.log.logEndOffset === 1);
    small.wait(2000);
    return small.replica(3, 't-0').log.batches.flatMap(({ records }) => records.map(({ value }) => value));
  }

  test('does not inherit the log that a broker still has of the deleted one', () => {
    expect(valuesOnBroker3()).toEqual(['new']);
  });

  test('unless logs are known by name only, and then nobody notices', () => {
    expect(valuesOnBroker3(logClaimedByName.rules)).toEqual(['old']);
  });
});
