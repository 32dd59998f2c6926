/** Brokers leave and come back, and a request about them arrives when it is no longer true. */
import type { Fault, Trigger } from '../../../../impl/plan/plan.ts';
import type { FaultBody } from '../../draws/bodies.ts';
import { pick } from '../../draws/pick.ts';
import { CONTROLLERS_AT_MOST, cutOff, type Incident, type IncidentStep, numberOf } from './incident.ts';

/** A registration that was given up is sent and answered again within this time. */
const REGISTERS_AGAIN_MS = 150;

/** The broker's next AlterPartition after the trigger is late, at whichever controller is active. */
function onTheWay(from: string, to: readonly string[], at: Trigger, delayMs: number): IncidentStep[] {
  const message = { kind: 'message', effect: 'delay', api: 'AlterPartition', type: 'request' } as const;
  return to.slice(0, CONTROLLERS_AT_MOST).map((controller): IncidentStep => ({
    is: 'fault',
    at,
    body: { ...message, from, to: controller, delayMs },
  }));
}

const UNFENCED: Trigger = { probe: 'broker-unfenced', count: 1, plusMs: 0 };
const proposedBy = (node: string): Trigger => ({
  probe: 'isr-expansion-proposed',
  node,
  count: 1,
  plusMs: 0,
});

/**
 * An AlterPartition that adds a broker to the ISR arrives when that broker is gone again (KIP-903). It has lost its
 * disk or power meanwhile. In three quarters of the cases it is also cut off, so that it cannot copy the records
 * again.
 */
export const staleIsrRequest: Incident = ({ peer, place, variant, forMs, gapsMs }, context) => {
  const { targets, victim, others, next } = context;
  const leader = pick(others, peer);
  const restartAfterMs = Math.max(...gapsMs.slice(0, 3));
  const soonMs = Math.min(...gapsMs);
  const goneAgain: Trigger = { probe: 'controlled-shutdown', count: 2, plusMs: soonMs };
  const loss = variant % 3 === 0 ? 'power-loss' : 'disk-loss';
  const elsewhere = targets.brokers.filter((name) => name !== victim);
  return [
    { is: 'move', atMs: next(), place, broker: numberOf(leader) },
    { is: 'fault', at: { ms: next() }, body: { kind: 'shutdown', node: victim, restartAfterMs } },
    ...onTheWay(leader, targets.controllers, UNFENCED, 500 + (forMs % 2_000)),
    { is: 'fault', at: proposedBy(leader), body: { kind: 'shutdown', node: victim, restartAfterMs: null } },
    { is: 'fault', at: goneAgain, body: { kind: loss, node: victim, restartAfterMs: soonMs } },
    ...(variant % 4 === 0 ? [] : [cutOff(goneAgain, victim, elsewhere, 1_000 + forMs)]),
  ];
};

/**
 * An AlterPartition that adds a broker to the ISR is late and is sent again:
 * 1. When the copy arrives, the broker is fenced, and the copy is refused.
 * 2. The broker is unfenced.
 * 3. The first request arrives before the leader has received a fetch of the broker again.
 */
export const staleIsrRequestAfterFencing: Incident = ({ peer, place, variant, gapsMs }, context) => {
  const { targets, victim, others, next } = context;
  const { sessionMs, requestMs } = context.timeouts;
  const leader = pick(others, peer);
  const elsewhere = targets.brokers.filter((name) => name !== victim);
  const refused: Trigger = { probe: 'alter-partition-refused', count: 1, plusMs: 0 };
  // The copy arrives when the session of the victim is over.
  const repeatedMs = 100 + Math.max(0, sessionMs - requestMs);
  const copies = repeatedMs < requestMs ? 1 : Math.ceil(sessionMs / requestMs);
  const silentMs = 200 + (copies === 1 ? requestMs + repeatedMs : (copies + 1) * requestMs);
  const silent: FaultBody<Fault & { kind: 'partition' }> = {
    kind: 'partition',
    side: [victim],
    other: [...targets.controllers],
    direction: 'side-to-other',
    effect: 'hold',
    forMs: silentMs,
  };
  const active = [pick(targets.controllers, variant)];
  // The first request after the trigger is the first to be late.
  const afterThat: Trigger = { ...UNFENCED, plusMs: 1 };
  const restartAfterMs = Math.max(...gapsMs.slice(0, 3));
  return [
    { is: 'move', atMs: next(), place, broker: numberOf(leader) },
    { is: 'fault', at: { ms: next() }, body: { kind: 'shutdown', node: victim, restartAfterMs } },
    ...onTheWay(leader, targets.controllers, UNFENCED, silentMs + pick(gapsMs, variant)),
    { is: 'fault', at: proposedBy(leader), body: silent },
    cutOff(refused, victim, elsewhere, silentMs),
    ...Array.from({ length: copies }, () => onTheWay(leader, active, afterThat, repeatedMs)).flat(),
  ];
};

/**
 * A broker comes back; its registration is late, given up, sent again and answered, and then the first copy arrives
 * (KAFKA-16952). The broker shuts down cleanly before, so that its old session does not cause a refusal.
 */
export const lateRegistration: Incident = (
  { variant, forMs, gapsMs },
  { targets, victim, timeouts, next },
) => {
  const at = { ms: next() };
  const restartAfterMs = forMs % 1_000;
  const message = { kind: 'message', effect: 'delay', api: 'BrokerRegistration', type: 'request' } as const;
  const delayMs = timeouts.requestMs + REGISTERS_AGAIN_MS + pick(gapsMs, variant);
  return [
    { is: 'fault', at, body: { kind: 'shutdown', node: victim, restartAfterMs } },
    ...targets.controllers.slice(0, CONTROLLERS_AT_MOST).map((to): IncidentStep => ({
      is: 'fault',
      at,
      body: { ...message, from: victim, to, delayMs },
    })),
  ];
};

/** Brokers leave one after the other until one is left, and that one is struck too (KIP-966). */
export const lastReplicaStanding: Incident = (
  { peer, variant, forMs },
  { targets, victim, others, next },
) => {
  const leaving = others.map((_, i) => pick(others, peer + i));
  const left = leaving.map((node, i): IncidentStep => {
    const at = { ms: next() };
    if ((variant + i) % 3 === 0)
      return { is: 'fault', at, body: { kind: 'crash', node, restartAfterMs: forMs } };
    if ((variant + i) % 3 === 1) {
      return { is: 'fault', at, body: { kind: 'shutdown', node, restartAfterMs: forMs } };
    }
    const cut = { direction: 'both', effect: 'lose', forMs } as const;
    return {
      is: 'fault',
      at,
      body: { kind: 'partition', side: [node], other: [...targets.controllers, victim], ...cut },
    };
  });
  const kind = variant % 4 === 0 ? 'crash' : 'power-loss';
  const restartAfterMs = variant % 5 === 0 ? null : next() % 1_000;
  return [...left, { is: 'fault', at: { ms: next() }, body: { kind, node: victim, restartAfterMs } }];
};
