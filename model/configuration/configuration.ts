/**
 * Kafka's own properties, as far as they decide what this harness looks at. Broker, topic, producer
 * and consumer properties share one flat namespace; where Kafka uses one name in two places it has one
 * meaning and one value here. Types, defaults and ranges are those of Kafka 4.1.
 */
import { nearest } from './edit-distance.ts';
import { harmlessValue, UNSIMULATED, type UnsimulatedProperty } from './unsimulated-properties.ts';

export type Scope = 'broker' | 'topic' | 'producer' | 'consumer' | 'admin';

interface Described {
  readonly scopes: readonly Scope[];
  /** One line, for people. */
  readonly meaning: string;
}

interface IntegerProperty extends Described {
  readonly type: 'integer';
  readonly default: number;
  /** Inclusive. */
  readonly min: number;
  /** Inclusive. A property that is a Java `long` takes greater values too, and they count as this one. */
  readonly max: number;
}

interface BooleanProperty extends Described {
  readonly type: 'boolean';
  readonly default: boolean;
}

interface ChoiceProperty<Choice extends string> extends Described {
  readonly type: 'choice';
  readonly default: Choice;
  readonly choices: readonly Choice[];
  /** Other spellings that Kafka accepts. */
  readonly aliases: Readonly<Record<string, Choice>>;
}

const INT_MAX = 2_147_483_647;
/** Stands for every `long` from 2^53 on; Kafka's "never" is 2^63 - 1. */
const LONG_MAX = Number.MAX_SAFE_INTEGER;

const BROKER: readonly Scope[] = ['broker'];
const BROKER_AND_TOPIC: readonly Scope[] = ['broker', 'topic'];
const PRODUCER: readonly Scope[] = ['producer'];
const CONSUMER: readonly Scope[] = ['consumer'];
const CLIENTS: readonly Scope[] = ['producer', 'consumer', 'admin'];

function integer(
  scopes: readonly Scope[],
  defaultValue: number,
  min: number,
  max: number,
  meaning: string,
): IntegerProperty {
  return { type: 'integer', scopes, default: defaultValue, min, max, meaning };
}

function flag(scopes: readonly Scope[], defaultValue: boolean, meaning: string): BooleanProperty {
  return { type: 'boolean', scopes, default: defaultValue, meaning };
}

function choice<const Choice extends string>(
  scopes: readonly Scope[],
  choices: readonly Choice[],
  defaultValue: NoInfer<Choice>,
  aliases: Readonly<Record<string, NoInfer<Choice>>>,
  meaning: string,
): ChoiceProperty<Choice> {
  return { type: 'choice', scopes, default: defaultValue, choices, aliases, meaning };
}

const PROPERTIES = {
  'min.insync.replicas': integer(
    BROKER_AND_TOPIC,
    1,
    1,
    INT_MAX,
    'With acks=all, how many replicas must be in sync for a write to be accepted; counted as at most the replication factor (KIP-966).',
  ),
  'default.replication.factor': integer(
    BROKER,
    1,
    1,
    32_767,
    'How many replicas a partition has if its topic does not say.',
  ),
  'num.partitions': integer(BROKER, 1, 1, INT_MAX, 'How many partitions a topic has if it does not say.'),
  'unclean.leader.election.enable': flag(
    BROKER_AND_TOPIC,
    false,
    'Whether a replica that is not in sync may lead when no other can, at the price of the records that it lacks.',
  ),
  'replica.lag.time.max.ms': integer(
    BROKER,
    30_000,
    1,
    LONG_MAX,
    'A follower that was not caught up for this long leaves the in-sync replicas.',
  ),
  'replica.fetch.wait.max.ms': integer(
    BROKER,
    500,
    0,
    INT_MAX,
    'How long a leader holds the fetch of a follower while it has too little to send.',
  ),
  'replica.fetch.min.bytes': integer(
    BROKER,
    1,
    0,
    INT_MAX,
    'How much a leader waits to have before it answers the fetch of a follower.',
  ),
  'replica.fetch.backoff.ms': integer(
    BROKER,
    1_000,
    0,
    INT_MAX,
    'How long a follower leaves a partition alone after its fetch failed.',
  ),
  'broker.heartbeat.interval.ms': integer(
    BROKER,
    2_000,
    1,
    INT_MAX,
    'How often a broker tells the controller that it lives.',
  ),
  'broker.session.timeout.ms': integer(
    BROKER,
    9_000,
    1,
    INT_MAX,
    'A broker from which the controller heard nothing for this long is fenced: it leads nothing and leaves every in-sync set.',
  ),
  'controller.quorum.election.timeout.ms': integer(
    BROKER,
    1_000,
    1,
    INT_MAX,
    'How long a controller waits for a leader or for votes before it stands for election; up to twice as long, drawn anew each time.',
  ),
  'controller.quorum.fetch.timeout.ms': integer(
    BROKER,
    2_000,
    1,
    INT_MAX,
    'A controller that could not fetch from the leader of the quorum for this long looks for another; a leader from which no majority fetched for one and a half times as long resigns.',
  ),
  'controller.quorum.election.backoff.max.ms': integer(
    BROKER,
    1_000,
    0,
    INT_MAX,
    'How long at most a controller that lost an election waits before it stands again.',
  ),
  'controller.quorum.request.timeout.ms': integer(
    BROKER,
    2_000,
    1,
    INT_MAX,
    'How long controllers wait for each other before they close the connection.',
  ),
  'metadata.log.max.record.bytes.between.snapshots': integer(
    BROKER,
    20_971_520,
    1,
    INT_MAX,
    'How much is committed to the metadata log until a controller writes its next snapshot of it (KIP-630); every record counts as 100 bytes.',
  ),
  'metadata.max.retention.bytes': integer(
    BROKER,
    104_857_600,
    0,
    INT_MAX,
    'When more than this is committed in the metadata log, what its latest snapshot includes is deleted; every record counts as 100 bytes.',
  ),
  'auto.leader.rebalance.enable': flag(
    BROKER,
    true,
    'Whether leadership goes back to the first replica of a partition when that one is in sync again.',
  ),
  'leader.imbalance.check.interval.seconds': integer(
    BROKER,
    300,
    1,
    LONG_MAX,
    'How often the controller looks for leaderships to give back.',
  ),
  'replica.high.watermark.checkpoint.interval.ms': integer(
    BROKER,
    5_000,
    1,
    LONG_MAX,
    'How often a broker writes its high watermarks to disk; a restarted replica begins with the last one written.',
  ),
  'log.flush.interval.messages': integer(
    BROKER,
    LONG_MAX,
    1,
    LONG_MAX,
    'After how many records a log is flushed; by default never, so that what is not replicated dies with the power.',
  ),
  'log.flush.offset.checkpoint.interval.ms': integer(
    BROKER,
    60_000,
    1,
    INT_MAX,
    'How often a broker notes up to where its logs are flushed.',
  ),
  'log.retention.check.interval.ms': integer(
    BROKER,
    300_000,
    1,
    LONG_MAX,
    'How often a broker looks for segments that are older than retention.ms.',
  ),
  'retention.ms': integer(
    BROKER_AND_TOPIC,
    604_800_000,
    -1,
    LONG_MAX,
    'How old the newest record of a segment becomes before the segment is deleted; -1: it never is.',
  ),
  'segment.ms': integer(
    BROKER_AND_TOPIC,
    604_800_000,
    1,
    LONG_MAX,
    'How much younger than the first record of a segment one may be that still gets into it.',
  ),
  'replica.selector.class': choice(
    BROKER,
    [
      'org.apache.kafka.common.replica.LeaderSelector',
      'org.apache.kafka.common.replica.RackAwareReplicaSelector',
    ],
    'org.apache.kafka.common.replica.LeaderSelector',
    {
      null: 'org.apache.kafka.common.replica.LeaderSelector',
      '': 'org.apache.kafka.common.replica.LeaderSelector',
    },
    'Whether consumers read from the leader, or from a replica in their own rack where there is one (KIP-392).',
  ),
  'eligible.leader.replicas.version': integer(
    BROKER,
    1,
    0,
    1,
    'The feature level of KIP-966: at 1 the controller remembers which replicas outside the in-sync set hold every committed record; 0 is Kafka before it.',
  ),
  'producer.id.expiration.ms': integer(
    BROKER,
    86_400_000,
    1,
    INT_MAX,
    'A partition forgets a producer that wrote nothing to it for this long, unless a transaction of its is open.',
  ),
  'producer.id.expiration.check.interval.ms': integer(
    BROKER,
    600_000,
    1,
    INT_MAX,
    'How often a broker looks for producers to forget.',
  ),
  'transaction.version': integer(
    BROKER,
    2,
    0,
    2,
    'The feature level of KIP-890: at 2 each transaction has an epoch of its own, and leaders add their partitions to it; 0 and 1 are Kafka before it.',
  ),
  'transaction.partition.verification.enable': flag(
    BROKER,
    true,
    'Whether a leader asks the coordinator before it appends the first record of a transaction (KIP-890); with transaction.version 2 it always does.',
  ),
  'transaction.max.timeout.ms': integer(
    BROKER,
    900_000,
    1,
    INT_MAX,
    'The greatest transaction.timeout.ms that a producer may ask for.',
  ),
  'transactional.id.expiration.ms': integer(
    BROKER,
    604_800_000,
    1,
    INT_MAX,
    'A transactional id that nobody used for this long is forgotten.',
  ),
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': integer(
    BROKER,
    10_000,
    1,
    INT_MAX,
    'How often a coordinator looks for transactions whose time is over.',
  ),
  'transaction.remove.expired.transaction.cleanup.interval.ms': integer(
    BROKER,
    3_600_000,
    1,
    INT_MAX,
    'How often a coordinator looks for transactional ids to forget.',
  ),
  'transaction.state.log.num.partitions': integer(
    BROKER,
    50,
    1,
    INT_MAX,
    'How many partitions the log of transactions has; each has its coordinator.',
  ),
  'transaction.state.log.replication.factor': integer(
    BROKER,
    3,
    1,
    32_767,
    'How many replicas the log of transactions has.',
  ),
  'transaction.state.log.min.isr': integer(
    BROKER,
    2,
    1,
    INT_MAX,
    'As min.insync.replicas, for the log of transactions.',
  ),
  'offsets.topic.num.partitions': integer(
    BROKER,
    50,
    1,
    INT_MAX,
    'How many partitions the log of committed offsets has; each has its coordinator.',
  ),
  'offsets.topic.replication.factor': integer(
    BROKER,
    3,
    1,
    32_767,
    'How many replicas the log of committed offsets has.',
  ),
  'controlled.shutdown.enable': flag(
    BROKER,
    true,
    'Whether a broker that is told to stop hands over its leaderships first.',
  ),

  acks: choice(
    PRODUCER,
    ['all', '1', '0'],
    'all',
    { '-1': 'all' },
    'Who must have a record before a send is acknowledged: all in-sync replicas, the leader, or nobody.',
  ),
  retries: integer(
    PRODUCER,
    INT_MAX,
    0,
    INT_MAX,
    'How often a producer sends a batch again after an error that may pass.',
  ),
  'retry.backoff.ms': integer(CLIENTS, 100, 0, LONG_MAX, 'How long a client waits before its first retry.'),
  'retry.backoff.max.ms': integer(
    CLIENTS,
    1_000,
    0,
    LONG_MAX,
    'The longest wait between two retries: it doubles from retry.backoff.ms up to this (KIP-580).',
  ),
  'delivery.timeout.ms': integer(
    PRODUCER,
    120_000,
    0,
    INT_MAX,
    'How long a producer may take, from the send on, to report success or failure.',
  ),
  'request.timeout.ms': integer(
    CLIENTS,
    30_000,
    0,
    INT_MAX,
    'How long a client waits for the answer to one request before it gives the connection up.',
  ),
  'max.in.flight.requests.per.connection': integer(
    PRODUCER,
    5,
    1,
    INT_MAX,
    'How many unanswered requests a producer may have at one broker; with more than one, a retry may overtake.',
  ),
  'linger.ms': integer(PRODUCER, 5, 0, LONG_MAX, 'How long a producer waits for a batch to fill.'),
  'batch.size': integer(PRODUCER, 16_384, 0, INT_MAX, 'How many bytes a producer puts in one batch at most.'),
  'enable.idempotence': flag(
    PRODUCER,
    true,
    'Whether a producer numbers its records, so that a batch that it sends again is written once.',
  ),
  'transaction.timeout.ms': integer(
    PRODUCER,
    60_000,
    1,
    INT_MAX,
    'A transaction that is open for longer is aborted by its coordinator.',
  ),
  'crucible.max.sequence': integer(
    ['broker', 'producer'],
    INT_MAX,
    7,
    INT_MAX,
    'Not of Kafka: the greatest sequence number, after which a producer begins at 0 again; small to see what happens then.',
  ),
  'crucible.max.producer.epoch': integer(
    ['broker', 'producer'],
    32_767,
    2,
    32_767,
    'Not of Kafka: the greatest epoch of a producer id, after which a producer needs another id.',
  ),
  'crucible.producer.id.block.size': integer(
    BROKER,
    1_000,
    1,
    INT_MAX,
    'Not of Kafka: how many producer ids the controller hands out to a broker at once.',
  ),
  'max.block.ms': integer(
    PRODUCER,
    60_000,
    0,
    LONG_MAX,
    'How long a send may wait for metadata or memory before it fails.',
  ),
  'metadata.max.age.ms': integer(
    CLIENTS,
    300_000,
    0,
    LONG_MAX,
    'How old the metadata of a client may grow before it asks again without a reason.',
  ),

  'auto.offset.reset': choice(
    CONSUMER,
    ['earliest', 'latest', 'none'],
    'latest',
    {},
    'Where a consumer goes on when it has no position or the log no longer has it: the start, the end, or an error.',
  ),
  'isolation.level': choice(
    CONSUMER,
    ['read_uncommitted', 'read_committed'],
    'read_uncommitted',
    {},
    'Whether a consumer is shown records of transactions that are open or were aborted.',
  ),
  'fetch.max.wait.ms': integer(
    CONSUMER,
    500,
    0,
    INT_MAX,
    'How long a broker holds the fetch of a consumer while it has too little to send.',
  ),
  'fetch.min.bytes': integer(
    CONSUMER,
    1,
    0,
    INT_MAX,
    'How much a broker waits to have before it answers the fetch of a consumer.',
  ),
  'max.poll.records': integer(CONSUMER, 500, 1, INT_MAX, 'How many records one poll returns at most.'),
  'default.api.timeout.ms': integer(
    ['consumer', 'admin'],
    60_000,
    0,
    INT_MAX,
    'How long a consumer or admin operation may take if it names no timeout of its own.',
  ),
};

type Properties = typeof PROPERTIES;
export type PropertyName = keyof Properties;

type ValueOf<Property> = Property extends IntegerProperty
  ? number
  : Property extends BooleanProperty
    ? boolean
    : Property extends ChoiceProperty<infer Choice>
      ? Choice
      : never;

/** A value for every property that is simulated. */
export type Configuration = { readonly [Name in PropertyName]: ValueOf<Properties[Name]> };
export type ConfigurationValue = string | number | boolean;
export type ConfigurationValues = Readonly<Record<string, ConfigurationValue>>;

/** What the harness tests if it is told nothing: what most clusters that care run. `acks=all` is Kafka's default. */
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

/** What is said of one property in documentation. */
export interface CataloguedProperty {
  readonly name: PropertyName;
  readonly type: 'integer' | 'boolean' | 'choice';
  readonly scopes: readonly Scope[];
  readonly default: ConfigurationValue;
  /** In words: `1 or more`, `earliest, latest or none`. */
  readonly values: string;
  readonly meaning: string;
}

type AnyProperty = IntegerProperty | BooleanProperty | ChoiceProperty<string>;

const TABLE: ReadonlyMap<string, AnyProperty> = new Map<string, AnyProperty>(Object.entries(PROPERTIES));

const DEFAULTS: Configuration = Object.freeze(
  // The table gives each name the type that Configuration derives from it.
  Object.fromEntries([...TABLE].map(([name, property]) => [name, property.default])) as Configuration,
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
  return TABLE.has(name);
}

/**
 * The configuration that `values` describe, with Kafka's defaults for the rest. Strings are parsed as
 * a properties file would be. Properties that exist in Kafka and change nothing that is judged here are
 * dropped; see `unsimulated-properties.ts`.
 * @throws ConfigurationError for an unknown name, a value of the wrong type or out of range, a property
 *   that is not simulated, and a combination that Kafka refuses.
 */
export function resolveConfiguration(values: ConfigurationValues): Configuration {
  const resolved: Record<string, ConfigurationValue> = { ...DEFAULTS };
  for (const [name, value] of Object.entries(values)) {
    const property = TABLE.get(name);
    if (property !== undefined) resolved[name] = parse(name, property, value);
    else refuseUnlessHarmless(name, value);
  }
  // Every value was parsed by the property that gives its name a type.
  return settleCombinations(resolved as Configuration, values);
}

function parse(name: string, property: AnyProperty, value: ConfigurationValue): ConfigurationValue {
  if (property.type === 'integer') return parseInteger(name, property, value);
  const text = String(value).trim();
  if (property.type === 'boolean') {
    const lower = text.toLowerCase();
    if (lower === 'true' || lower === 'false') return lower === 'true';
  } else {
    const chosen =
      property.aliases[text] ??
      property.choices.find((known) => known === text || known === text.toLowerCase());
    if (chosen !== undefined) return chosen;
  }
  throw unexpected(name, property, value);
}

function parseInteger(name: string, property: IntegerProperty, value: ConfigurationValue): number {
  const text = String(value).trim();
  const number = typeof value === 'number' ? value : /^[+-]?[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isInteger(number)) throw unexpected(name, property, value);
  const capped = property.max === LONG_MAX ? Math.min(number, LONG_MAX) : number;
  if (capped < property.min || capped > property.max) throw unexpected(name, property, value);
  return capped;
}

function unexpected(name: string, property: AnyProperty, value: ConfigurationValue): ConfigurationError {
  return new ConfigurationError(
    name,
    `${name} must be ${allowedValues(property)}, not ${JSON.stringify(value)}.`,
  );
}

function allowedValues(property: AnyProperty): string {
  if (property.type === 'boolean') return 'true or false';
  if (property.type === 'choice') return inWords([...property.choices, ...Object.keys(property.aliases)]);
  if (property.max >= INT_MAX) return `a whole number, ${property.min} or more`;
  return `a whole number from ${property.min} to ${property.max}`;
}

function inWords(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
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
  const suggestion = nearest(name, [...TABLE.keys(), ...UNSIMULATED.keys()], Math.ceil(name.length / 3));
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

/** What Kafka checks, or repairs, across properties when a broker or a client starts. */
function settleCombinations(configuration: Configuration, given: ConfigurationValues): Configuration {
  const fetchWait = configuration['replica.fetch.wait.max.ms'];
  const lagMax = configuration['replica.lag.time.max.ms'];
  if (fetchWait > lagMax) {
    throw new ConfigurationError(
      'replica.fetch.wait.max.ms',
      `replica.fetch.wait.max.ms=${fetchWait} must not exceed replica.lag.time.max.ms=${lagMax}: an idle follower would leave the in-sync replicas again and again.`,
    );
  }
  const idempotence = settleIdempotence(configuration, given);
  if (idempotence) checkSequences(configuration);
  return settleDeliveryTimeout({ ...configuration, 'enable.idempotence': idempotence }, given);
}

const MAX_IN_FLIGHT_WITH_IDEMPOTENCE = 5;

/** As ProducerConfig does (KIP-679): what nobody asked for gives way, what somebody asked for is refused. */
function settleIdempotence(configuration: Configuration, given: ConfigurationValues): boolean {
  if (!configuration['enable.idempotence']) return false;
  const { acks, retries, 'max.in.flight.requests.per.connection': inFlight } = configuration;
  const conflict =
    acks !== 'all'
      ? `acks=${acks}: it needs acks=all`
      : retries === 0
        ? 'retries=0: it is there for retries'
        : inFlight > MAX_IN_FLIGHT_WITH_IDEMPOTENCE
          ? `max.in.flight.requests.per.connection=${inFlight}: a broker remembers ${MAX_IN_FLIGHT_WITH_IDEMPOTENCE} batches`
          : null;
  if (conflict === null) return true;
  if (!Object.hasOwn(given, 'enable.idempotence')) return false;
  throw new ConfigurationError(
    'enable.idempotence',
    `enable.idempotence=true cannot be had with ${conflict}.`,
  );
}

/** No batch that a broker remembers may have the numbers of one that is in flight: to the old leader, or to the new one. */
function checkSequences({
  'crucible.max.sequence': max,
  'max.in.flight.requests.per.connection': inFlight,
}: Configuration): void {
  const least = MAX_IN_FLIGHT_WITH_IDEMPOTENCE + 3 * inFlight - 1;
  if (max >= least) return;
  throw new ConfigurationError(
    'crucible.max.sequence',
    `crucible.max.sequence must be ${least} or more with max.in.flight.requests.per.connection=${inFlight}, not ${max}: a broker could not tell batches apart.`,
  );
}

function settleDeliveryTimeout(configuration: Configuration, given: ConfigurationValues): Configuration {
  const linger = configuration['linger.ms'];
  const request = configuration['request.timeout.ms'];
  const needed = Math.min(INT_MAX, linger + request);
  if (configuration['delivery.timeout.ms'] >= needed) return configuration;
  // As KafkaProducer does: a deadline nobody chose is raised, one that somebody chose is refused.
  if (!Object.hasOwn(given, 'delivery.timeout.ms'))
    return { ...configuration, 'delivery.timeout.ms': needed };
  throw new ConfigurationError(
    'delivery.timeout.ms',
    `delivery.timeout.ms=${configuration['delivery.timeout.ms']} must be at least linger.ms + request.timeout.ms = ${linger} + ${request}.`,
  );
}
