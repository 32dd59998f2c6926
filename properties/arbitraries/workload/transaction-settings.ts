/** Broker and client settings for plans with transactions. */
import fc from 'fast-check';

import type { Plan } from '../../../impl/plan/plan.ts';
import { chance } from '../draws/choices.ts';
import { logUniform } from '../draws/magnitude.ts';
import type { ResolvedOptions } from '../options.ts';

/** The maximum for an idempotent producer. */
const MAX_IN_FLIGHT = 5;

/** Small numbers, so that timeouts, expiry and exhaustion happen within seconds. */
export const transactionSettingsArbitrary: fc.Arbitrary<Readonly<Record<string, number>>> = fc
  .record({
    partitions: fc.constantFrom(1, 1, 1, 2),
    timeoutMs: logUniform(500, 8_000),
    abortIntervalMs: logUniform(100, 1_000),
    fewEpochs: fc.tuple(chance(12), fc.integer({ min: 3, max: 8 })),
    expiry: fc.tuple(chance(5), logUniform(1_000, 5_000)),
  })
  .map(({ partitions, timeoutMs, abortIntervalMs, fewEpochs, expiry }) => ({
    'transaction.state.log.num.partitions': partitions,
    'offsets.topic.num.partitions': 1,
    'transaction.timeout.ms': timeoutMs,
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': abortIntervalMs,
    ...(fewEpochs[0] ? { 'crucible.max.producer.epoch': fewEpochs[1] } : {}),
    ...(expiry[0]
      ? {
          'transactional.id.expiration.ms': expiry[1],
          'transaction.remove.expired.transaction.cleanup.interval.ms': 500,
        }
      : {}),
  }));

/** The settings that transactions need, and those that make time pass faster for them. */
export function transactionSettings(
  recipe: { readonly configuration: Plan['configuration'] },
  options: ResolvedOptions,
  drawn: Plan['configuration'],
): Plan['configuration'] {
  const inFlight = Number(drawn['max.in.flight.requests.per.connection'] ?? MAX_IN_FLIGHT);
  return {
    ...recipe.configuration,
    'enable.idempotence': true,
    'max.in.flight.requests.per.connection': Math.min(inFlight, MAX_IN_FLIGHT),
    'transaction.state.log.replication.factor': options.replicationFactor,
    'offsets.topic.replication.factor': options.replicationFactor,
    'transaction.state.log.min.isr': options.minInsyncReplicas,
  };
}
