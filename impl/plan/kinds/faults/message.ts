import { z } from 'zod';

import { API_NAMES } from '../../../kafka/api.ts';
import { milliseconds } from '../../fields.ts';
import { faultBase, type FaultKind, linkEnds } from '../fault-kind.ts';
import { ofLink } from '../link-fault.ts';
import { checkAmong } from '../validity.ts';
import { anyLengthMs } from '../variation.ts';
import { KIND_WEIGHT } from '../weight.ts';

/** The first message of that API that is sent from `from` to `to` after the trigger is lost or late. */
export const messageSchema = z.strictObject({
  ...faultBase,
  kind: z.literal('message'),
  effect: z.enum(['lose', 'delay']),
  ...linkEnds,
  /** Kafka's API name, for example `Fetch`. */
  api: z.string(),
  type: z.enum(['request', 'response']),
  /** For `delay`. */
  delayMs: milliseconds,
});

export type MessageFault = z.infer<typeof messageSchema>;

export const message: FaultKind<MessageFault> = {
  ...ofLink,
  problems({ api }, _plan, report) {
    checkAmong(API_NAMES, api, 'API', ['api'], report);
  },
  durationMs({ delayMs }) {
    return delayMs;
  },
  sentence({ from, to, effect }) {
    return `the next message from ${from} to ${to} is ${effect === 'lose' ? 'lost' : 'late'}`;
  },
  weight({ effect, delayMs }) {
    return effect === 'lose' ? 0 : KIND_WEIGHT + delayMs;
  },
  simpler(fault) {
    return [{ ...fault, effect: 'lose', delayMs: 0 }];
  },
  vary(fault, _topology, draw) {
    return fault.effect === 'lose' ? null : { ...fault, delayMs: anyLengthMs(draw) };
  },
};
