/** The steps and the recipe of an incident, and what it knows of the cluster. */
import type { Trigger } from '../../../../impl/plan/plan.ts';
import type { ConfigurationValue } from '../../../../model/configuration/property.ts';
import type { PropertyName } from '../../../../model/configuration/catalogue.ts';
import type { FaultBody } from '../../draws/bodies.ts';
import type { FaultTargets } from '../fault-recipe.ts';

/**
 * A leader move to the broker with that number; a fault with its trigger; or a property that the incident needs,
 * unless the user has fixed it.
 */
export type IncidentStep =
  | { readonly is: 'move'; readonly atMs: number; readonly place: number; readonly broker: number }
  | { readonly is: 'fault'; readonly at: Trigger; readonly body: FaultBody }
  | { readonly is: 'setting'; readonly property: PropertyName; readonly value: ConfigurationValue };

export interface IncidentRecipe {
  readonly incident: number;
  readonly busyPeriod: number;
  readonly place: number;
  readonly victim: number;
  readonly peer: number;
  readonly variant: number;
  /** Used up from the left; more than any incident needs. */
  readonly gapsMs: readonly number[];
  readonly forMs: number;
  /** The indices of the steps that happen: all, unless fast-check has dropped some. */
  readonly steps: readonly number[];
}

export type Incident = (recipe: IncidentRecipe, context: IncidentContext) => IncidentStep[];

/** The roles of the brokers, and a clock: each step comes after the one before it. */
export interface IncidentContext {
  readonly targets: FaultTargets;
  readonly victim: string;
  readonly others: readonly string[];
  readonly timeouts: Timeouts;
  /** The time of the next step. */
  readonly next: () => number;
}

/** The session timeout of brokers and the request timeout in this run. */
export interface Timeouts {
  readonly sessionMs: number;
  readonly requestMs: number;
}

/** The number of gaps that a recipe draws; more than any incident needs. */
export const GAPS = 8;

/** A plan has room for few faults. */
export const CONTROLLERS_AT_MOST = 3;

export const numberOf = (broker: string): number => Number(broker.slice('broker-'.length));

/** For a while no message passes between the host and the others, in either direction. */
export function cutOff(at: Trigger, host: string, others: readonly string[], forMs: number): IncidentStep {
  const ends = { side: [host], other: [...others] };
  return {
    is: 'fault',
    at,
    body: { kind: 'partition', ...ends, direction: 'both', effect: 'lose', forMs },
  };
}
