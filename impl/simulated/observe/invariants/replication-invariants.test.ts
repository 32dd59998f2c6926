import { describe, expect, test } from 'vitest';

import type { Violation } from '../../../../model/guarantee.ts';
import { recordsOf, ScriptedReplicas } from '../../broker/testing/scripted-replicas.ts';
import { PartitionLog } from '../../log/partition-log.ts';
import { markerBatch } from '../../../kafka/records.ts';
import type { RecordBatch, UnplacedBatch } from '../../../kafka/records.ts';
import type { ReplicaView } from '../replica-view.ts';
import { ReplicationInvariants } from './replication-invariants.ts';

interface Scene {
  readonly replicas: ScriptedReplicas;
  readonly invariants: ReplicationInvariants;
  readonly violations: Violation[];
  /** Anomalies so far, all that one event changed being in place. */
  readonly anomalies: () => string[];
  /** So much is destroyed that committed records may be gone. */
  readonly destroy: () => void;
}

/** Three watched replicas of t-0; broker 1 leads in epoch 0. `mayBeLost`: of which topics records may, once so much is destroyed. */
function scene(mayBeLost: (topic: string, replicas: number) => boolean = () => true): Scene {
  const violations: Violation[] = [];
  let destroyed = false;
  const invariants = new ReplicationInvariants({
    committedMayBeLost: (topic, replicas) => destroyed && mayBeLost(topic, replicas),
    electedUncleanly: () => (destroyed = true),
    listsPartitionsFirst: true,
    coordinatorCache: () => null,
    isActive: () => true,
    nowUs: () => 42,
    report: (violation) => void violations.push(violation),
  });
  const replicas = new ScriptedReplicas(3, { listener: invariants });
  replicas.elect(1);
  return {
    replicas,
    invariants,
    violations,
    anomalies: () => {
      invariants.settled();
      return violations.map(({ anomaly }) => anomaly);
    },
    destroy: () => (destroyed = true),
  };
}

/** The leader appends and all followers get the record and the high watermark. */
function commit(replicas: ScriptedReplicas, ...values: readonly string[]): RecordBatch {
  const leader = replicas.replica(replicas.record.leader);
  leader.append(recordsOf(...values), -1, null);
  const batch = leader.log.batches.at(-1)!;
  for (let round = 0; round < 3; round++) {
    for (const follower of replicas.record.isr) if (follower !== leader.brokerId) replicas.fetch(follower);
  }
  return batch;
}

/** The broker’s process dies, with the power unless told otherwise, and another one takes over its disk. */
function restart({ replicas, invariants }: Scene, broker: number, highWatermark = 0, lossy = true): void {
  invariants.brokerStopped(broker, lossy);
  replicas.open(broker, highWatermark);
}

/** Cuts a log without telling the invariants, as a disk does that forgets. */
function forget({ replicas }: Scene, broker: number, toOffset: number): void {
  replicas.replica(broker).log.truncateTo(toOffset);
}

describe('a healthy partition', () => {
  test('breaks nothing, through commits, elections and truncations', () => {
    const { replicas, anomalies } = scene();
    commit(replicas, 'a', 'b');
    // The next record reaches nobody, and goes with the next leader.
    replicas.replica(1).append(recordsOf('lost'), -1, null);
    replicas.elect(2);
    replicas.replica(1).truncateTo(2);
    commit(replicas, 'c');
    replicas.elect(3);
    commit(replicas, 'd');
    expect(anomalies()).toEqual([]);
  });

  test('without an event nothing is looked at', () => {
    const { anomalies } = scene();
    anomalies();
    expect(anomalies()).toEqual([]);
  });
});

describe('two-leaders-in-one-epoch (W5)', () => {
  test('two brokers lead in one epoch', () => {
    const { replicas, anomalies, violations } = scene();
    replicas.elect(2, [2]);
    replicas.replica(3).apply({ ...replicas.record, leader: 3 });
    expect(anomalies()).toEqual(['two-leaders-in-one-epoch']);
    expect(violations[0]!.sentence).toBe('t-0: brokers 2 and 3 both lead in epoch 1.');
  });

  test('legal: two brokers believe that they lead, in different epochs', () => {
    const { replicas, anomalies } = scene();
    replicas.elect(2, [2, 3]);
    expect([replicas.replica(1).role, replicas.replica(2).role]).toEqual(['leader', 'leader']);
    expect(anomalies()).toEqual([]);
  });
});

describe('two-records-in-one-epoch (W5)', () => {
  test('a leader writes an offset twice in its epoch', () => {
    const { replicas, anomalies, violations } = scene();
    const leader = replicas.replica(1);
    leader.append(recordsOf('a'), 1, null);
    leader.truncateTo(0);
    leader.log.epochs.assign(0, 0);
    leader.append(recordsOf('b'), 1, null);
    expect(anomalies()).toEqual(['two-records-in-one-epoch']);
    expect(violations[0]!.place).toEqual({ topic: 't', partition: 0, offset: 0 });
  });

  test('legal: an offset is written again in a later epoch', () => {
    const { replicas, anomalies } = scene();
    replicas.replica(1).append(recordsOf('a'), 1, null);
    replicas.elect(2);
    replicas.replica(2).append(recordsOf('b'), 1, null);
    expect(anomalies()).toEqual([]);
  });
});

describe('high-watermark-regression (W6)', () => {
  test("a leader's high watermark goes down in its epoch", () => {
    const { replicas, invariants, anomalies } = scene();
    commit(replicas, 'a', 'b');
    const leader = replicas.replica(1);
    const lowered: ReplicaView = Object.create(leader, { highWatermark: { value: 1 } });
    invariants.highWatermarkMoved(lowered);
    expect(anomalies()).toEqual(['high-watermark-regression']);
  });

  test("legal: a follower's goes down, with a new leader that does not know the true one yet", () => {
    const { replicas, anomalies } = scene();
    commit(replicas, 'a', 'b');
    replicas.replica(2).followHighWatermark(1);
    expect(anomalies()).toEqual([]);
  });
});

describe('leader-completeness (W1)', () => {
  test('a leader lacks a committed record', () => {
    const story = scene();
    commit(story.replicas, 'a');
    commit(story.replicas, 'b');
    story.invariants.brokerStopped(2, true);
    forget(story, 2, 1);
    restart(story, 2, 1);
    story.replicas.elect(2);
    expect(story.anomalies()).toEqual(['leader-completeness']);
    expect(story.violations[0]).toMatchObject({
      sentence: 't-0: broker 2 became leader in epoch 1 without the committed records at offsets 1 to 1.',
      place: { topic: 't', partition: 0, offset: 1 },
      timeUs: 42,
    });
  });

  test('a leader holds another record in its place', () => {
    const story = scene();
    const { replicas } = story;
    commit(replicas, 'a');
    story.invariants.brokerStopped(2, true);
    forget(story, 2, 0);
    replicas
      .replica(2)
      .log.appendAsFollower({ baseOffset: 0, lastOffset: 0, leaderEpoch: 0, ...recordsOf('x') });
    restart(story, 2, 0);
    replicas.elect(2, [2]);
    expect(story.anomalies()).toEqual(['leader-completeness']);
  });

  test('legal: a broker learns late that it led in an epoch that is over, and what was committed since it cannot hold', () => {
    const { replicas, anomalies } = scene();
    replicas.elect(2, []);
    const superseded = replicas.record;
    replicas.elect(3, [1, 3], { isr: [1, 3] });
    commit(replicas, 'a');
    replicas.replica(2).apply(superseded);
    expect(replicas.replica(2).isLeader).toBe(true);
    expect(anomalies()).toEqual([]);
  });

  test('legal: the record was lost for a reason that the contract accepts', () => {
    const story = scene();
    commit(story.replicas, 'a');
    commit(story.replicas, 'b');
    story.destroy();
    story.invariants.brokerStopped(2, true);
    forget(story, 2, 1);
    restart(story, 2, 1);
    story.replicas.elect(2);
    expect(story.anomalies()).toEqual([]);
  });
});

describe('whether a loss is accepted', () => {
  /** So much was destroyed that some topic may lose records; broker 2 leads t-0 without "b". */
  function afterLoss(mayBeLost: (topic: string, replicas: number) => boolean): readonly string[] {
    const story = scene(mayBeLost);
    commit(story.replicas, 'a');
    commit(story.replicas, 'b');
    story.destroy();
    story.invariants.brokerStopped(2, true);
    forget(story, 2, 1);
    restart(story, 2, 1);
    story.replicas.elect(2);
    return story.anomalies();
  }

  test('is asked for each topic: what another one may lose is no excuse', () => {
    expect(afterLoss((topic) => topic === 't')).toEqual([]);
    expect(afterLoss((topic) => topic === 'another')).toEqual(['leader-completeness']);
  });

  test('depends on how many replicas the partition has', () => {
    expect(afterLoss((_, replicas) => replicas === 3)).toEqual([]);
    expect(afterLoss((_, replicas) => replicas < 3)).toEqual(['leader-completeness']);
  });
});

describe('after an accepted loss', () => {
  /** Broker 2 leads without "b", which others still hold below their high watermarks. */
  function afterLoss(): Scene {
    const story = scene();
    commit(story.replicas, 'a');
    commit(story.replicas, 'b');
    story.destroy();
    story.invariants.brokerStopped(2, true);
    forget(story, 2, 1);
    restart(story, 2, 1);
    story.replicas.elect(2, [1, 2, 3], { isr: [2] });
    return story;
  }

  test('replicas of the old history are outdated until they have fetched anew', () => {
    const { replicas, anomalies } = afterLoss();
    replicas.replica(2).append(recordsOf('c'), 1, null);
    expect(anomalies()).toEqual([]);
  });

  test('then they have to agree again', () => {
    const { replicas, anomalies } = afterLoss();
    const leader = replicas.replica(2);
    replicas.replica(1).truncateTo(1);
    leader.append(recordsOf('c'), 1, null);
    replicas.change({ isr: [1, 2] });
    for (let round = 0; round < 3; round++) replicas.fetch(1);
    expect(anomalies()).toEqual([]);
    expect(leader.highWatermark).toBe(2);
  });

  test('and a difference that remains is found as soon as the leader takes them for agreed', () => {
    const { replicas, anomalies } = afterLoss();
    replicas.replica(2).append(recordsOf('c'), 1, null);
    replicas.change({ isr: [1, 2] });
    // Broker 1 keeps "b" where the leader has "c", and is believed.
    replicas.replica(2).followerFetched(1, 2, 10);
    expect(anomalies()).toEqual(['log-matching']);
  });

  test('a broker that comes back with the old history is outdated, too', () => {
    const story = afterLoss();
    restart(story, 3, 2);
    story.replicas.replica(3).apply(story.replicas.record);
    expect(story.anomalies()).toEqual([]);
  });
});

describe('log-matching (W3)', () => {
  test('two replicas differ below both their high watermarks', () => {
    const story = scene();
    const { replicas } = story;
    replicas.change({ isr: [1, 2] });
    commit(replicas, 'a');
    const other = replicas.replica(3);
    other.appendFetched({ baseOffset: 0, lastOffset: 0, leaderEpoch: 0, ...recordsOf('x') });
    other.followHighWatermark(1);
    expect(story.anomalies()).toEqual(['log-matching']);
    expect(story.violations[0]!.sentence).toContain('brokers 1 and 3 hold different records at offset 0');
  });

  test('legal: they differ above one of them', () => {
    const { replicas, anomalies } = scene();
    replicas.change({ isr: [1, 2] });
    commit(replicas, 'a');
    replicas.replica(3).appendFetched({ baseOffset: 0, lastOffset: 0, leaderEpoch: 0, ...recordsOf('x') });
    expect(anomalies()).toEqual([]);
  });

  test('legal: the one that differs is down', () => {
    const story = scene();
    const { replicas } = story;
    replicas.change({ isr: [1, 2] });
    commit(replicas, 'a');
    const other = replicas.replica(3);
    story.invariants.brokerStopped(3, true);
    other.appendFetched({ baseOffset: 0, lastOffset: 0, leaderEpoch: 0, ...recordsOf('x') });
    other.followHighWatermark(1);
    expect(story.anomalies()).toEqual([]);
  });
});

describe('candidate-completeness (W2)', () => {
  test.each([
    { role: 'in sync', change: { isr: [1, 2, 3] }, words: 'in the in-sync replicas' },
    {
      role: 'an eligible leader replica',
      change: { isr: [1], elr: [3] },
      words: 'an eligible leader replica',
    },
  ])('a replica that is $role lacks a committed record', ({ change, words }) => {
    const story = scene();
    story.replicas.change({ isr: [1, 2] });
    commit(story.replicas, 'a');
    expect(story.anomalies()).toEqual([]);
    story.replicas.change(change);
    expect(story.anomalies()).toEqual(['candidate-completeness']);
    expect(story.violations[0]!.sentence).toContain(`broker 3 is ${words}`);
  });

  test('legal: a replica from outside lacks it', () => {
    const { replicas, anomalies } = scene();
    replicas.change({ isr: [1, 2] });
    commit(replicas, 'a');
    expect(anomalies()).toEqual([]);
  });

  test('legal: the replica is down; whether it may be elected is decided when it comes back', () => {
    const story = scene();
    story.replicas.change({ isr: [1, 2] });
    commit(story.replicas, 'a');
    story.invariants.brokerStopped(3, true);
    story.replicas.change({ isr: [1, 2, 3] }, [1, 2]);
    expect(story.anomalies()).toEqual([]);
  });

  test('legal: so much was destroyed that it may be', () => {
    const story = scene();
    story.replicas.change({ isr: [1, 2] });
    commit(story.replicas, 'a');
    story.destroy();
    story.replicas.change({ isr: [1, 2, 3] });
    expect(story.anomalies()).toEqual([]);
  });
});

describe('isr-not-covered (W4)', () => {
  test('the leader does not wait for a replica that the controller holds to be in sync', () => {
    const { replicas, anomalies, violations } = scene();
    replicas.change({ isr: [1, 2] });
    replicas.change({ isr: [1, 2, 3] }, [2, 3]);
    expect(anomalies()).toEqual(['isr-not-covered']);
    expect(violations[0]!.sentence).toContain(
      'broker 3 to be in sync, leader 1 does not wait for it in epoch 0',
    );
  });

  test('legal: the leader waits for more than the controller knows', () => {
    const { replicas, anomalies } = scene();
    replicas.change({ isr: [1, 2] }, [2, 3]);
    expect(anomalies()).toEqual([]);
  });

  test('legal: the leader was deposed and does not know yet', () => {
    const { replicas, anomalies } = scene();
    replicas.change({ isr: [1, 2] });
    replicas.elect(2, [2, 3], { isr: [2, 3] });
    expect(anomalies()).toEqual([]);
  });
});

describe('epoch-cache (W11)', () => {
  test('an epoch is known beyond the end of the log', () => {
    const { replicas, anomalies } = scene();
    commit(replicas, 'a', 'b');
    const follower = replicas.replica(2);
    follower.appendFetched({ baseOffset: 2, lastOffset: 2, leaderEpoch: 0, ...recordsOf('c') });
    follower.log.epochs.assign(9, 7);
    follower.log.truncateTo = (): number => 1;
    follower.truncateTo(2);
    expect(anomalies()).toEqual(['epoch-cache']);
  });

  test('a follower does not know the epoch of what it has just appended', () => {
    const story = scene();
    const follower = story.replicas.replica(2);
    const batch = { baseOffset: 0, lastOffset: 0, leaderEpoch: 0, ...recordsOf('a') };
    follower.log.appendAsFollower(batch);
    follower.log.epochs.clear();
    story.invariants.appended(follower, batch, false);
    expect(story.anomalies()).toEqual(['epoch-cache']);
  });

  test('a log is opened whose epochs are not those of its batches', () => {
    const story = scene();
    commit(story.replicas, 'a');
    story.invariants.brokerStopped(2, true);
    story.replicas.replica(2).log.epochs.clear();
    restart(story, 2);
    expect(story.anomalies()).toEqual(['epoch-cache']);
  });

  test('legal: a new leader knows its epoch before it has written anything', () => {
    const { replicas, anomalies } = scene();
    commit(replicas, 'a');
    replicas.elect(2);
    expect(replicas.replica(2).log.epochs.latestEpoch).toBe(1);
    expect(anomalies()).toEqual([]);
  });
});

describe('recovered-log-shorter', () => {
  /** Broker 2 comes back without the last of its records. */
  function back(lossy: boolean): readonly string[] {
    const story = scene();
    commit(story.replicas, 'a');
    story.replicas.elect(3, [1, 2, 3], { isr: [1, 3] });
    forget(story, 2, 0);
    restart(story, 2, 0, lossy);
    return story.anomalies();
  }

  test('a log comes back shorter from the mere death of its process', () => {
    expect(back(false)).toEqual(['recovered-log-shorter']);
  });

  test('legal: it came back from a loss of power, or of its disk', () => {
    expect(back(true)).toEqual([]);
  });
});

test('only the first is reported: what follows from it would be noise', () => {
  const { replicas, anomalies } = scene();
  replicas.change({ isr: [1, 2] });
  commit(replicas, 'a');
  replicas.change({ isr: [1, 2, 3] }, [2, 3]);
  anomalies();
  replicas.replica(2).apply({ ...replicas.record, leader: 2, partitionEpoch: 50 });
  expect(anomalies()).toHaveLength(1);
});

test('an unclean election is told, and what it gives up is accepted', () => {
  const story = scene();
  const { replicas, invariants } = story;
  replicas.change({ isr: [1, 2] });
  commit(replicas, 'a');
  const { record } = replicas;
  replicas.record = {
    ...record,
    leader: 3,
    isr: [3],
    leaderEpoch: 1,
    partitionEpoch: record.partitionEpoch + 1,
  };
  invariants.partitionChanged(replicas.record, true, true);
  replicas.replica(3).apply(replicas.record);
  expect(story.anomalies()).toEqual([]);
});

test('a partition that the controller has not made cannot exist on a broker', () => {
  const { invariants, replicas } = scene();
  const stranger = Object.create(replicas.replica(1), { name: { value: 'other-0' } });
  expect(() => invariants.leaderIsrChanged(stranger)).toThrow('before the controller made it');
});

test('whoever the controller elects is there (KAFKA-19522)', () => {
  const { replicas, invariants, anomalies } = scene();
  invariants.partitionChanged({ ...replicas.record, leader: 2, leaderEpoch: 1 }, false, false);
  expect(anomalies()).toEqual(['leader-not-active']);
});

describe('a deleted topic', () => {
  test('may do with its records what it likes', () => {
    const { replicas, invariants, anomalies } = scene();
    commit(replicas, 'a');
    invariants.topicRemoved(replicas.record.topicId);
    // Whoever has not heard of it yet goes on, and has lost what it will.
    forgetAll(replicas);
    replicas.replica(2).append(recordsOf('b'), -1, null);
    expect(anomalies()).toEqual([]);
  });

  test('is no part of the history of one made anew under its name', () => {
    const { replicas, invariants, anomalies } = scene();
    commit(replicas, 'a', 'b');
    invariants.topicRemoved(replicas.record.topicId);
    const topicId = replicas.record.topicId + 1;
    const anew = { ...replicas.record, topicId, leader: -1, leaderEpoch: -1, partitionEpoch: -1 };
    for (const broker of [1, 2, 3]) {
      const { log } = replicas.replica(broker);
      invariants.replicaDeleted(broker, log);
      PartitionLog.delete('t-0', replicas.hosts.context(`broker-${broker}`).host.disk);
    }
    replicas.record = anew;
    invariants.partitionChanged(anew, false, true);
    for (const broker of [1, 2, 3]) replicas.open(broker);
    replicas.elect(1);
    commit(replicas, 'c');
    expect(anomalies()).toEqual([]);
  });
});

/** Every replica loses its log behind the back of the invariants. */
function forgetAll(replicas: ScriptedReplicas): void {
  for (const broker of [1, 2, 3]) {
    const replica = replicas.replica(broker);
    replica.truncateTo(0);
  }
  replicas.elect(2);
}

describe('a transaction that no coordinator lists in its partition', () => {
  const record = (): UnplacedBatch => ({
    ...recordsOf('a'),
    ...{ producerId: 7, producerEpoch: 0, baseSequence: 0, transactional: true },
  });
  const marker = markerBatch(7, 0, { type: 'abort', coordinatorEpoch: 0 }, 0);
  const append = ({ replicas }: Scene, batch: UnplacedBatch): void => {
    replicas.replica(1).append(batch, -1, null);
  };

  test('has nobody who would end it', () => {
    const seen = scene();
    append(seen, record());
    expect(seen.anomalies()).toEqual(['unlisted-transaction']);
  });

  test('may be one whose topic its coordinator took for deleted, until there is a marker (KAFKA-5202)', () => {
    const seen = scene();
    expect(seen.invariants.lacksMarker('t-0')).toBe(false);
    seen.invariants.markerSkipped('t-0', 7);
    append(seen, record());
    expect(seen.invariants.lacksMarker('t-0')).toBe(true);
    append(seen, marker);
    expect(seen.invariants.lacksMarker('t-0')).toBe(false);
    expect(seen.anomalies()).toEqual([]);
    append(seen, { ...record(), baseSequence: 1 });
    expect(seen.anomalies()).toEqual(['unlisted-transaction']);
  });

  test('is no other producer’s', () => {
    const seen = scene();
    seen.invariants.markerSkipped('t-0', 8);
    append(seen, record());
    expect(seen.anomalies()).toEqual(['unlisted-transaction']);
  });
});

test('a partition is stranded while nobody leads although somebody in sync is alive', () => {
  const { replicas, invariants } = scene();
  expect(invariants.isStranded('t', 0)).toBe(false);
  replicas.change({ leader: -1, isr: [] }, []);
  expect(invariants.isStranded('t', 0)).toBe(false);
  replicas.change({ leader: -1, isr: [3] }, []);
  expect(invariants.isStranded('t', 0)).toBe(true);
  // Later the in-sync replica leaves, too: that nobody may lead is owed to what came before.
  replicas.change({ leader: -1, isr: [] }, []);
  expect(invariants.isStranded('t', 0)).toBe(true);
  expect(invariants.isStranded('t', 1)).toBe(false);
  replicas.elect(2, [], { isr: [2] });
  expect(invariants.isStranded('t', 0)).toBe(false);
});
