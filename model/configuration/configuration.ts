/** The configuration under test, resolved from what a user gives: names and values are checked, defaults filled in. */
import { PROPERTIES_BY_NAME, type PropertyName, type PropertyValue } from './catalogue.ts';
import { nearest } from './edit-distance.ts';
import { allowedValues, type ConfigurationValue, INT_MAX, parseValue } from './property.ts';
import { harmlessValue, UNSIMULATED, type UnsimulatedProperty } from './unsimulated-properties.ts';

/** A value for every property that is simulated. */
export type Configuration = { readonly [Name in PropertyName]: PropertyValue<Name> };
export type ConfigurationValues = Readonly<Record<string, ConfigurationValue>>;

/** The configuration that the harness tests by default: that of most production clusters. `acks=all` is Kafka's default. */
export const CRUCIBLE_DEFAULTS = {
  'min.insync.replicas': 2,
  'default.replication.factor': 3,
} as const satisfies Partial<Configuration>;

/** A configuration that cannot be tested; the message is a sentence that names the property. */
export class ConfigurationError extends Error {
  readonly property: string;

  constructor(property: string, sentence: string) {
    super(sentence);
    this.name = 'ConfigurationError';
    this.property = property;
  }
}

const KAFKA_DEFAULTS: Readonly<Record<string, ConfigurationValue>> = Object.fromEntries(
  [...PROPERTIES_BY_NAME].map(([name, property]) => [name, property.default]),
);

/**
 * Returns the configuration that `values` describe, with Kafka's defaults for all other properties. Strings are parsed
 * as in a properties file. Properties of Kafka that change nothing which the model checks are dropped; see
 * `unsimulated-properties.ts`.
 * @throws ConfigurationError for an unknown name, a value of the wrong type or out of range, a property
 *   that is not simulated, and a combination that Kafka refuses.
 */
export function resolveConfiguration(values: ConfigurationValues): Configuration {
  const resolved: Record<string, ConfigurationValue> = { ...KAFKA_DEFAULTS };
  for (const [name, value] of Object.entries(values)) {
    const property = PROPERTIES_BY_NAME.get(name);
    if (property === undefined) {
      refuseUnlessHarmless(name, value);
      continue;
    }
    const parsed = parseValue(property, value);
    if (parsed === null) {
      throw new ConfigurationError(
        name,
        `${name} must be ${allowedValues(property)}, not ${JSON.stringify(value)}.`,
      );
    }
    resolved[name] = parsed;
  }
  // Every value was parsed by the property that gives its name a type.
  return settleCombinations(resolved as Configuration, values);
}

function refuseUnlessHarmless(name: string, value: ConfigurationValue): void {
  const unsimulated = UNSIMULATED.get(name);
  if (unsimulated !== undefined) {
    if (harmlessValue(unsimulated, value)) return;
    throw new ConfigurationError(
      name,
      `${name}=${value} is not simulated yet: ${unsimulated.because}.${remedy(name, unsimulated)}`,
    );
  }
  const suggestion = nearest(
    name,
    [...PROPERTIES_BY_NAME.keys(), ...UNSIMULATED.keys()],
    Math.ceil(name.length / 3),
  );
  throw new ConfigurationError(
    name,
    `${name} is not a property that kafka-crucible knows.` +
      (suggestion === null ? '' : ` Did you mean ${suggestion}?`),
  );
}

function remedy(name: string, { harmless, harmlessFrom }: UnsimulatedProperty): string {
  if (harmless === 'any') return '';
  const allowed = harmless.filter((value) => value !== '').map((value) => `${name}=${value}`);
  if (harmlessFrom !== undefined) allowed.push(`${harmlessFrom} and more`);
  return allowed.length === 0
    ? ' Leave it out to test the rest.'
    : ` What can be tested: ${allowed.join(', ')}.`;
}

/** Applies the checks and adjustments across properties that Kafka makes when a broker or a client starts. */
function settleCombinations(configuration: Configuration, given: ConfigurationValues): Configuration {
  const fetchWait = configuration['replica.fetch.wait.max.ms'];
  const lagMax = configuration['replica.lag.time.max.ms'];
  if (fetchWait > lagMax) {
    throw new ConfigurationError(
      'replica.fetch.wait.max.ms',
      `replica.fetch.wait.max.ms=${fetchWait} must not exceed replica.lag.time.max.ms=${lagMax}: an idle follower would drop out of the ISR repeatedly.`,
    );
  }
  const idempotence = settleIdempotence(configuration, given);
  if (idempotence) checkSequences(configuration);
  return settleDeliveryTimeout({ ...configuration, 'enable.idempotence': idempotence }, given);
}

const MAX_IN_FLIGHT_WITH_IDEMPOTENCE = 5;

/**
 * Returns whether producers are idempotent, as ProducerConfig decides it (KIP-679): with settings that idempotence
 * cannot have, the default is silently disabled, and an explicit `enable.idempotence=true` is refused.
 */
function settleIdempotence(configuration: Configuration, given: ConfigurationValues): boolean {
  if (!configuration['enable.idempotence']) return false;
  const { acks, retries, 'max.in.flight.requests.per.connection': inFlight } = configuration;
  const conflict =
    acks !== 'all'
      ? `acks=${acks}: it needs acks=all`
      : retries === 0
        ? 'retries=0: it needs retries'
        : inFlight > MAX_IN_FLIGHT_WITH_IDEMPOTENCE
          ? `max.in.flight.requests.per.connection=${inFlight}: a broker remembers only ${MAX_IN_FLIGHT_WITH_IDEMPOTENCE} batches`
          : null;
  if (conflict === null) return true;
  if (!Object.hasOwn(given, 'enable.idempotence')) return false;
  throw new ConfigurationError(
    'enable.idempotence',
    `enable.idempotence=true cannot be combined with ${conflict}.`,
  );
}

/**
 * Refuses so few sequences that a batch in flight, to the old leader or to the new one, could have the numbers of a
 * batch that a broker remembers.
 */
function checkSequences({
  'crucible.max.sequence': max,
  'max.in.flight.requests.per.connection': inFlight,
}: Configuration): void {
  const least = MAX_IN_FLIGHT_WITH_IDEMPOTENCE + 3 * inFlight - 1;
  if (max >= least) return;
  throw new ConfigurationError(
    'crucible.max.sequence',
    `crucible.max.sequence must be ${least} or more with max.in.flight.requests.per.connection=${inFlight}, not ${max}: a broker could not distinguish batches.`,
  );
}

function settleDeliveryTimeout(configuration: Configuration, given: ConfigurationValues): Configuration {
  const linger = configuration['linger.ms'];
  const request = configuration['request.timeout.ms'];
  const needed = Math.min(INT_MAX, linger + request);
  if (configuration['delivery.timeout.ms'] >= needed) return configuration;
  // As in KafkaProducer: a default deadline is raised, an explicit one is refused.
  if (!Object.hasOwn(given, 'delivery.timeout.ms'))
    return { ...configuration, 'delivery.timeout.ms': needed };
  throw new ConfigurationError(
    'delivery.timeout.ms',
    `delivery.timeout.ms=${configuration['delivery.timeout.ms']} must be at least linger.ms + request.timeout.ms = ${linger} + ${request}.`,
  );
}
