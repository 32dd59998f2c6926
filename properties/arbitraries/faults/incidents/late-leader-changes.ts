/** A leader changes, and a replica learns of it late, out of order or not at all. */
import { pick } from '../../draws/pick.ts';
import { CONTROLLERS_AT_MOST, cutOff, GAPS, type Incident, type IncidentStep, numberOf } from './incident.ts';

/**
 * A broker receives nothing from the controller and goes on serving while leadership leaves it, or comes to it, and
 * goes back: it misses leader epochs (KIP-320, KAFKA-7164).
 */
export const missedLeaderEpochs: Incident = (
  { place, peer, variant, forMs },
  { targets, victim, others, next },
) => {
  const isolated: IncidentStep = {
    is: 'fault',
    at: { ms: next() },
    body: {
      kind: 'partition',
      side: [...targets.controllers],
      other: [victim],
      direction: variant % 3 === 0 ? 'both' : 'side-to-other',
      effect: variant % 2 === 0 ? 'hold' : 'lose',
      forMs,
    },
  };
  const home = variant % 4 === 0 ? pick(others, peer + 1) : victim;
  const away = pick(
    targets.brokers.filter((name) => name !== home),
    peer,
  );
  const tour = variant < 50 ? [home, away, home] : [away, home, away, home];
  const moves = tour.map((broker): IncidentStep => ({
    is: 'move',
    atMs: next(),
    place,
    broker: numberOf(broker),
  }));
  // The partition may begin before the first move or after it.
  const [first, ...rest] = moves;
  return variant % 5 === 0 && first !== undefined ? [first, isolated, ...rest] : [isolated, ...moves];
};

/**
 * A leader is replaced and elected again before it learns of either change:
 * 1. The leader has records that one follower has and another has not.
 * 2. The follower without them is elected, which makes the other one truncate.
 * 3. The former leader is elected again.
 */
export const reelectedBeforeItKnew: Incident = (
  { peer, place, forMs },
  { targets, victim, others, next },
) => {
  const behind = pick(others, peer);
  const ahead = others.filter((name) => name !== behind);
  const lagMs = 200 + (forMs % 800);
  const cut = cutOff({ ms: next() }, victim, [behind], lagMs);
  const isolated: IncidentStep = {
    is: 'fault',
    at: { ms: next() },
    body: {
      kind: 'partition',
      side: [...targets.controllers],
      other: [victim],
      direction: 'side-to-other',
      effect: 'hold',
      forMs: 300 + (forMs % 700),
    },
  };
  const away: IncidentStep = { is: 'move', atMs: next(), place, broker: numberOf(behind) };
  const backMs = next();
  const back: IncidentStep = { is: 'move', atMs: backMs, place, broker: numberOf(victim) };
  const silent = ahead.length === 0 ? [] : [cutOff({ ms: backMs }, victim, ahead, 1_000)];
  return [cut, isolated, away, back, ...silent];
};

/**
 * Leadership goes away and comes back at once; for a moment two brokers live in a past epoch (KIP-320):
 * 1. A follower learns of the first change when the second has been made, and of the second still later.
 * 2. The leader in between never learns that it led.
 */
export const lateMetadata: Incident = ({ peer, place, forMs, gapsMs }, { targets, victim, others, next }) => {
  const between = pick(others, peer);
  const follower = others.find((name) => name !== between);
  if (follower === undefined) return [];
  const move = (atMs: number, to: string): IncidentStep => ({
    is: 'move',
    atMs,
    place,
    broker: numberOf(to),
  });
  const [first, second, third] = [0, 1, 2].map((i) => pick(gapsMs, GAPS - 1 - i) % 100);
  const begin = move(next(), victim);
  const awayMs = next();
  const deafMs = awayMs + 10 + (first ?? 0);
  const backMs = deafMs + 1 + (second ?? 0);
  const isolated: IncidentStep = {
    is: 'fault',
    at: { ms: deafMs },
    body: {
      kind: 'partition',
      side: [...targets.controllers],
      other: [between],
      direction: 'side-to-other',
      effect: 'lose',
      forMs: 500 + (forMs % 1_500),
    },
  };
  // The follower learns of the first change when the second is made, and of the second when it has acted on the
  // first.
  const answer = { kind: 'message', effect: 'delay', api: 'FetchMetadata', type: 'response' } as const;
  const lateMs = [backMs - awayMs + 100 + (forMs % 400), 50 + (forMs % 300) + (third ?? 0)];
  const late = lateMs.flatMap((delayMs) =>
    targets.controllers.slice(0, CONTROLLERS_AT_MOST).map((from): IncidentStep => ({
      is: 'fault',
      at: { ms: awayMs },
      body: { ...answer, from, to: follower, delayMs },
    })),
  );
  return [begin, ...late, move(awayMs, between), isolated, move(backMs, victim)];
};

/**
 * Followers ask a leader where to truncate, or for records. The leader is elected again before they get the response,
 * so that it comes from the right broker but from a past epoch (KAFKA-7786).
 */
export const lateAnswers: Incident = ({ peer, place, variant, forMs }, { victim, others, next }) => {
  const atMs = next();
  const away = next();
  const back = next();
  const api = variant % 3 === 0 ? 'Fetch' : 'OffsetsForLeaderEpoch';
  const delayMs = back - atMs + 20 + (forMs % 200);
  const move = (ms: number, to: string): IncidentStep => ({
    is: 'move',
    atMs: ms,
    place,
    broker: numberOf(to),
  });
  return [
    ...others.map((to): IncidentStep => ({
      is: 'fault',
      at: { ms: atMs },
      body: { kind: 'message', effect: 'delay', from: victim, to, api, type: 'response', delayMs },
    })),
    move(atMs, victim),
    move(away, pick(others, peer)),
    move(back, victim),
  ];
};
