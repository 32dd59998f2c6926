import { z } from 'zod';

import { nodeName } from '../../fields.ts';
import { faultBase, type FaultKind, restartAfterMs } from '../fault-kind.ts';
import { takesDown } from '../node-fault.ts';
import { KIND_WEIGHT, restartWeight } from '../weight.ts';
import type { Crash } from './crash.ts';

/** The node is asked to shut down cleanly. */
export const shutdownSchema = z.strictObject({
  ...faultBase,
  kind: z.literal('shutdown'),
  node: nodeName,
  restartAfterMs,
});

export type Shutdown = z.infer<typeof shutdownSchema>;

export const shutdown: FaultKind<Shutdown, Shutdown | Crash> = {
  ...takesDown,
  sentence({ node }) {
    return `${node} is asked to shut down`;
  },
  weight(fault) {
    return KIND_WEIGHT + restartWeight(fault.restartAfterMs);
  },
  simpler(fault) {
    return [
      { ...fault, kind: 'crash' },
      { ...fault, restartAfterMs: null },
    ];
  },
};
