/**
 * The catalogue of the simulated properties: Kafka's own, as far as they decide what this harness checks. Broker,
 * topic, producer and consumer properties share one flat namespace; where Kafka uses one name in two places it has one
 * meaning and one value here.
 */
import { BROKER_PROPERTIES } from './broker-properties.ts';
import { CLIENT_PROPERTIES } from './client-properties.ts';
import {
  allowedValues,
  type ConfigurationValue,
  type Property,
  type Scope,
  type ValueOf,
} from './property.ts';

const PROPERTIES = { ...BROKER_PROPERTIES, ...CLIENT_PROPERTIES };

type Properties = typeof PROPERTIES;
export type PropertyName = keyof Properties;

/** The type of the values of a property. */
export type PropertyValue<Name extends PropertyName> = ValueOf<Properties[Name]>;

/** One property as documentation shows it. */
export interface CataloguedProperty {
  readonly name: PropertyName;
  readonly type: Property['type'];
  readonly scopes: readonly Scope[];
  readonly default: ConfigurationValue;
  /** In words: `1 or more`, `earliest, latest or none`. */
  readonly values: string;
  readonly meaning: string;
}

export const PROPERTIES_BY_NAME: ReadonlyMap<string, Property> = new Map<string, Property>(
  Object.entries(PROPERTIES),
);

/** Every simulated property, in the order in which documentation shows them. */
export function propertyCatalogue(): readonly CataloguedProperty[] {
  return Object.entries(PROPERTIES).map(([name, property]) => ({
    name: name as PropertyName,
    type: property.type,
    scopes: property.scopes,
    default: property.default,
    values: allowedValues(property),
    meaning: property.meaning,
  }));
}

export function isSimulatedProperty(name: string): name is PropertyName {
  return PROPERTIES_BY_NAME.has(name);
}
