/** What the incidents of a plan have in common: their steps, their recipe, and what they know of the cluster. */
import type { Trigger } from '../../../../impl/plan/plan.ts';
import type { ConfigurationValue } from '../../../../model/configuration/property.ts';
import type { PropertyName } from '../../../../model/configuration/catalogue.ts';
import type { FaultBody } from '../../draws/bodies.ts';
import type { FaultTargets } from '../fault-recipe.ts';

/**
 * A leader move, to the broker with this number; a fault when its trigger fires; or a property that gives the story
 * the time that it takes, where the user has not fixed it.
 */
export type IncidentStep =
  | { readonly is: 'move'; readonly atMs: number; readonly place: number; readonly broker: number }
  | { readonly is: 'fault'; readonly at: Trigger; readonly body: FaultBody }
  | { readonly is: 'setting'; readonly property: PropertyName; readonly value: ConfigurationValue };

export interface IncidentRecipe {
  readonly story: number;
  readonly busyPeriod: number;
  readonly place: number;
  readonly victim: number;
  readonly peer: number;
  readonly variant: number;
  /** Used up from the left; more than any story needs. */
  readonly gapsMs: readonly number[];
  readonly forMs: number;
  /** Which of the steps happen: all, until a failure has been found that needs fewer. */
  readonly steps: readonly number[];
}

export type Incident = (recipe: IncidentRecipe, context: IncidentContext) => IncidentStep[];

/** Who is who, and when: times come one after the other. */
export interface IncidentContext {
  readonly targets: FaultTargets;
  readonly victim: string;
  readonly others: readonly string[];
  readonly timeouts: Timeouts;
  /** The time of the next step. */
  readonly next: () => number;
}

/** How long a broker's session and a client's patience last in this run. */
export interface Timeouts {
  readonly sessionMs: number;
  readonly requestMs: number;
}

/** The number of gaps that a recipe draws; more than any incident needs. */
export const GAPS = 8;

/** A plan has room for few faults. */
export const CONTROLLERS_AT_MOST = 3;

export const numberOf = (broker: string): number => Number(broker.slice('broker-'.length));

/** For a while nothing passes between the host and those others, either way. */
export function cutOff(at: Trigger, host: string, others: readonly string[], forMs: number): IncidentStep {
  const ends = { side: [host], other: [...others] };
  return {
    is: 'fault',
    at,
    body: { kind: 'partition', ...ends, direction: 'both', effect: 'lose', forMs },
  };
}
