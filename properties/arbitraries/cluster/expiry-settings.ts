/**
 * Limits of Kafka that most clusters never reach. In one run of eight, producers and transactional ids expire within
 * seconds; in one of twenty-five without transactions, more requests are in flight than a broker remembers batches.
 */
import fc from 'fast-check';

import type { ConfigurationValue } from '../../../model/configuration/property.ts';
import { chance } from '../draws/choices.ts';
import { logUniform } from '../draws/magnitude.ts';

export interface ExpiryRecipe {
  readonly producers: readonly [happens: boolean, expirationMs: number, checkMs: number];
  readonly transactionalIds: readonly [happens: boolean, expirationMs: number, checkMs: number];
  readonly inFlight: readonly [happens: boolean, requests: number];
}

export const expiryArbitrary: fc.Arbitrary<ExpiryRecipe> = fc.record({
  producers: fc.tuple(chance(12), logUniform(500, 8_000), logUniform(100, 1_000)),
  transactionalIds: fc.tuple(chance(12), logUniform(1_000, 5_000), logUniform(200, 1_000)),
  inFlight: fc.tuple(chance(4), fc.integer({ min: 6, max: 10 })),
});

export function expirySettings(
  { producers, transactionalIds, inFlight }: ExpiryRecipe,
  transactional: boolean,
): Readonly<Record<string, ConfigurationValue>> {
  return {
    ...(producers[0]
      ? {
          'producer.id.expiration.ms': producers[1],
          'producer.id.expiration.check.interval.ms': producers[2],
        }
      : {}),
    ...(transactional && transactionalIds[0]
      ? {
          'transactional.id.expiration.ms': transactionalIds[1],
          'transaction.remove.expired.transaction.cleanup.interval.ms': transactionalIds[2],
        }
      : {}),
    // KafkaProducer refuses idempotence with more than five requests in flight.
    ...(!transactional && inFlight[0]
      ? { 'enable.idempotence': false, 'max.in.flight.requests.per.connection': inFlight[1] }
      : {}),
  };
}
