import { describe, expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { Admin } from './admin.ts';
import type { AdminOutcome } from './admin.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

function scene(configuration: Record<string, number> = {}): { cluster: ScriptedCluster; admin: Admin } {
  const cluster = new ScriptedCluster(3);
  cluster.topic('orders', [1]);
  const admin = cluster.start((context, settings, directory) => new Admin(context, settings, directory), {
    'request.timeout.ms': 300,
    'default.api.timeout.ms': 2000,
    ...configuration,
  });
  cluster.run(10);
  return { cluster, admin };
}

/** The controller answers its nth request with the nth step; the rest with success. */
function answers(cluster: ScriptedCluster, steps: readonly (ErrorCode | 'silence')[]): void {
  let next = 0;
  cluster.script = (request) => {
    if (
      request.api !== Api.CreateTopics &&
      request.api !== Api.DeleteTopics &&
      request.api !== Api.ElectLeaders &&
      request.api !== Api.AlterPartitionReassignments
    ) {
      return undefined;
    }
    const step = steps[next++];
    return step === undefined || step === 'silence' ? step : { api: request.api, error: step };
  };
}

function outcomeOf(
  cluster: ScriptedCluster,
  start: (complete: (outcome: AdminOutcome) => void) => void,
): AdminOutcome {
  let outcome: AdminOutcome | null = null;
  start((completed) => (outcome = completed));
  cluster.run(2500);
  if (outcome === null) throw new Error('not complete');
  return outcome;
}

describe('create-topic', () => {
  test.each<[string, (ErrorCode | 'silence')[], AdminOutcome]>([
    ['done', [], { type: 'ok' }],
    ['exists already', [Errors.TOPIC_ALREADY_EXISTS], { type: 'fail', error: 'TOPIC_ALREADY_EXISTS' }],
    [
      'exists after a lost attempt, whose work it is',
      ['silence', Errors.TOPIC_ALREADY_EXISTS],
      { type: 'ok' },
    ],
    [
      'too few brokers',
      [Errors.INVALID_REPLICATION_FACTOR],
      { type: 'fail', error: 'INVALID_REPLICATION_FACTOR' },
    ],
    [
      'too few brokers after a lost attempt, which may arrive yet',
      ['silence', Errors.INVALID_REPLICATION_FACTOR],
      { type: 'unknown', error: 'INVALID_REPLICATION_FACTOR' },
    ],
    ['not the controller at first', [Errors.NOT_CONTROLLER], { type: 'ok' }],
    [
      'never answered',
      ['silence', 'silence', 'silence', 'silence', 'silence', 'silence', 'silence'],
      { type: 'unknown', error: 'REQUEST_TIMED_OUT' },
    ],
  ])('%s', (_, steps, expected) => {
    const { cluster, admin } = scene();
    answers(cluster, steps);
    expect(outcomeOf(cluster, (done) => admin.createTopic('payments', 3, 3, done))).toEqual(expected);
    expect(cluster.requests(Api.CreateTopics).every(({ node }) => node === 'controller-1')).toBe(true);
  });
});

describe('delete-topic', () => {
  test.each<[string, (ErrorCode | 'silence')[], AdminOutcome]>([
    ['done', [], { type: 'ok' }],
    [
      'there is none',
      [Errors.UNKNOWN_TOPIC_OR_PARTITION],
      { type: 'fail', error: 'UNKNOWN_TOPIC_OR_PARTITION' },
    ],
    [
      'there is no topic after a lost attempt, which may have deleted it',
      ['silence', Errors.UNKNOWN_TOPIC_OR_PARTITION],
      { type: 'unknown', error: 'UNKNOWN_TOPIC_OR_PARTITION' },
    ],
  ])('%s', (_, steps, expected) => {
    const { cluster, admin } = scene();
    answers(cluster, steps);
    expect(outcomeOf(cluster, (done) => admin.deleteTopic('orders', done))).toEqual(expected);
  });
});

describe('elect-leader', () => {
  test.each<[ErrorCode, AdminOutcome]>([
    [Errors.NONE, { type: 'ok' }],
    [Errors.ELECTION_NOT_NEEDED, { type: 'ok' }],
    [Errors.PREFERRED_LEADER_NOT_AVAILABLE, { type: 'fail', error: 'PREFERRED_LEADER_NOT_AVAILABLE' }],
    [Errors.ELIGIBLE_LEADERS_NOT_AVAILABLE, { type: 'fail', error: 'ELIGIBLE_LEADERS_NOT_AVAILABLE' }],
  ])('error %i', (error, expected) => {
    const { cluster, admin } = scene();
    answers(cluster, [error]);
    expect(outcomeOf(cluster, (done) => admin.electLeader('unclean', 'orders', 0, done))).toEqual(expected);
  });
});

describe('move-leader', () => {
  test('puts the broker first and requests a preferred election', () => {
    const { cluster, admin } = scene();
    expect(outcomeOf(cluster, (done) => admin.moveLeader('orders', 0, 3, done))).toEqual({ type: 'ok' });
    expect(cluster.requests(Api.AlterPartitionReassignments)[0]?.body).toMatchObject({
      partition: 'orders-0',
      replicas: [3, 1, 2],
    });
    expect(cluster.requests(Api.ElectLeaders)[0]?.body).toMatchObject({
      election: 'preferred',
      partition: 'orders-0',
    });
  });

  test('to a broker without a replica fails before anything is sent', () => {
    const { cluster, admin } = scene();
    expect(outcomeOf(cluster, (done) => admin.moveLeader('orders', 0, 9, done))).toEqual({
      type: 'fail',
      error: 'INVALID_REPLICA_ASSIGNMENT',
    });
    expect(cluster.requests(Api.AlterPartitionReassignments)).toHaveLength(0);
  });

  test('that fails after the new order took effect is unknown', () => {
    const { cluster, admin } = scene();
    answers(cluster, [Errors.NONE, Errors.PREFERRED_LEADER_NOT_AVAILABLE]);
    expect(outcomeOf(cluster, (done) => admin.moveLeader('orders', 0, 3, done))).toEqual({
      type: 'unknown',
      error: 'PREFERRED_LEADER_NOT_AVAILABLE',
    });
  });
});
