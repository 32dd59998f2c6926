/**
 * The times of operations and faults. Kafka's hardest bugs need two leader changes in quick succession with a few
 * records in between (KIP-279, KIP-320), so most of a run happens around a few busy periods.
 */
import fc from 'fast-check';

import { logUniform } from './magnitude.ts';
import { choice, percent, pick } from './pick.ts';

export interface Timeline {
  /** The virtual milliseconds in which operations are invoked and faults fire. */
  readonly lengthMs: number;
  /** The beginnings of the busy periods, in milliseconds; at least one. */
  readonly busyPeriodsMs: readonly number[];
  /** The share of operations around a busy period, in percent. */
  readonly clustering: number;
}

const BUSY_PERIOD_GRAIN = 1024;

export const timelineArbitrary: fc.Arbitrary<Timeline> = fc
  .record({
    lengthMs: logUniform(2_000, 12_000),
    busyPeriods: fc.array(fc.nat(BUSY_PERIOD_GRAIN - 1), { minLength: 1, maxLength: 5, size: 'max' }),
    clustering: fc.constantFrom(40, 70, 90),
  })
  .map(({ lengthMs, busyPeriods, clustering }) => ({
    lengthMs,
    // Never in the last fifth: the effect of a fault must have time to show.
    busyPeriodsMs: busyPeriods.map((at) => Math.floor((lengthMs * 0.8 * at) / BUSY_PERIOD_GRAIN)),
    clustering,
  }));

/** A position in time; a timeline turns it into a millisecond. */
export interface When {
  readonly clustered: number;
  readonly busyPeriod: number;
  readonly distanceMs: number;
}

export const whenArbitrary: fc.Arbitrary<When> = fc.record({
  clustered: percent,
  busyPeriod: choice,
  distanceMs: logUniform(1, 3_000),
});

/** A quarter of the events around a busy period come before it. */
export function resolveWhen(when: When, timeline: Timeline): number {
  if (when.clustered >= timeline.clustering)
    return Math.floor((timeline.lengthMs * when.busyPeriod) / 0x10000);
  const moment = pick(timeline.busyPeriodsMs, when.busyPeriod);
  const before = when.clustered % 4 === 3;
  const ms = before ? moment - Math.ceil(when.distanceMs / 4) : moment + when.distanceMs;
  return Math.min(Math.max(ms, 0), timeline.lengthMs);
}
