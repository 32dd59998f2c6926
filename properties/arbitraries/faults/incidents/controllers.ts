/** Controllers fail, pause, or go on as leaders of a quorum that has elected another one. */
import type { Trigger } from '../../../../impl/plan/plan.ts';
import { pick } from '../../draws/pick.ts';
import { CONTROLLERS_AT_MOST, type Incident, type IncidentStep } from './incident.ts';

/** A controller pauses for about a session and then finds heartbeats that have waited all that time (KAFKA-15019). */
export const slowController: Incident = ({ peer, variant, gapsMs }, { targets, timeouts, next }) => {
  const { pausable } = targets;
  if (pausable.length === 0) return [];
  const twice = variant % 2 === 0 ? 1 : 2;
  return Array.from({ length: twice }, (): IncidentStep => {
    const forMs = Math.floor((timeouts.sessionMs * (60 + (variant % 50))) / 100);
    const at = { ms: next() + Math.min(...gapsMs) };
    return { is: 'fault', at, body: { kind: 'pause', node: pick(pausable, peer), forMs } };
  });
};

/**
 * Two quick elections of the quorum (figure 8 of the Raft paper, KAFKA-12619):
 * 1. A minority is cut off, perhaps with the leader and its uncommitted records.
 * 2. The controller that the others elect may be cut off at once.
 * 3. The next leader crashes while the others fetch from it.
 */
export const twoElections: Incident = ({ victim, peer, variant, forMs, gapsMs }, { targets, next }) => {
  const { quorum } = targets;
  const ring = quorum.map((_, i) => pick(quorum, victim + i));
  const minority = ring.slice(0, quorum.length >> 1);
  const rest = ring.filter((name) => !minority.includes(name));
  const second = pick(rest, peer);
  const cut = { kind: 'partition', direction: 'both', effect: 'lose' } as const;
  const elected = (count: number, plusMs: number): Trigger => ({
    probe: 'quorum-leader-elected',
    count,
    plusMs,
  });
  const soonMs = Math.min(...gapsMs) % 20;
  const steps: IncidentStep[] = [
    { is: 'fault', at: { ms: next() }, body: { ...cut, side: minority, other: rest, forMs: 1_000 + forMs } },
    {
      is: 'fault',
      at: elected(1, 0),
      body: { ...cut, side: [second], other: quorum.filter((name) => name !== second), forMs },
    },
    {
      is: 'fault',
      at: elected(2, soonMs),
      body: {
        kind: 'crash',
        node: pick(minority, variant),
        restartAfterMs: variant % 3 === 0 ? forMs : null,
      },
    },
  ];
  // A controller that has just caught up may crash with it.
  if (variant % 2 === 0) {
    const node = pick(rest, peer + 1);
    steps.push({ is: 'fault', at: elected(2, soonMs), body: { kind: 'crash', node, restartAfterMs: forMs } });
  }
  return steps;
};

/**
 * A former leader of the quorum does not know yet that it was replaced (KAFKA-14154):
 * 1. The leader is cut off, and brokers turn to its successor.
 * 2. A replica leaves the in-sync replicas and comes back.
 * 3. Just then the other controllers crash, and the brokers bring the former leader state that it has not seen.
 */
export const zombieController: Incident = ({ victim, forMs, gapsMs }, context) => {
  const { quorum } = context.targets;
  // It resigns after one and a half times this; by then the others must have elected a leader and lost it.
  const patienceMs = 2_000 + (forMs % 2_000);
  const zombie = pick(quorum, victim);
  const others = quorum.filter((name) => name !== zombie);
  const activated: Trigger = { probe: 'controller-activated', count: 1, plusMs: 0 };
  const cut = { direction: 'both', effect: 'lose', forMs: 2 * patienceMs } as const;
  const turning = [context.victim, ...context.others].map((from): IncidentStep => ({
    is: 'fault',
    at: activated,
    body: { kind: 'break-connections', from, to: zombie },
  }));
  const failing = others.map((node): IncidentStep => ({
    is: 'fault',
    at: { probe: 'isr-expansion-proposed', count: 1, plusMs: 0 },
    body: { kind: 'crash', node, restartAfterMs: 500 + forMs },
  }));
  return [
    {
      is: 'fault',
      at: { ms: context.next() },
      body: { kind: 'partition', side: [zombie], other: others, ...cut },
    },
    ...turning,
    {
      is: 'fault',
      at: { ...activated, plusMs: Math.min(...gapsMs) },
      // Soon: it is killed while it shuts down, and registers again without waiting for the end of its session.
      body: { kind: 'shutdown', node: context.victim, restartAfterMs: 20 + (forMs % 100) },
    },
    ...failing,
    { is: 'setting', property: 'controller.quorum.fetch.timeout.ms', value: patienceMs },
    { is: 'setting', property: 'controller.quorum.election.timeout.ms', value: 100 },
  ];
};

/**
 * The leader of the quorum stays away for good, where the others can do without it. Every controller that leads
 * before it crashes and comes back as a follower (KIP-996).
 */
export const leaderGoneForGood: Incident = ({ victim, forMs, gapsMs }, { targets, next }) => {
  const { quorum, outsideCore } = targets;
  const [gone = pick(quorum, victim)] = outsideCore.filter((name) => quorum.includes(name));
  const elected = (node: string): Trigger => ({
    probe: 'quorum-leader-elected',
    node,
    count: 1,
    plusMs: Math.max(...gapsMs),
  });
  const others = quorum.filter((name) => name !== gone).slice(0, CONTROLLERS_AT_MOST);
  return [
    { is: 'fault', at: elected(gone), body: { kind: 'crash', node: gone, restartAfterMs: null } },
    ...others.map((node): IncidentStep => ({
      is: 'fault',
      at: elected(node),
      body: { kind: 'crash', node, restartAfterMs: forMs },
    })),
    { is: 'fault', at: { ms: next() }, body: { kind: 'crash', node: gone, restartAfterMs: null } },
  ];
};
