/** The operations of clients without transactions: mostly sends, then polls, and now and then a leader move. */
import fc from 'fast-check';

import type { Operation } from '../../../impl/plan/plan.ts';
import { ADMIN, type Participants } from '../cluster/participants.ts';
import type { ResolvedOptions } from '../options.ts';
import { choice, pick, pickWeighted } from '../draws/pick.ts';
import { resolveWhen, type Timeline, type When, whenArbitrary } from '../draws/timeline.ts';

/** The kinds of operations of these clients; `transactions.ts` has those of transactional producers. */
type OperationKind =
  | 'send'
  | 'poll'
  | 'seek'
  | 'move-leader'
  | 'elect-leader'
  | 'create-topic'
  | 'delete-topic'
  | 'delete-records'
  | 'reassign';
type Mix = readonly (readonly [OperationKind, number])[];

/** Each run has one mix, so that some runs do often what most runs hardly do. */
const MIXES: readonly Mix[] = [
  mix({
    send: 780,
    poll: 130,
    seek: 10,
    'move-leader': 50,
    'elect-leader': 20,
    'create-topic': 10,
    'delete-topic': 0,
    'delete-records': 0,
    reassign: 0,
  }),
  mix({
    send: 600,
    poll: 300,
    seek: 50,
    'move-leader': 30,
    'elect-leader': 10,
    'create-topic': 10,
    'delete-topic': 0,
    'delete-records': 0,
    reassign: 0,
  }),
  mix({
    send: 600,
    poll: 150,
    seek: 10,
    'move-leader': 200,
    'elect-leader': 30,
    'create-topic': 10,
    'delete-topic': 0,
    'delete-records': 0,
    reassign: 0,
  }),
  mix({
    send: 920,
    poll: 70,
    seek: 5,
    'move-leader': 0,
    'elect-leader': 0,
    'create-topic': 5,
    'delete-topic': 0,
    'delete-records': 0,
    reassign: 0,
  }),
  // The only mix that deletes and reassigns: with fewer replicas and records, other failures become rare.
  mix({
    send: 640,
    poll: 150,
    seek: 20,
    'move-leader': 60,
    'elect-leader': 20,
    'create-topic': 4,
    'delete-topic': 6,
    'delete-records': 50,
    reassign: 50,
  }),
];

function mix(weights: Record<OperationKind, number>): Mix {
  const kinds: OperationKind[] = [
    'send',
    'poll',
    'seek',
    'move-leader',
    'elect-leader',
    'create-topic',
    'delete-topic',
    'delete-records',
    'reassign',
  ];
  return kinds.map((kind) => [kind, weights[kind]]);
}

/** In place of the number of a mix: all kinds are equally likely. */
export const UNIFORM_MIX = -1;
const UNIFORM: Mix = MIXES[0]!.map(([kind]) => [kind, 1] as const);

export interface OperationRecipe {
  readonly kind: number;
  readonly when: When;
  readonly who: number;
  readonly where: number;
  readonly detail: number;
}

export interface WorkloadRecipe {
  readonly mix: number;
  readonly keyed: boolean;
  readonly operations: readonly OperationRecipe[];
}

const operationArbitrary: fc.Arbitrary<OperationRecipe> = fc.record({
  kind: choice,
  when: whenArbitrary,
  who: choice,
  where: choice,
  detail: choice,
});

export function workloadArbitrary(options: ResolvedOptions): fc.Arbitrary<WorkloadRecipe> {
  const { min, max } = options.operations;
  return fc.record({
    mix: fc.nat(MIXES.length - 1),
    keyed: fc.nat(3).map((drawn) => drawn === 3),
    operations: fc.array(operationArbitrary, { minLength: min, maxLength: max, size: 'max' }),
  });
}

/** Operations with the ids 0, 1, 2 ...; the creation of a topic that was deleted has an id of another name space. */
export function resolveWorkload(
  recipe: WorkloadRecipe,
  participants: Participants,
  timeline: Timeline,
  options: ResolvedOptions,
): Operation[] {
  const kinds = recipe.mix === UNIFORM_MIX ? UNIFORM : pick(MIXES, recipe.mix);
  return recipe.operations.flatMap((draw, id): Operation | Operation[] => {
    const atMs = resolveWhen(draw.when, timeline);
    const place = hotPlace(participants, draw.where);
    const kind = pickWeighted(kinds, draw.kind);
    switch (kind) {
      case 'send':
        return {
          id,
          atMs,
          kind,
          client: pick(participants.producers, draw.who),
          ...sendTo(place, draw.detail, recipe.keyed),
        };
      case 'poll':
        return {
          id,
          atMs,
          kind,
          client: pick(participants.consumers, draw.who),
          timeoutMs: pick(POLL_TIMEOUTS, draw.detail),
        };
      case 'seek':
        return {
          id,
          atMs,
          kind,
          client: pick(participants.consumers, draw.who),
          ...place,
          position: seekTo(draw.detail),
        };
      case 'move-leader':
        return { id, atMs, kind, client: ADMIN, ...place, broker: 1 + (draw.detail % options.brokers) };
      case 'delete-topic': {
        const deletion = { id, atMs, kind, client: ADMIN, topic: place.topic };
        const again = recreationOf(deletion, draw.detail, participants, options);
        return again === null ? deletion : [deletion, again];
      }
      case 'delete-records':
        return { id, atMs, kind, client: ADMIN, ...place, beforeOffset: 1 + (draw.detail % 20) };
      case 'reassign':
        return { id, atMs, kind, client: ADMIN, ...place, replicas: replicasOf(draw.detail, options) };
      case 'elect-leader':
        return { id, atMs, kind, client: ADMIN, ...place, election: electionOf(draw.detail, options) };
      case 'create-topic':
        return {
          id,
          atMs,
          kind,
          client: ADMIN,
          topic: `created-${id}`,
          partitions: 1 + (draw.detail % 3),
          replicationFactor: options.replicationFactor,
        };
    }
  });
}

const RECREATED_AFTER_MS = [0, 1, 10, 50, 100, 300, 1_000] as const;

/** In seven of eight cases a deleted topic is created again, at once or while its followers still fetch. */
function recreationOf(
  deletion: { readonly id: number; readonly atMs: number; readonly topic: string },
  detail: number,
  participants: Participants,
  options: ResolvedOptions,
): Operation | null {
  const { id, atMs, topic } = deletion;
  if (detail % 8 === 7) return null;
  return {
    id: 4 * options.operations.max + id,
    atMs: atMs + pick(RECREATED_AFTER_MS, detail >> 3),
    kind: 'create-topic',
    client: ADMIN,
    topic,
    partitions: participants.partitions.filter((place) => place.topic === topic).length,
    replicationFactor: options.replicationFactor,
  };
}

const POLL_TIMEOUTS = [100, 10, 500, 1_000] as const;

/** Half of all operations are on the first partition: a bug needs several events in one place. */
function hotPlace(participants: Participants, where: number) {
  return pick(participants.partitions, where % 2 === 0 ? 0 : where >> 1);
}

/** The same operation on any partition, with equal chances. */
export function onAnyPartition(recipe: OperationRecipe): OperationRecipe {
  return { ...recipe, where: recipe.where | 1 };
}

/** One send in eight leaves the partition to the partitioner; in one run of four sends have keys. */
function sendTo(place: { topic: string; partition: number }, detail: number, keyed: boolean) {
  const partition = detail % 8 === 7 ? null : place.partition;
  const key = keyed ? `key-${detail % 4}` : null;
  return { topic: place.topic, partition, key };
}

function seekTo(detail: number): 'earliest' | 'latest' | number {
  const form = detail % 4;
  if (form === 0) return 'earliest';
  return form === 1 ? 'latest' : (detail >> 2) % 20;
}

function electionOf(detail: number, options: ResolvedOptions): 'preferred' | 'unclean' {
  return options.uncleanElections && detail % 2 === 1 ? 'unclean' : 'preferred';
}

/**
 * Consecutive brokers from a drawn one on. In half of the cases there are fewer than the replication factor, so that
 * the next reassignment can add one; never fewer than min.insync.replicas, which would weaken the guarantees.
 */
function replicasOf(detail: number, options: ResolvedOptions): number[] {
  const { brokers, replicationFactor, minInsyncReplicas } = options;
  const fewer = detail % 2 === 1 ? Math.max(minInsyncReplicas, replicationFactor - 1) : replicationFactor;
  return Array.from({ length: fewer }, (_, index) => 1 + (((detail >> 1) + index) % brokers));
}
