/**
 * When things happen. Kafka's hardest bugs need two leader changes in quick succession with a few
 * records in between (KIP-279, KIP-320), so most of a run happens around a few busy moments.
 */
import fc from 'fast-check';

import { logUniform } from './magnitude.ts';
import { choice, percent, pick } from './pick.ts';

export interface Tempo {
  /** Virtual milliseconds in which operations are invoked and faults fire. */
  readonly lengthMs: number;
  /** The busy moments, in milliseconds; at least one. */
  readonly momentsMs: readonly number[];
  /** How many operations of a hundred happen around a busy moment. */
  readonly clustering: number;
}

const MOMENT_GRAIN = 1024;

export const tempoArbitrary: fc.Arbitrary<Tempo> = fc
  .record({
    lengthMs: logUniform(2_000, 12_000),
    moments: fc.array(fc.nat(MOMENT_GRAIN - 1), { minLength: 1, maxLength: 5, size: 'max' }),
    clustering: fc.constantFrom(40, 70, 90),
  })
  .map(({ lengthMs, moments, clustering }) => ({
    lengthMs,
    // Never in the last fifth: what a fault breaks must have time to show.
    momentsMs: moments.map((at) => Math.floor((lengthMs * 0.8 * at) / MOMENT_GRAIN)),
    clustering,
  }));

/** A place in time that means a millisecond only together with a tempo. */
export interface When {
  readonly clustered: number;
  readonly moment: number;
  readonly distanceMs: number;
}

export const whenArbitrary: fc.Arbitrary<When> = fc.record({
  clustered: percent,
  moment: choice,
  distanceMs: logUniform(1, 3_000),
});

/** A quarter of what is around a busy moment comes before it. */
export function resolveWhen(when: When, tempo: Tempo): number {
  if (when.clustered >= tempo.clustering) return Math.floor((tempo.lengthMs * when.moment) / 0x10000);
  const moment = pick(tempo.momentsMs, when.moment);
  const before = when.clustered % 4 === 3;
  const ms = before ? moment - Math.ceil(when.distanceMs / 4) : moment + when.distanceMs;
  return Math.min(Math.max(ms, 0), tempo.lengthMs);
}
