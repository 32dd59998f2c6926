import { z } from 'zod';

import { milliseconds } from '../../fields.ts';
import { faultBase, type FaultKind } from '../fault-kind.ts';
import { lastsOnNode } from '../node-fault.ts';
import { KIND_WEIGHT } from '../weight.ts';

/** The clock of a host is wrong for that long. */
export const clockSchema = z.strictObject({
  ...faultBase,
  kind: z.literal('clock'),
  node: z.string(),
  /** The wall clock jumps by this much, and back at the end of the window. */
  jumpMs: z.int().min(-3_600_000).max(3_600_000),
  /** Parts per million by which the clock runs fast (negative: slow) during the window. */
  driftPpm: z.int().min(-200_000).max(200_000),
  forMs: milliseconds,
});

export type Clock = z.infer<typeof clockSchema>;

export const clock: FaultKind<Clock> = {
  ...lastsOnNode,
  sentence({ node, jumpMs, driftPpm }) {
    return `${node}: its clock jumps by ${jumpMs} ms and drifts by ${driftPpm} ppm`;
  },
  weight({ forMs, jumpMs, driftPpm }) {
    const jump = jumpMs === 0 ? 0 : KIND_WEIGHT + Math.abs(jumpMs);
    const drift = driftPpm === 0 ? 0 : KIND_WEIGHT + Math.abs(driftPpm);
    return forMs + jump + drift;
  },
  simpler(fault) {
    return [
      { ...fault, jumpMs: 0 },
      { ...fault, driftPpm: 0 },
    ];
  },
};
