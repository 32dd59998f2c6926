import type { Tracer } from '../tracer.ts';

/** A tracer that only numbers what it is given. */
export function countingTracer(): Tracer {
  let entries = 0;
  return {
    messageSent: () => entries++,
    messageDelivered: () => entries++,
    messageLost: () => void entries++,
    timer: () => entries++,
    probe: () => void entries++,
  };
}
