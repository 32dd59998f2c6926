/**
 * The properties of a run that differ from Kafka's defaults. Most overrides only make time pass faster: with a
 * session of two seconds instead of nine, a failover fits in ten virtual seconds.
 */
import fc from 'fast-check';

import type { ConfigurationValue } from '../../../model/configuration/property.ts';
import type { PropertyName } from '../../../model/configuration/catalogue.ts';
import { resolveConfiguration } from '../../../model/configuration/configuration.ts';
import { logUniform } from '../draws/magnitude.ts';
import { percent } from '../draws/pick.ts';

type ConfigurationOverrides = Readonly<Record<string, ConfigurationValue>>;

interface Deviation {
  readonly property: PropertyName;
  readonly values: fc.Arbitrary<ConfigurationValue>;
  /** The share of runs that override it, in percent. */
  readonly likelihood: number;
}

function deviation(
  property: PropertyName,
  likelihood: number,
  values: fc.Arbitrary<ConfigurationValue>,
): Deviation {
  return { property, likelihood, values };
}

/** The order is the order in plans. Append only: each property is drawn in its turn. */
const DEVIATIONS: readonly Deviation[] = [
  deviation('broker.session.timeout.ms', 100, logUniform(1_000, 3_000)),
  deviation('broker.heartbeat.interval.ms', 100, logUniform(200, 500)),
  deviation('replica.lag.time.max.ms', 100, logUniform(1_000, 4_000)),
  deviation('replica.fetch.wait.max.ms', 100, logUniform(50, 500)),
  deviation('replica.fetch.backoff.ms', 100, logUniform(50, 500)),
  deviation('replica.high.watermark.checkpoint.interval.ms', 100, logUniform(200, 5_000)),
  deviation('request.timeout.ms', 100, logUniform(500, 2_000)),
  deviation('delivery.timeout.ms', 100, logUniform(2_000, 8_000)),
  deviation('max.block.ms', 100, logUniform(1_000, 5_000)),
  deviation('default.api.timeout.ms', 100, logUniform(1_000, 5_000)),
  deviation('retry.backoff.ms', 100, logUniform(20, 200)),
  deviation('metadata.max.age.ms', 100, logUniform(1_000, 5_000)),
  deviation(
    'auto.offset.reset',
    100,
    fc.constantFrom('earliest', 'earliest', 'earliest', 'earliest', 'latest', 'none'),
  ),
  deviation('fetch.max.wait.ms', 60, logUniform(50, 500)),
  deviation('linger.ms', 50, fc.constantFrom(0, 1, 20, 100)),
  deviation('max.in.flight.requests.per.connection', 30, fc.integer({ min: 1, max: 7 })),
  deviation('max.poll.records', 25, logUniform(1, 100)),
  deviation('batch.size', 20, fc.constantFrom(0, 64, 256)),
  deviation('leader.imbalance.check.interval.seconds', 30, logUniform(1, 10)),
  deviation('auto.leader.rebalance.enable', 15, fc.constant(false)),
  deviation('controlled.shutdown.enable', 10, fc.constant(false)),
  deviation('log.flush.interval.messages', 15, fc.constantFrom(1, 2, 10)),
  deviation('log.flush.offset.checkpoint.interval.ms', 25, logUniform(200, 5_000)),
  // Two to thirty records: every record counts as 100 bytes.
  deviation('metadata.log.max.record.bytes.between.snapshots', 40, logUniform(200, 3_000)),
  deviation('metadata.max.retention.bytes', 60, fc.constantFrom(0, 500, 2_000)),
  deviation('enable.idempotence', 15, fc.constant(false)),
  deviation('crucible.max.sequence', 15, fc.integer({ min: 24, max: 45 })),
  deviation('crucible.max.producer.epoch', 10, fc.integer({ min: 2, max: 4 })),
  deviation('crucible.producer.id.block.size', 20, fc.integer({ min: 1, max: 3 })),
];

const drawn = fc.tuple(
  ...DEVIATIONS.map(({ values, likelihood }) =>
    fc.tuple(percent, values).map(([draw, value]) => (draw < likelihood ? value : undefined)),
  ),
);

/** Draws the overrides of a run, before they are reconciled with the fixed properties. */
export const configurationOverridesArbitrary: fc.Arbitrary<ConfigurationOverrides> = drawn.map((values) => {
  const configurationOverrides: Record<string, ConfigurationValue> = {};
  DEVIATIONS.forEach(({ property }, index) => {
    const value = values[index];
    if (value !== undefined) configurationOverrides[property] = value;
  });
  return configurationOverrides;
});

/**
 * Merges the fixed properties with the drawn ones. The fixed properties are a valid configuration together with
 * Kafka's defaults; a drawn value that does not fit them is changed or left out.
 */
export function reconcile(
  configurationOverrides: ConfigurationOverrides,
  fixed: ConfigurationOverrides,
): Record<string, ConfigurationValue> {
  const configuration = { ...fixed };
  for (const [property, value] of Object.entries(configurationOverrides)) {
    if (!Object.hasOwn(fixed, property)) configuration[property] = value;
  }
  for (const pair of SHORTER_THAN) settle(pair, configuration, fixed);
  const valueOf = (property: NumericProperty) => valueIn(configuration, property);

  // KafkaProducer refuses a delivery timeout under linger.ms plus request.timeout.ms.
  const [linger, request] = [valueOf('linger.ms'), valueOf('request.timeout.ms')];
  if (valueOf('delivery.timeout.ms') < linger + request) {
    if (Object.hasOwn(fixed, 'delivery.timeout.ms')) delete configuration['linger.ms'];
    else configuration['delivery.timeout.ms'] = linger + request;
  }
  // A broker refuses a follower's fetch wait over replica.lag.time.max.ms.
  if (valueOf('replica.fetch.wait.max.ms') > valueOf('replica.lag.time.max.ms')) {
    configuration['replica.lag.time.max.ms'] = valueOf('replica.fetch.wait.max.ms');
  }
  // A broker remembers five batches of an idempotent producer, and KafkaProducer refuses more in flight.
  const idempotent = configuration['enable.idempotence'] !== false;
  if (idempotent && valueOf(IN_FLIGHT) > MAX_IN_FLIGHT && !Object.hasOwn(fixed, IN_FLIGHT)) {
    configuration[IN_FLIGHT] = MAX_IN_FLIGHT;
  }
  return configuration;
}

interface ShorterThan {
  readonly shorter: NumericProperty;
  readonly longer: NumericProperty;
  /** The greatest value of the shorter property, as a share of the longer one. */
  readonly share: number;
}

const SHORTER_THAN: readonly ShorterThan[] = [
  // If a fetch may wait as long as the request timeout, the consumer gives up every fetch that finds nothing.
  { shorter: 'fetch.max.wait.ms', longer: 'request.timeout.ms', share: 0.8 },
  // A broker whose session ends before its next heartbeat is fenced again and again.
  { shorter: 'broker.heartbeat.interval.ms', longer: 'broker.session.timeout.ms', share: 0.5 },
];

/**
 * Keeps a drawn value from reversing the order of two properties. If fixed values reverse it, they stay, and the run
 * shows the effect.
 */
function settle(
  { shorter, longer, share }: ShorterThan,
  configuration: Record<string, ConfigurationValue>,
  fixed: ConfigurationOverrides,
): void {
  const [short, long] = [valueIn(configuration, shorter), valueIn(configuration, longer)];
  const [shortIsFixed, longIsFixed] = [Object.hasOwn(fixed, shorter), Object.hasOwn(fixed, longer)];
  if (shortIsFixed && !longIsFixed) {
    const enough = Math.min(Math.ceil(short / share), KAFKA_DEFAULTS[longer]);
    configuration[longer] = Math.max(long, enough);
  }
  if (shortIsFixed) return;
  const longest = Math.floor(long * share);
  if (longIsFixed && KAFKA_DEFAULTS[shorter] >= long) delete configuration[shorter];
  else if (short > longest) configuration[shorter] = longest;
}

const KAFKA_DEFAULTS = resolveConfiguration({});

function valueIn(configuration: ConfigurationOverrides, property: NumericProperty): number {
  return Number(configuration[property] ?? KAFKA_DEFAULTS[property]);
}

const IN_FLIGHT = 'max.in.flight.requests.per.connection';
const MAX_IN_FLIGHT = 5;

type NumericProperty =
  | typeof IN_FLIGHT
  | 'broker.heartbeat.interval.ms'
  | 'broker.session.timeout.ms'
  | 'fetch.max.wait.ms'
  | 'request.timeout.ms'
  | 'linger.ms'
  | 'delivery.timeout.ms'
  | 'replica.fetch.wait.max.ms'
  | 'replica.lag.time.max.ms';
