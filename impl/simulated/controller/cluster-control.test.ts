import { describe, expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { Rules } from '../rules/rules.ts';
import { ScriptedControlPlane } from './testing/scripted-control-plane.ts';

const SESSION_MS = 9000;

function started(configuration: Record<string, number> = {}): ScriptedControlPlane {
  const plane = new ScriptedControlPlane({
    'broker.session.timeout.ms': SESSION_MS,
    'min.insync.replicas': 2,
    ...configuration,
  });
  plane.start(3);
  plane.replication.createTopic('t', 1, 3);
  return plane;
}

describe('registration', () => {
  test('a broker is fenced at first, and its epoch is the offset of its registration', () => {
    const plane = new ScriptedControlPlane();
    const before = plane.log.endOffset;
    expect(plane.register(1)).toBe(before);
    expect(plane.log.image.brokers.get(1)).toMatchObject({ brokerEpoch: before, fenced: true });
  });

  test('a second process under one id is refused while the session of the first is valid', () => {
    const plane = started();
    expect(plane.register(1)).toBe(-1);
    expect(plane.hits('duplicate-registration-refused')).toBe(1);
    plane.wait(SESSION_MS);
    expect(plane.register(1)).toBeGreaterThan(0);
  });

  test('the same incarnation gets the same epoch again when its response was lost', () => {
    const plane = started();
    const { incarnationId, brokerEpoch } = plane.log.image.brokers.get(1)!;
    const again = plane.brokers.register({ api: 62, brokerId: 1, incarnationId, previousBrokerEpoch: -1 });
    expect(again).toMatchObject({ error: Errors.NONE, brokerEpoch });
    expect(plane.log.image.isActive(1)).toBe(true);
  });

  test('a new epoch for the same incarnation would make its own heartbeats stale (KAFKA-16952)', () => {
    const plane = new ScriptedControlPlane({}, { brokerEpochOnReRegistration: (_, next) => next });
    plane.start(1);
    const { incarnationId, brokerEpoch } = plane.log.image.brokers.get(1)!;
    plane.brokers.register({ api: 62, brokerId: 1, incarnationId, previousBrokerEpoch: -1 });
    expect(plane.log.image.isActive(1)).toBe(true);
    expect(plane.beat(1, { brokerEpoch }).error).toBe(Errors.STALE_BROKER_EPOCH);
  });

  test('a broker stays an eligible leader replica after a clean shutdown (KIP-966)', () => {
    const plane = started({ 'min.insync.replicas': 2 });
    for (const broker of [3, 2]) plane.fence(broker);
    expect(plane.partition('t-0')).toMatchObject({ isr: [1], elr: [2] });
    plane.register(2);
    expect(plane.partition('t-0').elr).toEqual([2]);
    expect(plane.hits('unclean-shutdown-detected')).toBe(0);
  });

  test('a broker is no eligible leader replica after an unclean shutdown', () => {
    const plane = started();
    for (const broker of [3, 2]) plane.fence(broker);
    plane.register(2, -1);
    expect(plane.partition('t-0')).toMatchObject({ isr: [1], elr: [] });
    expect(plane.hits('unclean-shutdown-detected')).toBe(1);
  });
});

describe('a heartbeat', () => {
  test('unfences a broker whose metadata has its own registration', () => {
    const plane = new ScriptedControlPlane();
    const epoch = plane.register(1);
    expect(plane.beat(1, { currentMetadataOffset: epoch - 1 })).toMatchObject({
      isCaughtUp: false,
      isFenced: true,
    });
    expect(plane.beat(1, { currentMetadataOffset: epoch })).toMatchObject({
      isCaughtUp: true,
      isFenced: false,
    });
  });

  test('does not unfence a broker that wants to stay fenced', () => {
    const plane = new ScriptedControlPlane();
    plane.register(1);
    expect(plane.beat(1, { wantFence: true }).isFenced).toBe(true);
  });

  test('of an unknown broker, or of an old incarnation, is refused', () => {
    const plane = started();
    expect(plane.beat(9).error).toBe(Errors.BROKER_ID_NOT_REGISTERED);
    expect(plane.beat(1, { brokerEpoch: 999 }).error).toBe(Errors.STALE_BROKER_EPOCH);
  });

  test('with wantFence removes the broker from all its leaderships', () => {
    const plane = started();
    plane.fence(1);
    expect(plane.partition('t-0')).toMatchObject({ leader: 2, isr: [2, 3], leaderEpoch: 1 });
  });
});

describe('a session', () => {
  test('fences the broker when it runs out, and not a millisecond earlier', () => {
    const plane = started();
    plane.wait(SESSION_MS - 1);
    for (const broker of [2, 3]) plane.beat(broker);
    expect(plane.log.image.isActive(1)).toBe(true);
    plane.wait(1);
    expect([1, 2, 3].map((broker) => plane.log.image.isActive(broker))).toEqual([false, true, true]);
    expect(plane.partition('t-0')).toMatchObject({ leader: 2, isr: [2, 3] });
    expect(plane.hits('broker-session-expired')).toBe(1);
  });

  test('is renewed by every heartbeat', () => {
    const plane = started();
    for (let i = 0; i < 10; i++) {
      plane.wait(SESSION_MS / 2);
      for (const broker of [1, 2, 3]) plane.beat(broker);
    }
    expect(plane.hits('broker-session-expired')).toBe(0);
  });

  test('is renewed by a heartbeat that waited too long in the queue as well (KAFKA-15019)', () => {
    const late = { api: Api.BrokerHeartbeat, currentMetadataOffset: 0, wantFence: true, wantShutDown: true };
    const activeAfterIt = (rules: Partial<Rules>): boolean => {
      const plane = new ScriptedControlPlane({ 'broker.session.timeout.ms': SESSION_MS }, rules);
      plane.start(1);
      plane.wait(SESSION_MS - 1);
      const answer = plane.brokers.expiredHeartbeat({ ...late, brokerId: 1, brokerEpoch: plane.epochOf(1) });
      expect(answer.error).toBe(Errors.REQUEST_TIMED_OUT);
      plane.wait(SESSION_MS - 1);
      return plane.log.image.isActive(1);
    };
    expect(activeAfterIt({})).toBe(true);
    expect(activeAfterIt({ expiredHeartbeatCounts: () => false })).toBe(false);
  });

  test('starts again with a broker that registers again', () => {
    const plane = started();
    plane.wait(2 * SESSION_MS);
    expect(plane.log.image.isActive(1)).toBe(false);
    plane.register(1);
    plane.beat(1);
    plane.wait(SESSION_MS - 1);
    expect(plane.log.image.isActive(1)).toBe(true);
  });

  test('of every broker starts again with a new controller', () => {
    const plane = started();
    plane.log.commit();
    plane.wait(SESSION_MS - 1);
    plane.brokers.start();
    plane.wait(SESSION_MS - 1);
    expect(plane.log.image.isActive(1)).toBe(true);
  });
});

describe('two sessions that run out together', () => {
  /** Brokers 1 and 2 stop sending heartbeats at once; broker 3 continues. */
  function afterSilence(rules: Partial<Rules> = {}): ScriptedControlPlane {
    const plane = new ScriptedControlPlane({ 'broker.session.timeout.ms': SESSION_MS }, rules);
    plane.start(3);
    plane.replication.createTopic('t', 1, 3);
    for (const broker of [1, 2]) plane.beat(broker);
    plane.wait(SESSION_MS / 2);
    plane.beat(3);
    plane.wait(SESSION_MS / 2);
    return plane;
  }

  test('are ended one after the other, each on the state that the previous one left', () => {
    const plane = afterSilence();
    expect(plane.partition('t-0')).toMatchObject({ leader: 3, isr: [3] });
    expect(plane.hits('broker-session-expired')).toBe(2);
  });

  test('ended on one state: the second record adds the first broker to the ISR again (KAFKA-13173)', () => {
    const plane = afterSilence({ sessionsEndedAtOnce: (expired) => expired });
    expect(plane.partition('t-0').isr).toContain(1);
    expect(plane.log.image.isActive(1)).toBe(false);
  });
});

describe('controlled shutdown', () => {
  test('hands leaderships over, waits until all other brokers know it, then ends', () => {
    const plane = started();
    expect(plane.beat(1, { wantShutDown: true }).shouldShutDown).toBe(false);
    expect(plane.partition('t-0')).toMatchObject({ leader: 2, isr: [2, 3] });
    expect(plane.log.image.isActive(1)).toBe(false);
    expect(plane.log.image.brokers.get(1)).toMatchObject({ fenced: false, inControlledShutdown: true });
    plane.beat(2);
    expect(plane.beat(1, { wantShutDown: true }).shouldShutDown).toBe(false);
    plane.beat(3);
    expect(plane.beat(1, { wantShutDown: true })).toMatchObject({ shouldShutDown: true, isFenced: true });
  });

  test('ends at once for a fenced broker, which leads nothing', () => {
    const plane = started();
    plane.fence(1);
    expect(plane.beat(1, { wantShutDown: true }).shouldShutDown).toBe(true);
  });

  test('ends at once for the last broker: there is none left to wait for', () => {
    const plane = new ScriptedControlPlane();
    plane.start(1);
    plane.replication.createTopic('t', 1, 1);
    expect(plane.beat(1, { wantShutDown: true }).shouldShutDown).toBe(true);
    expect(plane.partition('t-0')).toMatchObject({ leader: -1, isr: [], elr: [1] });
  });
});
