import fc from 'fast-check';
import { expect, test } from 'vitest';

import { PROBE_NAMES } from '../../../impl/simulated/catalogue/probes.ts';
import { isSimulatedProperty } from '../../../model/configuration/catalogue.ts';
import type { FaultTargets } from './fault-recipe.ts';
import { incidentsArbitrary, resolveIncident } from './incidents.ts';

const timeouts = { sessionMs: 2_000, requestMs: 1_000 };
const timeline = { lengthMs: 10_000, busyPeriodsMs: [1_000, 4_000], clustering: 70 };

function targetsOf(count: number, controllers: readonly string[] = ['controller-1']): FaultTargets {
  const brokers = Array.from({ length: count }, (_, i) => `broker-${i + 1}`);
  const lossy = brokers.slice(0, 1);
  return {
    brokers,
    controllers,
    quorum: controllers.length > 1 ? controllers : [],
    crashable: brokers,
    clients: ['producer-1'],
    pausable: controllers,
    outsideCore: [],
    powerLossAllowed: lossy,
    diskLossAllowed: lossy,
  };
}

test('an incident happens within the run, to brokers that are there, and at probes that exist', () => {
  fc.assert(
    fc.property(incidentsArbitrary, fc.integer({ min: 2, max: 5 }), (incidents, count) => {
      const targets = targetsOf(count);
      for (const step of incidents.flatMap((incident) =>
        resolveIncident(incident, timeline, targets, timeouts),
      )) {
        if (step.is === 'move') {
          expect(targets.brokers).toContain(`broker-${step.broker}`);
          expect(step.atMs).toBeLessThanOrEqual(timeline.lengthMs);
        } else if (step.is === 'setting') expect(isSimulatedProperty(step.property)).toBe(true);
        else if ('probe' in step.at) expect(PROBE_NAMES).toContain(step.at.probe);
        else expect(step.at.ms).toBeLessThanOrEqual(timeline.lengthMs);
      }
    }),
    { seed: 1 },
  );
});

test('only a broker that may lose its disk loses power or disk', () => {
  fc.assert(
    fc.property(incidentsArbitrary, (incidents) => {
      for (const step of incidents.flatMap((incident) =>
        resolveIncident(incident, timeline, targetsOf(3), timeouts),
      )) {
        if (step.is !== 'fault') continue;
        if (step.body.kind === 'power-loss' || step.body.kind === 'disk-loss') {
          expect(step.body.node).toBe('broker-1');
        }
      }
    }),
    { seed: 1 },
  );
});

test('one broker alone has no incidents', () => {
  const [incident] = fc.sample(incidentsArbitrary, { numRuns: 50, seed: 1 }).flat();
  expect(incident).toBeDefined();
  if (incident !== undefined) expect(resolveIncident(incident, timeline, targetsOf(1), timeouts)).toEqual([]);
});

test('only a quorum that may fail has incidents about elections', () => {
  const struck = (targets: FaultTargets): string[] =>
    fc
      .sample(incidentsArbitrary, { numRuns: 300, seed: 1 })
      .flat()
      .flatMap((incident) => resolveIncident(incident, timeline, targets, timeouts))
      .flatMap((step) => (step.is === 'fault' && step.body.kind === 'crash' ? [step.body.node] : []))
      .filter((node) => node.startsWith('controller-'));
  const three = targetsOf(3, ['controller-1', 'controller-2', 'controller-3']);
  expect(new Set(struck(three)).size).toBe(3);
  expect(struck({ ...three, quorum: [] })).toEqual([]);
  expect(struck(targetsOf(3))).toEqual([]);
});

const ONLY = ['controller-1'];
const THREE = ['controller-1', 'controller-2', 'controller-3'];

/** Returns what the incidents of many plans do, against given targets. */
const stepsIn = (targets: FaultTargets) =>
  fc
    .sample(incidentsArbitrary, { numRuns: 300, seed: 1 })
    .flat()
    .flatMap((incident) => resolveIncident(incident, timeline, targets, timeouts));

test('a single controller pauses, for less than two sessions, unless controllers may not fail', () => {
  const pauses = (targets: FaultTargets): number[] =>
    stepsIn(targets).flatMap((step) =>
      step.is === 'fault' && step.body.kind === 'pause' && step.body.node === 'controller-1'
        ? [step.body.forMs]
        : [],
    );
  const targets = targetsOf(3, ONLY);
  expect(pauses(targets).length).toBeGreaterThan(0);
  expect(Math.max(...pauses(targets))).toBeLessThan(2 * timeouts.sessionMs);
  expect(pauses({ ...targets, pausable: [] })).toEqual([]);
});

test('the controller that the others can do without leaves for good', () => {
  const goneFrom = (targets: FaultTargets): (string | undefined)[] =>
    stepsIn(targets).flatMap((step) =>
      step.is === 'fault' &&
      step.body.kind === 'crash' &&
      'probe' in step.at &&
      step.at.probe === 'quorum-leader-elected' &&
      step.at.node === step.body.node &&
      step.body.restartAfterMs === null
        ? [step.body.node]
        : [],
    );
  expect(new Set(goneFrom({ ...targetsOf(3, THREE), outsideCore: ['broker-2', 'controller-2'] }))).toEqual(
    new Set(['controller-2']),
  );
  expect(goneFrom(targetsOf(3, ONLY))).toEqual([]);
});

test('a late registration arrives after its sender has given it up', () => {
  const late = stepsIn(targetsOf(3, ONLY)).flatMap((step) =>
    step.is === 'fault' && step.body.kind === 'message' && step.body.api === 'BrokerRegistration'
      ? [step.body.delayMs]
      : [],
  );
  expect(late.length).toBeGreaterThan(0);
  expect(Math.min(...late)).toBeGreaterThan(timeouts.requestMs);
});
