import { z } from 'zod';

import { nodeName } from '../../fields.ts';
import { faultBase, type FaultKind, restartAfterMs } from '../fault-kind.ts';
import { takesDown } from '../node-fault.ts';
import { KIND_WEIGHT, restartWeight } from '../weight.ts';
import type { Crash } from './crash.ts';
import type { PowerLoss } from './power-loss.ts';

/** The process dies, and its disk is empty when it starts again. */
export const diskLossSchema = z.strictObject({
  ...faultBase,
  kind: z.literal('disk-loss'),
  node: nodeName,
  restartAfterMs,
});

export type DiskLoss = z.infer<typeof diskLossSchema>;

export const diskLoss: FaultKind<DiskLoss, DiskLoss | Crash | PowerLoss> = {
  ...takesDown,
  problems({ node }, plan, report) {
    if (!plan.isVoter(node)) return;
    report(['node'], 'a controller that comes back without its disk could vote twice (KIP-853)');
  },
  sentence({ node }) {
    return `${node} loses its disk`;
  },
  weight(fault) {
    return 3 * KIND_WEIGHT + restartWeight(fault.restartAfterMs);
  },
  simpler(fault) {
    return [
      { ...fault, kind: 'crash' },
      { ...fault, kind: 'power-loss' },
      { ...fault, restartAfterMs: null },
    ];
  },
};
