/** From a recipe to a fault of the plan: one small builder a kind. */
import fc from 'fast-check';

import type { Fault, Trigger } from '../../../impl/plan/plan.ts';
import type { Battlefield, FaultRecipe } from './fault-recipe.ts';
import { linkOf, messageFault, partitionFault } from './link-faults.ts';
import { FAULT_KINDS, type FaultKind, type ResolvedOptions } from '../options.ts';
import { choice, percent, pick, pickWeighted } from '../draws/pick.ts';

type Body<F extends Fault = Fault> = F extends Fault ? Omit<F, 'id' | 'at'> : never;

const BUILDERS: Record<FaultKind, (recipe: FaultRecipe, field: Battlefield) => Body> = {
  crash: (recipe, field) => ({
    kind: 'crash',
    node: pick(field.mortals, recipe.victim),
    restartAfterMs: restart(recipe),
  }),
  'power-loss': (recipe, field) => ({
    kind: 'power-loss',
    node: pick(field.powered, recipe.victim),
    restartAfterMs: restart(recipe),
  }),
  'disk-loss': (recipe, field) => ({
    kind: 'disk-loss',
    node: pick(field.lossy, recipe.victim),
    restartAfterMs: restart(recipe),
  }),
  'file-loss': (recipe, field) => ({
    kind: 'file-loss',
    node: pick(field.brokers, recipe.victim),
    file: pick(FILES, recipe.variant),
    restartAfterMs: restart(recipe),
  }),
  'disk-error': (recipe, field) => ({
    kind: 'disk-error',
    node: pick(field.brokers, recipe.victim),
    error: recipe.variant < 50 ? 'torn-append' : 'every-write',
    // With several, one that the broker can go on without, mostly.
    ...(field.logDirs === undefined || field.logDirs === 1 || recipe.flavour < 20
      ? {}
      : { logDir: field.logDirs }),
    restartAfterMs: restart(recipe),
  }),
  shutdown: (recipe, field) => ({
    kind: 'shutdown',
    node: pick(field.mortals, recipe.victim),
    restartAfterMs: restart(recipe),
  }),
  pause: (recipe, field) => ({
    kind: 'pause',
    node: recipe.flavour < 80 ? pick(field.mortals, recipe.victim) : pick(field.clients, recipe.victim),
    forMs: recipe.forMs,
  }),
  partition: partitionFault,
  message: messageFault,
  'break-connections': (recipe, field) => ({ kind: 'break-connections', ...linkOf(recipe, field) }),
  'slow-link': (recipe, field) => ({
    kind: 'slow-link',
    ...linkOf(recipe, field),
    extraMs: recipe.amountMs,
    forMs: recipe.forMs,
  }),
  clock: (recipe, field) => ({
    kind: 'clock',
    node: pick(field.mortals, recipe.victim),
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
 * What is on in this run. Each kind is off in half of the runs (swarm testing, Groce et al. 2012): a
 * bug may need much of one fault and none of another.
 */
export interface Swarm {
  readonly kinds: number;
  /** Whether each kind that is on comes as often as any other. Default: as often as has proved useful. */
  readonly even?: true;
  readonly probes: number;
  readonly lossyVictim: number;
  readonly lossyAnywhere: number;
}

export const swarmArbitrary: fc.Arbitrary<Swarm> = fc.record({
  kinds: fc.nat(2 ** FAULT_KINDS.length - 1),
  probes: percent,
  lossyVictim: choice,
  lossyAnywhere: percent,
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

/** The kinds that are on, and how often each comes; at least one if any is allowed. */
export function kindsIn(swarm: Swarm, options: ResolvedOptions): readonly WeightedKind[] {
  const allowed = FAULT_KINDS.filter((kind) => options.faults.includes(kind));
  const on = allowed.filter((kind) => (swarm.kinds >> FAULT_KINDS.indexOf(kind)) % 2 === 1);
  const kinds = on.length > 0 || allowed.length === 0 ? on : [pick(allowed, swarm.kinds)];
  return kinds.map((kind) => [kind, swarm.even === true ? 1 : WEIGHTS[kind]]);
}

type WeightedKind = readonly [FaultKind, number];

export function battlefieldOf(
  swarm: Swarm,
  brokers: readonly string[],
  controllers: readonly string[],
  clients: readonly string[],
  options: ResolvedOptions,
  combined = false,
): Battlefield {
  const within = Math.max(1, options.minInsyncReplicas - 1);
  const lossy = Array.from({ length: within }, (_, index) => pick(brokers, swarm.lossyVictim + index));
  const allLossy = swarm.lossyAnywhere < 15 ? brokers : lossy;
  const controllersFail = options.controllerFaults ?? controllers.length > 1;
  return {
    brokers,
    controllers,
    clients,
    // What befalls a controller in a broker befalls the broker, and brokers have their share already.
    mortals: controllersFail && !combined ? [...brokers, ...controllers] : brokers,
    powered: controllersFail && !combined ? [...allLossy, ...controllers] : allLossy,
    lossy: allLossy,
    quorum: controllersFail && controllers.length > 1 ? controllers : [],
    pausable: options.controllerFaults === false ? [] : controllers,
    spared: outsideCore(swarm, brokers, combined ? [] : controllers, options),
  };
}

/**
 * Some nodes need not come back in the end, no more than the others can do without: brokers in one run of five,
 * controllers in one of three.
 */
export function outsideCore(
  swarm: Swarm,
  brokers: readonly string[],
  controllers: readonly string[],
  options: ResolvedOptions,
): string[] {
  const spared = (nodes: readonly string[], spare: number): string[] =>
    nodes.filter((_, index) => (index + swarm.lossyVictim) % nodes.length < spare);
  return [
    ...(swarm.probes % 5 === 0 ? spared(brokers, options.replicationFactor - options.minInsyncReplicas) : []),
    ...(swarm.probes % 3 === 0 ? spared(controllers, (controllers.length - 1) >> 1) : []),
  ];
}

/** `kinds` must not be empty. */
export function resolveFault(
  recipe: FaultRecipe,
  id: number,
  at: Trigger,
  kinds: readonly WeightedKind[],
  field: Battlefield,
): Fault {
  const kind = pickWeighted(kinds, recipe.kind);
  return { id, at, ...BUILDERS[kind](recipe, field) };
}

const PROBE_COUNTS = [1, 1, 1, 2, 3, 5, 10] as const;

/** A swarm that has drawn so much, of a hundred, has no faults at probes. */
export const NOT_AT_PROBES = 25;

/** In one run of four, a third of the faults wait for a probe; the others fire at their time. */
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
