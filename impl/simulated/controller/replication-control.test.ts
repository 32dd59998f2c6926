import { describe, expect, test } from 'vitest';

import { Errors } from '../../kafka/errors.ts';
import { kafkaRules } from '../rules/rules.ts';
import type { Rules } from '../rules/rules.ts';
import { ScriptedControlPlane } from './testing/scripted-control-plane.ts';

/** Brokers 1 to 3, topic t with one partition on all of them, led by broker 1. */
function plane(
  configuration: Record<string, number | boolean> = {},
  partitions = 1,
  rules: Partial<Rules> = {},
): ScriptedControlPlane {
  const started = new ScriptedControlPlane(configuration, rules);
  started.start(3);
  started.replication.createTopic('t', partitions, 3);
  return started;
}

const propose = (on: ScriptedControlPlane, ...brokers: readonly number[]) => {
  const { topicId, leader, leaderEpoch, partitionEpoch } = on.partition('t-0');
  const newIsr = brokers.map((broker) => ({ broker, brokerEpoch: on.epochOf(broker) }));
  return on.replication.alterPartition(leader, {
    partition: 't-0',
    topicId,
    leaderEpoch,
    partitionEpoch,
    newIsr,
  });
};

describe('creating a topic', () => {
  test('places partitions round-robin, each led by its first replica', () => {
    const on = plane({}, 3);
    expect([0, 1, 2].map((index) => on.partition(`t-${index}`))).toMatchObject([
      { replicas: [1, 2, 3], leader: 1, isr: [1, 2, 3], leaderEpoch: 0, partitionEpoch: 0 },
      { replicas: [2, 3, 1], leader: 2 },
      { replicas: [3, 1, 2], leader: 3 },
    ]);
  });

  test('leaves fenced brokers out of the ISR and without leadership', () => {
    const on = new ScriptedControlPlane();
    on.start(3);
    on.fence(1);
    on.replication.createTopic('t', 1, 3);
    expect(on.partition('t-0')).toMatchObject({ replicas: [1, 2, 3], leader: 2, isr: [2, 3] });
  });

  test.each([
    { why: 'exists', topic: 't', factor: 3, error: Errors.TOPIC_ALREADY_EXISTS },
    { why: 'too few brokers', topic: 'u', factor: 4, error: Errors.INVALID_REPLICATION_FACTOR },
  ])('refused: $why', ({ topic, factor, error }) => {
    expect(plane().replication.createTopic(topic, 1, factor)).toBe(error);
  });

  test('is refused while no broker is active', () => {
    const on = new ScriptedControlPlane();
    on.register(1);
    expect(on.replication.createTopic('t', 1, 1)).toBe(Errors.INVALID_REPLICATION_FACTOR);
  });
});

describe('deleting a topic', () => {
  test('removes it; a topic created again under its name is another topic, whose epochs start again', () => {
    const on = plane();
    on.fence(1);
    const { topicId } = on.partition('t-0');
    expect(on.replication.deleteTopic('t')).toBe(Errors.NONE);
    expect(on.replication.deleteTopic('t')).toBe(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    expect(on.replication.createTopic('t', 1, 3)).toBe(Errors.NONE);
    const recreated = on.partition('t-0');
    expect([recreated.leaderEpoch, recreated.partitionEpoch]).toEqual([0, 0]);
    expect(recreated.topicId).toBeGreaterThan(topicId);
  });

  test('refuses the proposals of its former leader', () => {
    const on = plane();
    on.replication.deleteTopic('t');
    const item = { partition: 't-0', topicId: 1, leaderEpoch: 0, partitionEpoch: 0, newIsr: [] };
    expect(on.replication.alterPartition(1, item).error).toBe(Errors.UNKNOWN_TOPIC_ID);
  });
});

describe('brokers that stop and return', () => {
  test('a leader change increments the leader epoch, every change the partition epoch', () => {
    const on = plane();
    on.fence(3);
    expect(on.partition('t-0')).toMatchObject({ leader: 1, leaderEpoch: 0, partitionEpoch: 1 });
    on.fence(1);
    expect(on.partition('t-0')).toMatchObject({ leader: 2, leaderEpoch: 1, partitionEpoch: 2 });
  });

  test('with KIP-966 the ISR may become empty, and the last members to leave may lead again', () => {
    const on = plane({ 'min.insync.replicas': 2 });
    for (const broker of [3, 2, 1]) on.fence(broker);
    expect(on.partition('t-0')).toMatchObject({ leader: -1, isr: [], elr: [2, 1], lastKnownElr: [1] });
    on.beat(3);
    expect(on.partition('t-0').leader).toBe(-1);
    on.beat(2);
    expect(on.partition('t-0')).toMatchObject({ leader: 2, isr: [2], elr: [1] });
    expect(on.hits('elr-leader-elected')).toBe(1);
  });

  test('with KIP-966 only the last known leader may lead after unclean shutdowns of all replicas', () => {
    const on = plane({ 'min.insync.replicas': 2 });
    for (const broker of [3, 2, 1]) on.fence(broker);
    for (const broker of [2, 1]) on.register(broker, -1);
    expect(on.partition('t-0')).toMatchObject({ leader: -1, isr: [], elr: [], lastKnownElr: [1] });
    on.beat(2);
    expect(on.partition('t-0').leader).toBe(-1);
    on.beat(1);
    expect(on.partition('t-0')).toMatchObject({ leader: 1, isr: [1], elr: [], lastKnownElr: [] });
    expect(on.hits('last-known-leader-elected')).toBe(1);
  });

  test('before KIP-966 the last in-sync replica stays in the ISR, dead or alive', () => {
    const on = plane({ 'eligible.leader.replicas.version': 0 });
    for (const broker of [3, 2, 1]) on.fence(broker);
    expect(on.partition('t-0')).toMatchObject({ leader: -1, isr: [1], elr: [] });
    on.beat(2);
    expect(on.partition('t-0').leader).toBe(-1);
    on.beat(1);
    expect(on.partition('t-0')).toMatchObject({ leader: 1, isr: [1] });
  });

  test('with unclean.leader.election.enable any active replica may lead, and the record says so', () => {
    const on = plane({ 'unclean.leader.election.enable': true, 'eligible.leader.replicas.version': 0 });
    for (const broker of [3, 2, 1]) on.fence(broker);
    on.beat(3);
    expect(on.partition('t-0')).toMatchObject({ leader: 3, isr: [3] });
    expect(on.written.filter(({ electedUncleanly }) => electedUncleanly)).toHaveLength(1);
  });

  test('eligible leader replicas are dropped as soon as enough replicas are in sync', () => {
    const on = plane({ 'min.insync.replicas': 2 });
    for (const broker of [3, 2]) on.fence(broker);
    expect(on.partition('t-0')).toMatchObject({ isr: [1], elr: [2] });
    on.beat(3);
    expect(propose(on, 1, 3).error).toBe(Errors.NONE);
    expect(on.partition('t-0')).toMatchObject({ isr: [1, 3], elr: [] });
  });

  test('a broker that is in no partition changes none', () => {
    const on = plane();
    on.register(4);
    on.beat(4);
    const before = on.log.endOffset;
    on.replication.removeFromIsrs(4);
    on.replication.uncleanShutdown(4);
    expect(on.log.endOffset).toBe(before);
  });
});

describe('AlterPartition', () => {
  test('the ISR becomes what the leader proposes, in a new partition epoch', () => {
    const on = plane();
    expect(propose(on, 1, 2)).toEqual({
      partition: 't-0',
      error: Errors.NONE,
      leader: 1,
      leaderEpoch: 0,
      partitionEpoch: 1,
      isr: [1, 2],
    });
  });

  test('refuses the second copy of a proposal as out of date, as after a lost response', () => {
    const on = plane();
    const { topicId, leaderEpoch, partitionEpoch } = on.partition('t-0');
    const newIsr = [{ broker: 1, brokerEpoch: on.epochOf(1) }];
    const item = { partition: 't-0', topicId, leaderEpoch, partitionEpoch, newIsr };
    expect(on.replication.alterPartition(1, item).error).toBe(Errors.NONE);
    expect(on.replication.alterPartition(1, item).error).toBe(Errors.INVALID_UPDATE_VERSION);
    expect(on.hits('alter-partition-refused')).toBe(1);
  });

  test('keeps out a broker that is fenced, shutting down or restarted (KIP-841, KIP-903)', () => {
    const on = plane();
    propose(on, 1, 2);
    on.fence(3);
    expect(propose(on, 1, 2, 3).error).toBe(Errors.INELIGIBLE_REPLICA);
    on.beat(3);
    expect(propose(on, 1, 2, 3).error).toBe(Errors.NONE);
    on.beat(3, { wantShutDown: true });
    expect(propose(on, 1, 2, 3).error).toBe(Errors.INELIGIBLE_REPLICA);
    const { topicId, leaderEpoch, partitionEpoch } = on.partition('t-0');
    const stale = [
      { broker: 1, brokerEpoch: on.epochOf(1) },
      { broker: 2, brokerEpoch: on.epochOf(2) - 1 },
    ];
    const answer = on.replication.alterPartition(1, {
      partition: 't-0',
      topicId,
      leaderEpoch,
      partitionEpoch,
      newIsr: stale,
    });
    expect(answer.error).toBe(Errors.INELIGIBLE_REPLICA);
  });

  test('does not check a broker epoch that the leader does not know yet', () => {
    const on = plane();
    const { topicId, leaderEpoch, partitionEpoch } = on.partition('t-0');
    const newIsr = [1, 2].map((broker) => ({ broker, brokerEpoch: -1 }));
    expect(
      on.replication.alterPartition(1, { partition: 't-0', topicId, leaderEpoch, partitionEpoch, newIsr })
        .error,
    ).toBe(Errors.NONE);
  });

  test('refuses an unknown partition', () => {
    const item = { partition: 'x-0', topicId: 1, leaderEpoch: 0, partitionEpoch: 0, newIsr: [] };
    expect(plane().replication.alterPartition(1, item)).toMatchObject({
      error: Errors.UNKNOWN_TOPIC_ID,
      leader: -1,
    });
  });
});

describe('moving leadership', () => {
  test('a new order of the replicas makes another replica preferred, and changes nothing else', () => {
    const on = plane();
    expect(on.replication.reassign('t-0', [3, 1, 2])).toBe(Errors.NONE);
    expect(on.partition('t-0')).toMatchObject({
      replicas: [3, 1, 2],
      leader: 1,
      leaderEpoch: 0,
      partitionEpoch: 1,
    });
    expect(on.replication.electLeader('t-0', 'preferred')).toBe(Errors.NONE);
    expect(on.partition('t-0')).toMatchObject({ leader: 3, leaderEpoch: 1 });
  });

  test.each([[[]], [[1, 1]], [[1, 2, 9]]])(
    'a list that cannot be an assignment is refused: %j',
    (replicas) => {
      expect(plane().replication.reassign('t-0', replicas)).toBe(Errors.INVALID_REPLICA_ASSIGNMENT);
    },
  );

  test('a preferred election that is not needed or cannot succeed has its own error', () => {
    const on = plane();
    expect(on.replication.electLeader('t-0', 'preferred')).toBe(Errors.ELECTION_NOT_NEEDED);
    on.fence(1);
    expect(on.replication.electLeader('t-0', 'preferred')).toBe(Errors.PREFERRED_LEADER_NOT_AVAILABLE);
    expect(on.partition('t-0').leader).toBe(2);
  });

  test.each([
    { enabled: false, election: 'any' },
    { enabled: true, election: 'unclean' },
  ])('a change of the ISR elects as the configuration says: unclean $enabled', ({ enabled, election }) => {
    const asked: string[] = [];
    const electLeader: Rules['electLeader'] = (candidates, kind) => {
      asked.push(kind);
      return kafkaRules.electLeader(candidates, kind);
    };
    const on = plane({ 'unclean.leader.election.enable': enabled }, 1, { electLeader });
    expect(propose(on, 1, 2).error).toBe(Errors.NONE);
    expect(asked).toEqual([election]);
  });

  test('a preferred election never elects uncleanly, whatever the configuration allows', () => {
    const on = plane({ 'unclean.leader.election.enable': true, 'eligible.leader.replicas.version': 0 });
    on.fence(1);
    expect(propose(on, 2).error).toBe(Errors.NONE);
    on.beat(1);
    expect(on.replication.electLeader('t-0', 'preferred')).toBe(Errors.PREFERRED_LEADER_NOT_AVAILABLE);
    expect(on.partition('t-0')).toMatchObject({ leader: 2, isr: [2] });
  });

  test('an unclean election is refused where there is a leader', () => {
    const on = plane({ 'eligible.leader.replicas.version': 0 });
    expect(on.replication.electLeader('t-0', 'unclean')).toBe(Errors.ELECTION_NOT_NEEDED);
    for (const broker of [3, 2, 1]) on.fence(broker);
    expect(on.replication.electLeader('t-0', 'unclean')).toBe(Errors.ELIGIBLE_LEADERS_NOT_AVAILABLE);
    on.beat(3);
    expect(on.replication.electLeader('t-0', 'unclean')).toBe(Errors.NONE);
    expect(on.partition('t-0')).toMatchObject({ leader: 3, isr: [3] });
  });

  test('unknown partitions are refused', () => {
    const { replication } = plane();
    expect(replication.electLeader('x-0', 'preferred')).toBe(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    expect(replication.reassign('x-0', [1])).toBe(Errors.UNKNOWN_TOPIC_OR_PARTITION);
  });

  test('leaders are balanced back to the preferred replicas, where those are in sync', () => {
    const on = plane({}, 2);
    on.fence(1);
    on.beat(1);
    on.replication.balanceLeaders();
    expect(on.partition('t-0').leader).toBe(2);
    propose(on, 2, 3, 1);
    on.replication.balanceLeaders();
    expect([on.partition('t-0').leader, on.partition('t-1').leader]).toEqual([1, 2]);
  });
});
