import { z } from 'zod';

import { nodeName } from '../../fields.ts';
import { faultBase, type FaultKind, restartAfterMs } from '../fault-kind.ts';
import { takesDown } from '../node-fault.ts';
import { restartWeight } from '../weight.ts';

/** The process dies; its disk keeps what it holds. */
export const crashSchema = z.strictObject({
  ...faultBase,
  kind: z.literal('crash'),
  node: nodeName,
  restartAfterMs,
});

export type Crash = z.infer<typeof crashSchema>;

export const crash: FaultKind<Crash> = {
  ...takesDown,
  sentence({ node }) {
    return `${node} crashes`;
  },
  weight(fault) {
    return restartWeight(fault.restartAfterMs);
  },
  simpler(fault) {
    return [{ ...fault, restartAfterMs: null }];
  },
};
