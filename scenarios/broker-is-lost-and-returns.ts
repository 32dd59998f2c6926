import {
  compare,
  decided,
  decidedAtMs,
  brokenPromises,
  endOf,
  finalLog,
  inSync,
  leaders,
} from './account.ts';
import { scenario } from './scenario.ts';
import { crash, send } from './story.ts';

const CRASHES_AT_MS = 3_000;
const RETURNS_AT_MS = 18_000;
const SESSION_MS = 9_000;
const HEARTBEAT_MS = 2_000;

export const brokerIsLostAndReturns = scenario({
  name: 'broker-is-lost-and-returns',
  theme: 'Brokers and controllers',
  title: 'A broker that dies is missed when its session runs out, and is a new one when it registers again',
  teaches:
    'A broker registers with the active controller and from then on sends it a heartbeat every broker.heartbeat.interval.ms (KIP-631). Nobody tells the controller that a broker is dead: it hears nothing for broker.session.timeout.ms, fences the broker, takes it out of every ISR, and moves every leadership that it had. The broker that comes back is a new incarnation, under a new broker epoch: it is registered fenced, is unfenced when it has caught up with the metadata, and is let into the ISR when it has caught up with the log.',
  outcome:
    'Nobody leads for seven to nine seconds, until the session of broker 1 runs out; then broker 2 does. Broker 1 returns as a follower and is in sync again.',
  story: {
    brokers: 3,
    configuration: {
      acks: 'all',
      'min.insync.replicas': 2,
      'broker.session.timeout.ms': SESSION_MS,
      'broker.heartbeat.interval.ms': HEARTBEAT_MS,
    },
    expect: ['no-loss'],
    steps: [
      send(1, 2_500),
      crash('broker-1', CRASHES_AT_MS, RETURNS_AT_MS - CRASHES_AT_MS),
      send(2, 5_000),
      send(3, 24_000),
    ],
  },
  judge: (result) => {
    const missedAtMs = decidedAtMs(result, 'broker-session-expired', 1);
    const lastHeartbeatMs = missedAtMs - SESSION_MS;
    return [
      ...compare('sessions that ran out', decided(result, 'broker-session-expired'), [1]),
      ...compare(
        'the last heartbeat came in time',
        lastHeartbeatMs > CRASHES_AT_MS - 1.1 * HEARTBEAT_MS && lastHeartbeatMs < CRASHES_AT_MS + 10,
        true,
      ),
      ...compare('who was fenced', decided(result, 'broker-fenced'), [1]),
      ...compare('who registered', decided(result, 'broker-registered'), [1]),
      ...compare('who was unfenced', decided(result, 'broker-unfenced'), [1]),
      ...compare(
        'it registered when it was back',
        decidedAtMs(result, 'broker-registered', 1) > RETURNS_AT_MS,
        true,
      ),
      ...compare('the leaders', leaders(result), [1, 2]),
      ...compare('the replicas in sync', inSync(result), ['1,2,3', '2,3', '1,2,3']),
      ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
      ...compare('the final log', finalLog(result), ['v1', 'v2', 'v3']),
      ...compare('broken promises', brokenPromises(result), []),
    ];
  },
});
