import { z } from 'zod';

import { milliseconds } from '../../fields.ts';
import { faultBase, type FaultKind } from '../fault-kind.ts';
import { lastsOnNode } from '../node-fault.ts';

/** The process does nothing for that long (a long garbage collection, SIGSTOP); messages to it wait. */
export const pauseSchema = z.strictObject({
  ...faultBase,
  kind: z.literal('pause'),
  node: z.string(),
  forMs: milliseconds,
});

export type Pause = z.infer<typeof pauseSchema>;

export const pause: FaultKind<Pause> = {
  ...lastsOnNode,
  sentence({ node, forMs }) {
    return `${node} stops for ${forMs} ms`;
  },
  weight({ forMs }) {
    return forMs;
  },
  simpler() {
    return [];
  },
};
