/** The recipe of one fault: what is drawn before the brokers, the clients and the enabled kinds are known. */
import fc from 'fast-check';

import { logUniform } from '../draws/magnitude.ts';
import { choice, percent } from '../draws/pick.ts';

export interface FaultRecipe {
  readonly kind: number;
  readonly victim: number;
  readonly peer: number;
  /** The length of the fault, or the time until the restart: too short to be noticed, or longer than a session. */
  readonly forMs: number;
  /** The amount of a delay or of a clock jump. */
  readonly amountMs: number;
  readonly flavour: number;
  readonly variant: number;
  /** Compared with the share of faults that wait for a probe, if this run has any. */
  readonly byProbe: number;
  readonly probe: number;
}

export const faultRecipeArbitrary: fc.Arbitrary<FaultRecipe> = fc.record({
  kind: choice,
  victim: choice,
  peer: choice,
  forMs: fc.oneof(logUniform(10, 2_000), logUniform(1_000, 10_000), logUniform(2_000, 8_000)),
  amountMs: logUniform(5, 4_000),
  flavour: percent,
  variant: percent,
  byProbe: percent,
  probe: choice,
});

/** The hosts that faults may strike in one run, and how. */
export interface FaultTargets {
  readonly brokers: readonly string[];
  readonly controllers: readonly string[];
  /** Hosts whose process and clock may fail: the brokers, and the controllers if that is allowed. */
  readonly crashable: readonly string[];
  readonly clients: readonly string[];
  /** The number of log directories of each broker; absent: one. */
  readonly logDirs?: number;
  /**
   * Hosts that may lose power: brokers that may lose their disk, and controllers that may fail (they flush before
   * they answer).
   */
  readonly powerLossAllowed: readonly string[];
  /** The controllers, if there are several and they may fail: the subject of incidents about elections. */
  readonly quorum: readonly string[];
  /** Controllers that may pause; a single controller may, too. */
  readonly pausable: readonly string[];
  /** Nodes that the liveness phase can do without. */
  readonly outsideCore: readonly string[];
  /** Brokers that may lose their disk. Mostly fewer than min.insync.replicas: no configuration survives more. */
  readonly diskLossAllowed: readonly string[];
}
