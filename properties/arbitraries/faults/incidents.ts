/**
 * Stories that operations people tell, with every time and name drawn: several things that must come
 * together in one order before replication has anything to decide. Lone faults rarely meet like that.
 */
import fc from 'fast-check';

import type { Fault, Trigger } from '../../../impl/plan/plan.ts';
import type { ConfigurationValue } from '../../../model/configuration/property.ts';
import type { PropertyName } from '../../../model/configuration/catalogue.ts';
import type { FaultTargets } from './fault-recipe.ts';
import { logUniform } from '../draws/magnitude.ts';
import { choice, percent, pick, pickWeighted } from '../draws/pick.ts';
import type { Timeline } from '../draws/timeline.ts';
import { droppable } from '../draws/shrinkable-list.ts';

type Body<F extends Fault = Fault> = F extends Fault ? Omit<F, 'id' | 'at'> : never;

/**
 * A leader move, to the broker with this number; a fault when its trigger fires; or a property that gives the story
 * the time that it takes, where the user has not fixed it.
 */
export type IncidentStep =
  | { readonly is: 'move'; readonly atMs: number; readonly place: number; readonly broker: number }
  | { readonly is: 'fault'; readonly at: Trigger; readonly body: Body }
  | { readonly is: 'setting'; readonly property: PropertyName; readonly value: ConfigurationValue };

export interface IncidentRecipe {
  readonly story: number;
  readonly busyPeriod: number;
  readonly place: number;
  readonly victim: number;
  readonly peer: number;
  readonly variant: number;
  /** Used up from the left; more than any story needs. */
  readonly gapsMs: readonly number[];
  readonly forMs: number;
  /** Which of the steps happen: all, until a failure has been found that needs fewer. */
  readonly steps: readonly number[];
}

const STEPS_AT_MOST = 12;
const GAPS = 8;
/** As many as share a partition's replicas with the victim, mostly. */
const OTHERS_AT_MOST = 2;
/** A plan has room for few faults. */
const CONTROLLERS_AT_MOST = 3;
/** A registration that was given up is sent again, and answered, within this. */
const REGISTERS_AGAIN_MS = 150;

const incident: fc.Arbitrary<IncidentRecipe> = fc.record({
  story: choice,
  busyPeriod: choice,
  place: choice,
  victim: choice,
  peer: choice,
  variant: percent,
  gapsMs: fc.array(logUniform(3, 800), { minLength: GAPS, maxLength: GAPS }),
  forMs: logUniform(200, 6_000),
  steps: droppable(STEPS_AT_MOST),
});

/** In every second run. */
export const incidentsArbitrary: fc.Arbitrary<readonly IncidentRecipe[]> = fc.oneof(
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.tuple(incident) },
);

type Story = (recipe: IncidentRecipe, stage: Stage) => IncidentStep[];

/** Who is who, and when: times come one after the other. */
interface Stage {
  readonly targets: FaultTargets;
  readonly victim: string;
  readonly others: readonly string[];
  readonly pace: Pace;
  /** The time of the next step. */
  readonly next: () => number;
}

/** How long a broker's session and a client's patience last in this run. */
export interface Pace {
  readonly sessionMs: number;
  readonly requestMs: number;
}

const numberOf = (broker: string): number => Number(broker.slice('broker-'.length));

/**
 * A broker hears nothing from the controller, and goes on serving, while leadership leaves it, or comes
 * to it, and goes back: it misses epochs (KIP-320, KAFKA-7164).
 */
const missesEpochs: Story = ({ place, peer, variant, forMs }, { targets, victim, others, next }) => {
  const deaf: IncidentStep = {
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
  // It may be deaf before the first move or after it.
  const [first, ...rest] = moves;
  return variant % 5 === 0 && first !== undefined ? [first, deaf, ...rest] : [deaf, ...moves];
};

/** The next AlterPartition that the broker sends after the trigger is late, whichever of the controllers decides. */
function onTheWay(from: string, to: readonly string[], at: Trigger, delayMs: number): IncidentStep[] {
  const message = { kind: 'message', effect: 'delay', api: 'AlterPartition', type: 'request' } as const;
  return to.slice(0, CONTROLLERS_AT_MOST).map((controller): IncidentStep => ({
    is: 'fault',
    at,
    body: { ...message, from, to: controller, delayMs },
  }));
}

/** For a while nothing passes between the host and those others, either way. */
function cutOff(at: Trigger, host: string, others: readonly string[], forMs: number): IncidentStep {
  const ends = { side: [host], other: [...others] };
  return {
    is: 'fault',
    at,
    body: { kind: 'partition', ...ends, direction: 'both', effect: 'lose', forMs },
  };
}

const UNFENCED: Trigger = { probe: 'broker-unfenced', count: 1, plusMs: 0 };
const proposedBy = (node: string): Trigger => ({
  probe: 'isr-expansion-proposed',
  node,
  count: 1,
  plusMs: 0,
});

/**
 * A broker comes back and is vouched for, and goes again before the controller has heard of it; with or
 * without what it was vouched for (KIP-903). In half of the cases it cannot copy anew what it lost.
 */
const vouchedFor: Story = ({ peer, place, variant, forMs, gapsMs }, stage) => {
  const { targets, victim, others, next } = stage;
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
 * A broker comes back and is vouched for; the request is late, and when it is repeated the broker is fenced.
 * It is unfenced, and the first request arrives before its leader has heard from it again.
 */
const vouchedForTwice: Story = ({ peer, place, variant, gapsMs }, stage) => {
  const { targets, victim, others, next } = stage;
  const { sessionMs, requestMs } = stage.pace;
  const leader = pick(others, peer);
  const elsewhere = targets.brokers.filter((name) => name !== victim);
  const refused: Trigger = { probe: 'alter-partition-refused', count: 1, plusMs: 0 };
  // What is repeated arrives when the session of the victim is over.
  const repeatedMs = 100 + Math.max(0, sessionMs - requestMs);
  const copies = repeatedMs < requestMs ? 1 : Math.ceil(sessionMs / requestMs);
  const silentMs = 200 + (copies === 1 ? requestMs + repeatedMs : (copies + 1) * requestMs);
  const silent: Body<Fault & { kind: 'partition' }> = {
    kind: 'partition',
    side: [victim],
    other: [...targets.controllers],
    direction: 'side-to-other',
    effect: 'hold',
    forMs: silentMs,
  };
  const active = [pick(targets.controllers, variant)];
  // The first to be late is the first that is sent.
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
 * A leader with records that one follower has and another has not is deposed in favour of the latter, which
 * makes the former truncate, and is elected again before it has heard of any of it.
 */
const backBeforeItKnew: Story = ({ peer, place, forMs }, { targets, victim, others, next }) => {
  const behind = pick(others, peer);
  const ahead = others.filter((name) => name !== behind);
  const lagMs = 200 + (forMs % 800);
  const cut = cutOff({ ms: next() }, victim, [behind], lagMs);
  const deaf: IncidentStep = {
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
  return [cut, deaf, away, back, ...silent];
};

/**
 * Leadership goes away and comes back at once. One follower hears of the first change when the second is long made,
 * and of the second still later, and the leader in between not at all: for a moment both live in an epoch that is
 * over (KIP-320).
 */
const hearsLate: Story = ({ peer, place, forMs, gapsMs }, { targets, victim, others, next }) => {
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
  const deaf: IncidentStep = {
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
  // Of the first change the follower hears when the second is made, of that when it has acted on the first.
  const answer = { kind: 'message', effect: 'delay', api: 'FetchMetadata', type: 'response' } as const;
  const lateMs = [backMs - awayMs + 100 + (forMs % 400), 50 + (forMs % 300) + (third ?? 0)];
  const late = lateMs.flatMap((delayMs) =>
    targets.controllers.slice(0, CONTROLLERS_AT_MOST).map((from): IncidentStep => ({
      is: 'fault',
      at: { ms: awayMs },
      body: { ...answer, from, to: follower, delayMs },
    })),
  );
  return [begin, ...late, move(awayMs, between), deaf, move(backMs, victim)];
};

/**
 * Followers ask a leader where to truncate, or for records. Before they are answered it is elected again, so that
 * the answer comes from an epoch that is over, though from the right broker (KAFKA-7786).
 */
const answersLate: Story = ({ peer, place, variant, forMs }, { victim, others, next }) => {
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

/** One after the other they leave, until one is left, and that one is struck too (KIP-966). */
const lastOneStanding: Story = ({ peer, variant, forMs }, { targets, victim, others, next }) => {
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

/**
 * Two quick elections of the quorum: a minority is cut off, perhaps with the leader and with what it has not
 * committed; who is elected among the others is cut off at once, perhaps; and whoever comes next fails while it
 * brings the others up to date (figure 8 of the Raft paper, KAFKA-12619).
 */
const twoElections: Story = ({ victim, peer, variant, forMs, gapsMs }, { targets, next }) => {
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
  // Who has been brought up to date may fail with it.
  if (variant % 2 === 0) {
    const node = pick(rest, peer + 1);
    steps.push({ is: 'fault', at: elected(2, soonMs), body: { kind: 'crash', node, restartAfterMs: forMs } });
  }
  return steps;
};

/**
 * The leader of the quorum is cut off and does not know yet that it leads no more. Brokers turn to its successor,
 * and a replica leaves the in-sync replicas and comes back; just then the others fail, and brokers come to the old
 * leader with news that it has not heard (KAFKA-14154).
 */
const zombieController: Story = ({ victim, forMs, gapsMs }, stage) => {
  const { quorum } = stage.targets;
  // Until it resigns, one and a half times as long, the others must have elected a leader and lost it again.
  const patienceMs = 2_000 + (forMs % 2_000);
  const zombie = pick(quorum, victim);
  const others = quorum.filter((name) => name !== zombie);
  const activated: Trigger = { probe: 'controller-activated', count: 1, plusMs: 0 };
  const cut = { direction: 'both', effect: 'lose', forMs: 2 * patienceMs } as const;
  const turning = [stage.victim, ...stage.others].map((from): IncidentStep => ({
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
      at: { ms: stage.next() },
      body: { kind: 'partition', side: [zombie], other: others, ...cut },
    },
    ...turning,
    {
      is: 'fault',
      at: { ...activated, plusMs: Math.min(...gapsMs) },
      // Soon: it is killed on its way out, and registers anew without waiting for the end of a session.
      body: { kind: 'shutdown', node: stage.victim, restartAfterMs: 20 + (forMs % 100) },
    },
    ...failing,
    { is: 'setting', property: 'controller.quorum.fetch.timeout.ms', value: patienceMs },
    { is: 'setting', property: 'controller.quorum.election.timeout.ms', value: 100 },
  ];
};

/**
 * The leader of the quorum is gone for good, where the others can do without it: whoever leads before it fails, and
 * comes back as a follower (KIP-996).
 */
const leaderGoneForGood: Story = ({ victim, forMs, gapsMs }, { targets, next }) => {
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

/** A controller stands still for about a session, and finds heartbeats that have waited all that time (KAFKA-15019). */
const slowController: Story = ({ peer, variant, gapsMs }, { targets, pace, next }) => {
  const { pausable } = targets;
  if (pausable.length === 0) return [];
  const twice = variant % 2 === 0 ? 1 : 2;
  return Array.from({ length: twice }, (): IncidentStep => {
    const forMs = Math.floor((pace.sessionMs * (60 + (variant % 50))) / 100);
    const at = { ms: next() + Math.min(...gapsMs) };
    return { is: 'fault', at, body: { kind: 'pause', node: pick(pausable, peer), forMs } };
  });
};

/**
 * A broker comes back; its registration is late, is given up, sent again and answered, and then the first one
 * arrives (KAFKA-16952). It leaves in agreement: nothing is refused because of the session that it had.
 */
const registersTwice: Story = ({ variant, forMs, gapsMs }, { targets, victim, pace, next }) => {
  const at = { ms: next() };
  const restartAfterMs = forMs % 1_000;
  const message = { kind: 'message', effect: 'delay', api: 'BrokerRegistration', type: 'request' } as const;
  const delayMs = pace.requestMs + REGISTERS_AGAIN_MS + pick(gapsMs, variant);
  return [
    { is: 'fault', at, body: { kind: 'shutdown', node: victim, restartAfterMs } },
    ...targets.controllers.slice(0, CONTROLLERS_AT_MOST).map((to): IncidentStep => ({
      is: 'fault',
      at,
      body: { ...message, from: victim, to, delayMs },
    })),
  ];
};

/** How often each is told: the more must come together, the more often. */
const STORIES: readonly (readonly [Story, number])[] = [
  [missesEpochs, 2],
  [vouchedFor, 2],
  [lastOneStanding, 1],
  [vouchedForTwice, 2],
  [backBeforeItKnew, 2],
  [hearsLate, 2],
  [answersLate, 1],
  [slowController, 1],
  [registersTwice, 1],
];
/** The zombie is one of three, and leads or nothing comes of it. */
const STORIES_OF_QUORUMS: typeof STORIES = [
  ...STORIES,
  [twoElections, 2],
  [zombieController, 5],
  [leaderGoneForGood, 1],
];

/** The steps of an incident, in the order of its story; none where there are too few brokers for it. */
export function resolveIncident(
  recipe: IncidentRecipe,
  timeline: Timeline,
  targets: FaultTargets,
  pace: Pace,
): IncidentStep[] {
  if (targets.brokers.length < 2) return [];
  const victim = pick(targets.diskLossAllowed, recipe.victim);
  let atMs = pick(timeline.busyPeriodsMs, recipe.busyPeriod);
  let step = 0;
  const next = (): number => {
    atMs = Math.min(atMs + pick(recipe.gapsMs, step++), timeline.lengthMs);
    return atMs;
  };
  const others = targets.brokers.filter((name) => name !== victim).slice(0, OTHERS_AT_MOST);
  const stories = targets.quorum.length > 0 ? STORIES_OF_QUORUMS : STORIES;
  const steps = pickWeighted(stories, recipe.story)(recipe, { targets, victim, others, pace, next });
  return steps.filter((_, index) => recipe.steps.includes(index));
}
