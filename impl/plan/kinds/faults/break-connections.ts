import { z } from 'zod';

import { faultBase, type FaultKind, linkEnds } from '../fault-kind.ts';
import { ofLink } from '../link-fault.ts';

/** The connections between two hosts break; both may connect again at once. */
export const breakConnectionsSchema = z.strictObject({
  ...faultBase,
  kind: z.literal('break-connections'),
  ...linkEnds,
});

export type BreakConnections = z.infer<typeof breakConnectionsSchema>;

export const breakConnections: FaultKind<BreakConnections> = {
  ...ofLink,
  durationMs() {
    return 0;
  },
  sentence({ from, to }) {
    return `the connections between ${from} and ${to} break`;
  },
  weight() {
    return 0;
  },
  simpler() {
    return [];
  },
  vary() {
    return null;
  },
};
