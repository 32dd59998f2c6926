/** How long messages take and in which order events happen. */
import { z } from 'zod';

import { milliseconds } from './fields.ts';

export const latencyModel = z.discriminatedUnion('model', [
  z.strictObject({ model: z.literal('uniform'), minUs: z.int().min(1), maxUs: z.int().min(1) }),
  /** Mostly [minUs, maxUs]; `tailPerMille` of the messages take `tailFactor` times as long. */
  z.strictObject({
    model: z.literal('bimodal'),
    minUs: z.int().min(1),
    maxUs: z.int().min(1),
    tailPerMille: z.int().min(0).max(1000),
    tailFactor: z.int().min(1).max(10_000),
  }),
]);

/** Reorders messages beyond what latencies do (`kernel/strategy.ts`), from the start of the workload. */
const strategy = z.discriminatedUnion('kind', [
  /** A receiver takes its messages in rounds, in an order that is drawn; some wait for another round. */
  z.strictObject({
    kind: z.literal('receiver-priorities'),
    roundUs: z.int().min(1).max(1_000_000),
    waitPerMille: z.int().min(0).max(900),
  }),
  /** A sender is slower the lower its priority of `ranks`, by up to `stepUs` a rank; at each change point one sender drops to the lowest. */
  z.strictObject({
    kind: z.literal('priority-changes'),
    ranks: z.int().min(1).max(16),
    stepUs: z.int().min(1).max(1_000_000),
    changesMs: z.array(milliseconds).max(16),
  }),
  /** In each time slot some links hold all their messages until the slot ends. */
  z.strictObject({
    kind: z.literal('held-links'),
    slotUs: z.int().min(1).max(1_000_000),
    heldPerMille: z.int().min(0).max(900),
  }),
]);

export const schedule = z.strictObject({
  latency: latencyModel,
  strategy: strategy.exactOptional(),
  /** One directed pair of hosts that is slower for the whole run. */
  slowPair: z.strictObject({ from: z.string(), to: z.string(), extraUs: z.int().min(0) }).nullable(),
});

/** The latency of one message, whatever the draw would have been. */
export const override = z.strictObject({
  /** Eight hexadecimal digits: the key of the message. */
  message: z.string().regex(/^[0-9a-f]{8}$/),
  latencyUs: z.int().min(1).max(3_600_000_000),
});

/**
 * Changes the seed in the middle of a run: the run is the same up to `us` (virtual microseconds since the workload
 * began), and every draw in a later event is drawn under `seed`.
 */
export const redrawAfter = z.strictObject({
  us: z.int().min(0).max(3_600_000_000),
  seed: z.string(),
  /** The latencies of messages from then on; absent: as before. */
  latency: latencyModel.exactOptional(),
});

/** The event of one step of the fault phase, where it is not the one that has waited longest. */
export const chosenStep = z.strictObject({
  /** Counts the steps of the fault phase, from 0. */
  step: z.int().min(0),
  /** Eight hexadecimal digits: the key of the message, timer, operation or fault that comes next. */
  take: z.string().regex(/^[0-9a-f]{8}$/),
});
