import { describe, expect, test } from 'vitest';

import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { recordsOf, ScriptedReplicas } from './testing/scripted-replicas.ts';

/** Three replicas, broker 1 leads in epoch 0, all are in sync and their positions are known. */
function led(configuration: Record<string, number | boolean> = {}): ScriptedReplicas {
  const replicas = new ScriptedReplicas(3, { configuration });
  replicas.elect(1);
  for (const follower of [2, 3]) replicas.fetch(follower);
  return replicas;
}

const outcomes = () => {
  const heard: ErrorCode[] = [];
  return { heard, complete: (error: ErrorCode): void => void heard.push(error) };
};

describe('the high watermark', () => {
  test('passes a record when every in-sync replica has come back for more', () => {
    const replicas = led();
    const { heard, complete } = outcomes();
    const leader = replicas.replica(1);
    leader.append(recordsOf('a'), -1, complete);
    replicas.fetch(2);
    replicas.fetch(3);
    // They have been given the record; that they hold it the leader learns with the next fetch.
    expect([leader.highWatermark, heard]).toEqual([0, []]);
    replicas.fetch(2);
    expect(leader.highWatermark).toBe(0);
    replicas.fetch(3);
    expect([leader.highWatermark, heard]).toEqual([1, [Errors.NONE]]);
    expect(replicas.replica(2).highWatermark).toBe(0);
    replicas.fetch(2);
    expect(replicas.replica(2).highWatermark).toBe(1);
  });

  test('stands still under min.insync.replicas, and moves on when the ISR is large enough again (KIP-966)', () => {
    const replicas = led({ 'min.insync.replicas': 2 });
    const leader = replicas.replica(1);
    replicas.change({ isr: [1] });
    leader.append(recordsOf('a'), 1, null);
    expect(leader.highWatermark).toBe(0);
    for (let i = 0; i < 2; i++) for (const follower of [2, 3]) replicas.fetch(follower);
    expect(leader.highWatermark).toBe(0);
    replicas.change({ isr: [1, 2] });
    expect(leader.highWatermark).toBe(1);
  });

  test('waits for a replica that is proposed, not yet committed (KIP-497)', () => {
    const replicas = led();
    const leader = replicas.replica(1);
    replicas.change({ isr: [1, 2] });
    replicas.fetch(3);
    expect(replicas.proposals).toEqual([{ broker: 1, isr: [1, 2, 3] }]);
    expect([leader.isr, leader.maximalIsr]).toEqual([
      [1, 2],
      [1, 2, 3],
    ]);
    leader.append(recordsOf('a'), -1, null);
    replicas.fetch(2);
    replicas.fetch(2);
    expect(leader.highWatermark).toBe(0);
    replicas.fetch(3);
    replicas.fetch(3);
    expect(leader.highWatermark).toBe(1);
  });

  test('waits for a replica that is to leave until the controller has agreed', () => {
    const replicas = led({ 'replica.lag.time.max.ms': 1000 });
    const leader = replicas.replica(1);
    leader.append(recordsOf('a'), -1, null);
    for (let i = 0; i < 2; i++) replicas.fetch(2);
    replicas.wait(1500);
    replicas.fetch(2);
    leader.maybeShrinkIsr();
    expect(replicas.proposals).toEqual([{ broker: 1, isr: [1, 2] }]);
    expect([leader.maximalIsr, leader.highWatermark]).toEqual([[1, 2, 3], 0]);
    leader.proposalCommitted([1, 2], leader.partitionEpoch + 1);
    expect([leader.maximalIsr, leader.highWatermark]).toEqual([[1, 2], 1]);
  });

  test('does not wait for a replica that has been behind for long: it is not about to join', () => {
    const replicas = new ScriptedReplicas(3, { configuration: { 'replica.lag.time.max.ms': 1000 } });
    replicas.replica(1).log.appendAsLeader(recordsOf('old'), 0);
    replicas.elect(1, [1, 2, 3], { isr: [1, 2] });
    const leader = replicas.replica(1);
    replicas.fetch(2);
    // Broker 3 has fetched once, from the beginning, and never since.
    leader.followerFetched(3, 0, 30);
    leader.append(recordsOf('a'), -1, null);
    for (let i = 0; i < 2; i++) replicas.fetch(2);
    expect(leader.highWatermark).toBe(2);
  });

  test('of a follower goes down with a new leader that knows less, never below the start', () => {
    const replicas = led();
    const follower = replicas.replica(2);
    replicas.replica(1).append(recordsOf('a', 'b'), 1, null);
    replicas.fetch(2);
    follower.followHighWatermark(9);
    expect(follower.highWatermark).toBe(2);
    follower.followHighWatermark(1);
    expect(follower.highWatermark).toBe(1);
    follower.followHighWatermark(-5);
    expect(follower.highWatermark).toBe(0);
  });
});

describe('joining the ISR', () => {
  test('the start of the epoch has to be reached, not only the high watermark (KAFKA-7128)', () => {
    const replicas = new ScriptedReplicas(3);
    const leader = replicas.replica(1);
    leader.log.appendAsLeader(recordsOf('a', 'b'), 0);
    replicas.elect(1, [1, 2, 3], { isr: [1, 2] });
    expect([leader.highWatermark, leader.leaderEpochStartOffset]).toEqual([0, 2]);
    leader.followerFetched(3, 1, 30);
    expect(replicas.proposals).toEqual([]);
    leader.followerFetched(3, 2, 30);
    expect(replicas.proposals).toEqual([{ broker: 1, isr: [1, 2, 3] }]);
  });

  test.each([
    ['is fenced', { fenced: true }, 30],
    ['is leaving', { inControlledShutdown: true }, 30],
    ['has fetched in another incarnation (KIP-903)', {}, 29],
  ] as const)('not while the broker %s', (_, change, fetchEpoch) => {
    const replicas = led();
    replicas.change({ isr: [1, 2] });
    replicas.registrations.set(3, { ...replicas.registrations.get(3)!, ...change });
    replicas.replica(1).followerFetched(3, 0, fetchEpoch);
    expect(replicas.proposals).toEqual([]);
  });

  test('one proposal at a time', () => {
    const replicas = led();
    replicas.change({ isr: [1] });
    replicas.fetch(2);
    replicas.fetch(3);
    replicas.replica(1).maybeShrinkIsr();
    expect(replicas.proposals).toEqual([{ broker: 1, isr: [1, 2] }]);
    replicas.replica(1).proposalRefused();
    replicas.fetch(3);
    expect(replicas.proposals[1]).toEqual({ broker: 1, isr: [1, 3] });
  });
});

describe('leaving the ISR', () => {
  test('whoever keeps up stays, however little there is to fetch', () => {
    const replicas = led({ 'replica.lag.time.max.ms': 1000 });
    replicas.wait(60_000);
    replicas.replica(1).maybeShrinkIsr();
    expect(replicas.proposals).toEqual([]);
  });

  test('a follower that fetches, but always behind what there was at its last fetch, leaves', () => {
    const replicas = led({ 'replica.lag.time.max.ms': 1000 });
    const leader = replicas.replica(1);
    for (let i = 0; i < 30; i++) {
      leader.append(recordsOf(`${i}`), 1, null);
      replicas.wait(100);
      replicas.fetch(2);
      leader.followerFetched(3, 0, 30);
    }
    leader.maybeShrinkIsr();
    expect(replicas.proposals).toEqual([{ broker: 1, isr: [1, 2] }]);
  });

  test('only the leader judges', () => {
    const replicas = led({ 'replica.lag.time.max.ms': 1000 });
    replicas.replica(1).append(recordsOf('a'), 1, null);
    replicas.wait(5000);
    replicas.replica(2).maybeShrinkIsr();
    expect(replicas.proposals).toEqual([]);
  });
});

describe('a new leader epoch', () => {
  test('a new leader notes where its epoch begins, and knows nothing of its followers', () => {
    const replicas = led();
    replicas.replica(1).append(recordsOf('a'), 1, null);
    replicas.fetch(2);
    replicas.elect(2);
    const leader = replicas.replica(2);
    expect(leader.log.epochs.entries).toEqual([
      { epoch: 0, startOffset: 0 },
      { epoch: 1, startOffset: 1 },
    ]);
    expect(leader.followers.map(({ broker, logEndOffset }) => [broker, logEndOffset])).toEqual([
      [1, -1],
      [3, -1],
    ]);
  });

  test.each([
    { missed: 0, known: 0 },
    { missed: 1, known: -1 },
  ])('a leader elected again after $missed epochs that it missed', ({ missed, known }) => {
    const replicas = led();
    for (let i = 0; i < missed; i++) replicas.elect(2, [2]);
    replicas.elect(1);
    expect(replicas.replica(1).followers.map(({ logEndOffset }) => logEndOffset)).toEqual([known, known]);
  });

  test('who was outside the ISR may not join on what it fetched in an earlier epoch', () => {
    const replicas = led();
    replicas.change({ isr: [1, 2] });
    replicas.elect(1, [1], { isr: [1, 2] });
    expect(replicas.replica(1).followers.find(({ broker }) => broker === 3)).toMatchObject({
      lastCaughtUpTimeMs: Number.NEGATIVE_INFINITY,
    });
  });

  test('producers that wait learn that the outcome is not known', () => {
    const replicas = led();
    const { heard, complete } = outcomes();
    replicas.replica(1).append(recordsOf('a'), -1, complete);
    replicas.elect(2);
    expect(heard).toEqual([Errors.NOT_LEADER_OR_FOLLOWER]);
    expect(replicas.replica(1).log.logEndOffset).toBe(1);
  });

  test('a follower keeps its log until the leader has said where they part (KIP-101)', () => {
    const replicas = led();
    replicas.replica(1).append(recordsOf('a'), 1, null);
    replicas.elect(2);
    expect([replicas.replica(1).role, replicas.replica(1).log.logEndOffset]).toEqual(['follower', 1]);
  });

  test('without any leader a replica waits', () => {
    const replicas = led();
    replicas.elect(-1);
    expect(replicas.replica(1).role).toBe('none');
  });
});

test('old and repeated news are ignored', () => {
  const replicas = led();
  const news = replicas.record;
  replicas.elect(2);
  expect(replicas.replica(1).apply(news)).toBe(false);
  expect(replicas.replica(1).apply(replicas.record)).toBe(false);
  expect(replicas.replica(1).leader).toBe(2);
});

test('a produce completes with an error when the ISR fell under the minimum meanwhile', () => {
  const replicas = led({ 'min.insync.replicas': 2 });
  const { heard, complete } = outcomes();
  const leader = replicas.replica(1);
  leader.append(recordsOf('a'), -1, complete);
  replicas.change({ isr: [1] });
  // The high watermark stands still, so that nothing completes, rightly or wrongly.
  expect(heard).toEqual([]);
  leader.stopWaiting(complete);
  replicas.change({ isr: [1, 2, 3] });
  for (let i = 0; i < 2; i++) for (const follower of [2, 3]) replicas.fetch(follower);
  expect([leader.highWatermark, heard]).toEqual([1, []]);
});

test('log.flush.interval.messages flushes on the way', () => {
  const replicas = led({ 'log.flush.interval.messages': 2 });
  const leader = replicas.replica(1);
  leader.append(recordsOf('a'), 1, null);
  expect(leader.log.flushedOffset).toBe(0);
  leader.append(recordsOf('b'), 1, null);
  expect(leader.log.flushedOffset).toBe(2);
});

test('truncation takes the high watermark with it', () => {
  const replicas = led();
  const follower = replicas.replica(2);
  for (const value of ['a', 'b']) replicas.replica(1).append(recordsOf(value), 1, null);
  replicas.fetch(2);
  follower.followHighWatermark(2);
  follower.truncateTo(1);
  expect([follower.log.logEndOffset, follower.highWatermark]).toEqual([1, 1]);
});
