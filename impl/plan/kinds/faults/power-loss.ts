import { z } from 'zod';

import { nodeName } from '../../fields.ts';
import { faultBase, type FaultKind, restartAfterMs } from '../fault-kind.ts';
import { takesDown } from '../node-fault.ts';
import { KIND_WEIGHT, restartWeight } from '../weight.ts';
import type { Crash } from './crash.ts';

/** The node loses power: the process dies, and writes that were not synced may be lost. */
export const powerLossSchema = z.strictObject({
  ...faultBase,
  kind: z.literal('power-loss'),
  node: nodeName,
  restartAfterMs,
});

export type PowerLoss = z.infer<typeof powerLossSchema>;

export const powerLoss: FaultKind<PowerLoss, PowerLoss | Crash> = {
  ...takesDown,
  sentence({ node }) {
    return `${node} loses power`;
  },
  weight(fault) {
    return 2 * KIND_WEIGHT + restartWeight(fault.restartAfterMs);
  },
  simpler(fault) {
    return [
      { ...fault, kind: 'crash' },
      { ...fault, restartAfterMs: null },
    ];
  },
};
