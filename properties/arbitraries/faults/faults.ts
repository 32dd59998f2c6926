/** Turns the recipe of a fault into a fault of the plan: one small builder a kind. */
import fc from 'fast-check';

import type { Trigger } from '../../../impl/plan/plan.ts';
import type { FaultBody, UnnumberedFault } from '../draws/bodies.ts';
import type { FaultTargets, FaultRecipe } from './fault-recipe.ts';
import { linkOf, messageFault, partitionFault } from './link-faults.ts';
import { FAULT_KINDS, type FaultKind, type ResolvedOptions } from '../options.ts';
import { chance } from '../draws/choices.ts';
import { choice, percent, pick, pickWeighted } from '../draws/pick.ts';

const BUILDERS: Record<FaultKind, (recipe: FaultRecipe, targets: FaultTargets) => FaultBody> = {
  crash: (recipe, targets) => ({
    kind: 'crash',
    node: pick(targets.crashable, recipe.victim),
    restartAfterMs: restart(recipe),
  }),
  'power-loss': (recipe, targets) => ({
    kind: 'power-loss',
    node: pick(targets.powerLossAllowed, recipe.victim),
    restartAfterMs: restart(recipe),
  }),
  'disk-loss': (recipe, targets) => ({
    kind: 'disk-loss',
    node: pick(targets.diskLossAllowed, recipe.victim),
    restartAfterMs: restart(recipe),
  }),
  'file-loss': (recipe, targets) => ({
    kind: 'file-loss',
    node: pick(targets.brokers, recipe.victim),
    file: pick(FILES, recipe.variant),
    restartAfterMs: restart(recipe),
  }),
  'disk-error': (recipe, targets) => ({
    kind: 'disk-error',
    node: pick(targets.brokers, recipe.victim),
    error: recipe.variant < 50 ? 'torn-append' : 'every-write',
    // With several log directories mostly one that the broker can go on without.
    ...(targets.logDirs === undefined || targets.logDirs === 1 || recipe.flavour < 20
      ? {}
      : { logDir: targets.logDirs }),
    restartAfterMs: restart(recipe),
  }),
  shutdown: (recipe, targets) => ({
    kind: 'shutdown',
    node: pick(targets.crashable, recipe.victim),
    restartAfterMs: restart(recipe),
  }),
  pause: (recipe, targets) => ({
    kind: 'pause',
    node: recipe.flavour < 80 ? pick(targets.crashable, recipe.victim) : pick(targets.clients, recipe.victim),
    forMs: recipe.forMs,
  }),
  partition: partitionFault,
  message: messageFault,
  'break-connections': (recipe, targets) => ({ kind: 'break-connections', ...linkOf(recipe, targets) }),
  'slow-link': (recipe, targets) => ({
    kind: 'slow-link',
    ...linkOf(recipe, targets),
    extraMs: recipe.amountMs,
    forMs: recipe.forMs,
  }),
  clock: (recipe, targets) => ({
    kind: 'clock',
    node: pick(targets.crashable, recipe.victim),
    jumpMs: recipe.flavour < 50 ? recipe.amountMs * (recipe.variant % 2 === 0 ? 1 : -1) : 0,
    driftPpm: recipe.flavour < 50 ? 0 : (recipe.variant - 50) * 2_000,
    forMs: recipe.forMs,
  }),
};

const FILES = [
  'leader-epoch-checkpoint',
  'replication-offset-checkpoint',
  'recovery-point-offset-checkpoint',
] as const;

/** One host in eight stays down until the liveness phase. */
function restart(recipe: FaultRecipe): number | null {
  return recipe.flavour % 8 === 7 ? null : recipe.forMs;
}

/**
 * The kinds of faults that are enabled in this run. Each kind is off in half of the runs (swarm testing, Groce et al.
 * 2012): a bug may need many faults of one kind and none of another.
 */
export interface Swarm {
  readonly kinds: number;
  /** Whether all enabled kinds are equally likely. Default: weighted by how useful they have proved. */
  readonly uniform?: true;
  readonly probes: number;
  readonly diskLossVictim: number;
  readonly diskLossAnywhere: boolean;
}

export const swarmArbitrary: fc.Arbitrary<Swarm> = fc.record({
  kinds: fc.nat(2 ** FAULT_KINDS.length - 1),
  probes: percent,
  diskLossVictim: choice,
  diskLossAnywhere: chance(15),
});

const WEIGHTS: Record<FaultKind, number> = {
  crash: 4,
  'power-loss': 3,
  'disk-loss': 1,
  'file-loss': 2,
  'disk-error': 2,
  shutdown: 3,
  pause: 3,
  partition: 5,
  message: 6,
  'break-connections': 1,
  'slow-link': 2,
  clock: 1,
};

/** The enabled kinds with their weights; at least one if any is allowed. */
export function kindsIn(swarm: Swarm, options: ResolvedOptions): readonly WeightedKind[] {
  const allowed = FAULT_KINDS.filter((kind) => options.faults.includes(kind));
  const on = allowed.filter((kind) => (swarm.kinds >> FAULT_KINDS.indexOf(kind)) % 2 === 1);
  const kinds = on.length > 0 || allowed.length === 0 ? on : [pick(allowed, swarm.kinds)];
  return kinds.map((kind) => [kind, swarm.uniform === true ? 1 : WEIGHTS[kind]]);
}

type WeightedKind = readonly [FaultKind, number];

export function faultTargetsOf(
  swarm: Swarm,
  brokers: readonly string[],
  controllers: readonly string[],
  clients: readonly string[],
  options: ResolvedOptions,
  combined = false,
): FaultTargets {
  const within = Math.max(1, options.minInsyncReplicas - 1);
  const victims = Array.from({ length: within }, (_, index) => pick(brokers, swarm.diskLossVictim + index));
  const diskLossAllowed = swarm.diskLossAnywhere ? brokers : victims;
  const controllersFail = options.controllerFaults ?? controllers.length > 1;
  return {
    brokers,
    controllers,
    clients,
    // A fault of a controller in a broker process strikes the broker, which has its share of faults already.
    crashable: controllersFail && !combined ? [...brokers, ...controllers] : brokers,
    powerLossAllowed: controllersFail && !combined ? [...diskLossAllowed, ...controllers] : diskLossAllowed,
    diskLossAllowed,
    quorum: controllersFail && controllers.length > 1 ? controllers : [],
    pausable: options.controllerFaults === false ? [] : controllers,
    outsideCore: outsideCore(swarm, brokers, combined ? [] : controllers, options),
  };
}

/**
 * The nodes that the liveness phase can do without, as many as the cluster can spare: brokers in one run of five,
 * controllers in one of three.
 */
export function outsideCore(
  swarm: Swarm,
  brokers: readonly string[],
  controllers: readonly string[],
  options: ResolvedOptions,
): string[] {
  const someOf = (nodes: readonly string[], spare: number): string[] =>
    nodes.filter((_, index) => (index + swarm.diskLossVictim) % nodes.length < spare);
  return [
    ...(swarm.probes % 5 === 0 ? someOf(brokers, options.replicationFactor - options.minInsyncReplicas) : []),
    ...(swarm.probes % 3 === 0 ? someOf(controllers, (controllers.length - 1) >> 1) : []),
  ];
}

/** `kinds` must not be empty. */
export function resolveFault(
  recipe: FaultRecipe,
  at: Trigger,
  kinds: readonly WeightedKind[],
  targets: FaultTargets,
): UnnumberedFault {
  const kind = pickWeighted(kinds, recipe.kind);
  return { at, ...BUILDERS[kind](recipe, targets) };
}

const PROBE_COUNTS = [1, 1, 1, 2, 3, 5, 10] as const;

/** A swarm that has drawn at least this much, of a hundred, has no faults at probes. */
export const NOT_AT_PROBES = 25;

/** In one run of four a third of the faults wait for a probe; all others fire at their time. */
export function triggerOf(
  recipe: FaultRecipe,
  atMs: number,
  swarm: Swarm,
  probes: readonly string[],
): Trigger {
  if (probes.length === 0 || swarm.probes >= NOT_AT_PROBES || recipe.byProbe >= 33) return { ms: atMs };
  return {
    probe: pick(probes, recipe.probe),
    count: pick(PROBE_COUNTS, recipe.peer),
    plusMs: recipe.amountMs % 3 === 0 ? recipe.amountMs % 100 : 0,
  };
}
