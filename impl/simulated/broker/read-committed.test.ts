import { describe, expect, test } from 'vitest';

import { CompletedFetch } from '../client/completed-fetch.ts';
import { Errors } from '../../kafka/errors.ts';
import { markerBatch } from '../../kafka/records.ts';
import type { UnplacedBatch } from '../../kafka/records.ts';
import type { Partition } from './partition.ts';
import { recordsOf, ScriptedReplicas } from './testing/scripted-replicas.ts';

function batch(value: string, producerId: number, baseSequence: number): UnplacedBatch {
  return { ...recordsOf(value), producerId, producerEpoch: 0, baseSequence, transactional: true };
}
const marker = (type: 'commit' | 'abort', producerId: number): UnplacedBatch =>
  markerBatch(producerId, 0, { type, coordinatorEpoch: 0 }, 0);

/** A leader with one follower, and a log of two transactions: that of producer 8 is aborted, that of 9 committed. */
function leaderOfTwo(): { replicas: ScriptedReplicas; leader: Partition } {
  const replicas = new ScriptedReplicas(2);
  replicas.elect(1);
  const leader = replicas.replica(1);
  leader.append(batch('a', 8, 0), -1, null);
  leader.append(batch('b', 9, 0), -1, null);
  return { replicas, leader };
}

const inStep = (replicas: ScriptedReplicas) => {
  for (let i = 0; i < 3; i++) replicas.fetch(2);
};

/** What a read_committed consumer is shown of all that it may read. */
function shown({ log, lastStableOffset }: Partition): string[] {
  const aborted = log.producers.abortedIn(0, lastStableOffset);
  const fetch = new CompletedFetch(log.read(0, lastStableOffset), 0, 1, aborted);
  const values = fetch.take(100).map(({ value }) => value);
  expect(fetch.offset).toBe(lastStableOffset);
  return values;
}

describe('a read_committed consumer', () => {
  test('waits below the first transaction that is open', () => {
    const { replicas, leader } = leaderOfTwo();
    inStep(replicas);
    expect([leader.highWatermark, leader.lastStableOffset]).toEqual([2, 0]);
  });

  test('and until the marker is committed, too', () => {
    const { replicas, leader } = leaderOfTwo();
    leader.append(marker('abort', 8), -1, null, 'coordinator');
    leader.append(marker('commit', 9), -1, null, 'coordinator');
    expect(leader.lastStableOffset).toBe(0);
    inStep(replicas);
    expect(leader.lastStableOffset).toBe(4);
  });

  test('is shown neither aborted records nor markers, and its position passes them', () => {
    const { replicas, leader } = leaderOfTwo();
    leader.append(marker('abort', 8), -1, null, 'coordinator');
    leader.append(batch('c', 8, 1), -1, null);
    leader.append(marker('commit', 8), -1, null, 'coordinator');
    leader.append(marker('commit', 9), -1, null, 'coordinator');
    inStep(replicas);
    expect(shown(leader)).toEqual(['b', 'c']);
    expect(shown(replicas.replica(2))).toEqual(['b', 'c']);
  });
});

describe('a batch that is sent again', () => {
  const one = (sequence: number): UnplacedBatch => ({ ...batch('x', 7, sequence), transactional: false });

  test('is answered with where it lies, when that is committed', () => {
    const replicas = new ScriptedReplicas(2);
    replicas.elect(1);
    const leader = replicas.replica(1);
    for (const sequence of [0, 1, 2]) leader.append(one(sequence), -1, null);
    const heard: string[] = [];
    const answer = leader.append(one(1), -1, (error, offset) => void heard.push(`${error} at ${offset}`));
    expect([answer.error, answer.baseOffset, leader.log.logEndOffset, heard]).toEqual([
      Errors.NONE,
      1,
      3,
      [],
    ]);
    inStep(replicas);
    expect(heard).toEqual(['0 at 1']);
  });

  test('is known to a follower that takes over, as are those before it', () => {
    const replicas = new ScriptedReplicas(2);
    replicas.elect(1);
    for (const sequence of [0, 1, 2]) replicas.replica(1).append(one(sequence), -1, null);
    inStep(replicas);
    replicas.elect(2);
    expect(replicas.replica(2).append(one(0), -1, null).baseOffset).toBe(0);
    expect(replicas.replica(2).append(one(3), -1, null).baseOffset).toBe(3);
  });

  test('out of order is refused', () => {
    const replicas = new ScriptedReplicas(1);
    replicas.elect(1);
    replicas.replica(1).append(one(0), -1, null);
    expect(replicas.replica(1).append(one(2), -1, null).error).toBe(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
  });
});
