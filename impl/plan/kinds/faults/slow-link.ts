import { z } from 'zod';

import { milliseconds } from '../../fields.ts';
import { faultBase, type FaultKind, linkEnds } from '../fault-kind.ts';
import { ofLink } from '../link-fault.ts';
import { anyLengthMs } from '../variation.ts';

/** Messages from one host to another take longer for that long. */
export const slowLinkSchema = z.strictObject({
  ...faultBase,
  kind: z.literal('slow-link'),
  ...linkEnds,
  extraMs: milliseconds,
  forMs: milliseconds,
});

export type SlowLink = z.infer<typeof slowLinkSchema>;

export const slowLink: FaultKind<SlowLink> = {
  ...ofLink,
  durationMs({ forMs }) {
    return forMs;
  },
  sentence({ from, to, extraMs }) {
    return `messages from ${from} to ${to} take ${extraMs} ms longer`;
  },
  weight({ extraMs, forMs }) {
    return extraMs + forMs;
  },
  simpler() {
    return [];
  },
  vary(fault, _topology, draw) {
    return { ...fault, forMs: anyLengthMs(draw) };
  },
};
