/**
 * Incidents as operators know them, with every time and name drawn: several events that must happen in one order
 * before replication has anything to decide. Lone faults rarely meet like that.
 */
import fc from 'fast-check';

import { logUniform } from '../draws/magnitude.ts';
import { choice, percent, pick, pickWeighted } from '../draws/pick.ts';
import { droppable } from '../draws/shrinkable-list.ts';
import type { Timeline } from '../draws/timeline.ts';
import type { FaultTargets } from './fault-recipe.ts';
import {
  leaderGoneForGood,
  slowController,
  twoElections,
  zombieController,
} from './incidents/controllers.ts';
import {
  GAPS,
  type Incident,
  type IncidentRecipe,
  type IncidentStep,
  type Timeouts,
} from './incidents/incident.ts';
import {
  lateAnswers,
  lateMetadata,
  missedLeaderEpochs,
  reelectedBeforeItKnew,
} from './incidents/late-leader-changes.ts';
import {
  lastReplicaStanding,
  lateRegistration,
  staleIsrRequest,
  staleIsrRequestAfterFencing,
} from './incidents/returning-brokers.ts';

const STEPS_AT_MOST = 12;
/** Mostly the brokers that share a partition's replicas with the victim. */
const OTHERS_AT_MOST = 2;

const incident: fc.Arbitrary<IncidentRecipe> = fc.record({
  incident: choice,
  busyPeriod: choice,
  place: choice,
  victim: choice,
  peer: choice,
  variant: percent,
  gapsMs: fc.array(logUniform(3, 800), { minLength: GAPS, maxLength: GAPS }),
  forMs: logUniform(200, 6_000),
  steps: droppable(STEPS_AT_MOST),
});

/** Every second run has an incident. */
export const incidentsArbitrary: fc.Arbitrary<readonly IncidentRecipe[]> = fc.oneof(
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.tuple(incident) },
);

/** Weighted: an incident in which more must come together is drawn more often. */
const INCIDENTS: readonly (readonly [Incident, number])[] = [
  [missedLeaderEpochs, 2],
  [staleIsrRequest, 2],
  [lastReplicaStanding, 1],
  [staleIsrRequestAfterFencing, 2],
  [reelectedBeforeItKnew, 2],
  [lateMetadata, 2],
  [lateAnswers, 1],
  [slowController, 1],
  [lateRegistration, 1],
];
/** The zombie is one of three controllers, and the incident has no effect unless it leads. */
const QUORUM_INCIDENTS: typeof INCIDENTS = [
  ...INCIDENTS,
  [twoElections, 2],
  [zombieController, 5],
  [leaderGoneForGood, 1],
];

/** The steps of an incident in their order; none if there are too few brokers for it. */
export function resolveIncident(
  recipe: IncidentRecipe,
  timeline: Timeline,
  targets: FaultTargets,
  timeouts: Timeouts,
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
  const incidents = targets.quorum.length > 0 ? QUORUM_INCIDENTS : INCIDENTS;
  const steps = pickWeighted(incidents, recipe.incident)(recipe, { targets, victim, others, timeouts, next });
  return steps.filter((_, index) => recipe.steps.includes(index));
}
