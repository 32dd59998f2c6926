/** How long messages take, and the order in which they arrive. Times in microseconds. */
export type LatencyModel =
  | { readonly model: 'uniform'; readonly minUs: number; readonly maxUs: number }
  /** Mostly [minUs, maxUs]; `tailPerMille` of the messages take `tailFactor` times as long. */
  | {
      readonly model: 'bimodal';
      readonly minUs: number;
      readonly maxUs: number;
      readonly tailPerMille: number;
      readonly tailFactor: number;
    };

/** The order of arrival beyond what latencies bring about (`strategy.ts`). */
export type Strategy =
  | { readonly kind: 'receiver-priorities'; readonly roundUs: number; readonly waitPerMille: number }
  | {
      readonly kind: 'priority-changes';
      readonly ranks: number;
      readonly stepUs: number;
      readonly changesMs: readonly number[];
    }
  | { readonly kind: 'held-links'; readonly slotUs: number; readonly heldPerMille: number };

export interface Schedule {
  readonly latency: LatencyModel;
  readonly strategy?: Strategy;
  /** One directed pair of hosts that is slower for the whole run. */
  readonly slowPair: { readonly from: string; readonly to: string; readonly extraUs: number } | null;
}

/** A message, named by the hexadecimal form of its key, that takes exactly so long. */
export interface LatencyOverride {
  readonly message: string;
  readonly latencyUs: number;
}

/** The step taken at one position of an explored order, where it is not the one that has waited longest. */
export interface ChosenStep {
  /** Counts the steps from 0. */
  readonly step: number;
  /** Eight hexadecimal digits: the key of the message, timer or harness event that comes next. */
  readonly take: string;
}

/** The options of a world. */
export interface WorldOptions {
  readonly seed: string;
  readonly schedule: Schedule;
  readonly overrides: readonly LatencyOverride[];
}
