/** The topics and clients of a plan before anything happens. */
import fc from 'fast-check';

import type { Client, Topic } from '../../../impl/plan/plan.ts';
import type { TopicPartition } from '../../../model/history/history.ts';

export interface Participants {
  readonly topics: readonly Topic[];
  readonly clients: readonly Client[];
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
  readonly partitions: readonly TopicPartition[];
}

/** The client that moves leaders and creates topics. */
export const ADMIN = 'admin-1';

interface ParticipantsRecipe {
  readonly topics: readonly number[];
  readonly producers: number;
  readonly consumers: number;
}

const partitionCount = fc.oneof(
  { weight: 14, arbitrary: fc.constant(1) },
  { weight: 3, arbitrary: fc.constant(2) },
  { weight: 2, arbitrary: fc.constant(3) },
);

export const participantsArbitrary: fc.Arbitrary<Participants> = fc
  .record({
    topics: fc.oneof(
      { weight: 6, arbitrary: fc.tuple(partitionCount) },
      { weight: 1, arbitrary: fc.tuple(partitionCount, partitionCount) },
    ),
    producers: fc.integer({ min: 1, max: 3 }),
    consumers: fc.integer({ min: 1, max: 2 }),
  })
  .map(participants);

/** In one run of four, brokers have two log directories: one may fail while the broker goes on (KIP-858). */
export const logDirsArbitrary: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.constant(2) },
);

const TOPIC_NAMES = ['orders', 'payments'] as const;

function participants(recipe: ParticipantsRecipe): Participants {
  const topics: Topic[] = recipe.topics.map((partitions, index) => ({
    name: TOPIC_NAMES[index] ?? `topic-${index + 1}`,
    partitions,
    replicationFactor: null,
  }));
  const partitions = topics.flatMap((topic) =>
    Array.from({ length: topic.partitions }, (_, partition) => ({ topic: topic.name, partition })),
  );
  const producers = numbered('producer', recipe.producers);
  const consumers = numbered('consumer', recipe.consumers);
  const everything = partitions.map((place) => ({ ...place, position: 'earliest' as const }));
  return {
    topics,
    partitions,
    producers,
    consumers,
    clients: [
      ...producers.map((name): Client => ({ kind: 'producer', name })),
      ...consumers.map((name): Client => ({
        kind: 'consumer',
        name,
        assign: everything.map((a) => ({ ...a })),
      })),
      { kind: 'admin', name: ADMIN },
    ],
  };
}

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
}
