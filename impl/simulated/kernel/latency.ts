import type { LatencyModel } from './schedule.ts';
import type { Draws } from './draws.ts';
import { KernelPurpose } from './draws.ts';

/** Returns how long a message takes, in microseconds: a pure function of the model and the message's key. */
export function latencyUs(model: LatencyModel, draws: Draws, key: number): number {
  const base = draws.between(model.minUs, Math.max(model.minUs, model.maxUs), KernelPurpose.Latency, key);
  if (model.model === 'uniform') return base;
  const inTail = draws.between(0, 999, KernelPurpose.LatencyTail, key) < model.tailPerMille;
  return inTail ? base * model.tailFactor : base;
}
