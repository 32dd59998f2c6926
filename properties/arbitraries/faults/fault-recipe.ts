/** One fault before it is known which brokers and clients there are, or which kinds are on. */
import fc from 'fast-check';

import { logUniform } from '../draws/magnitude.ts';
import { choice, percent } from '../draws/pick.ts';

export interface FaultRecipe {
  readonly kind: number;
  readonly victim: number;
  readonly peer: number;
  /** How long it lasts, or until the restart: too short to be noticed, or longer than a session and a lag. */
  readonly forMs: number;
  /** A delay, a jump: what there is of it. */
  readonly amountMs: number;
  readonly flavour: number;
  readonly variant: number;
  /** In so many cases of a hundred at a probe, if this run has faults at probes at all. */
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

/** Whom faults can befall, and what they must not do, in one run. */
export interface FaultTargets {
  readonly brokers: readonly string[];
  readonly controllers: readonly string[];
  /** Hosts whose process and clock may fail: the brokers, with the controllers if that is allowed. */
  readonly crashable: readonly string[];
  readonly clients: readonly string[];
  /** How many log directories each broker has; absent: one. */
  readonly logDirs?: number;
  /** Hosts that may lose power: the lossy brokers, and controllers that may fail, which flush before they answer. */
  readonly powerLossAllowed: readonly string[];
  /** The controllers, if there are several and they may fail: what a story about elections is made of. */
  readonly quorum: readonly string[];
  /** Controllers that may stand still for a while: an only one, too. */
  readonly pausable: readonly string[];
  /** Nodes that need not come back in the end. */
  readonly outsideCore: readonly string[];
  /** Brokers whose disk may forget. Fewer than min.insync.replicas, mostly: more is beyond any promise. */
  readonly diskLossAllowed: readonly string[];
}
