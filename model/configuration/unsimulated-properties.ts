/**
 * Properties of Kafka that this harness does not simulate. A value that changes nothing which the model checks is
 * accepted and ignored. Any other value is refused, because a test that silently ignored it would test another
 * configuration.
 */
export interface UnsimulatedProperty {
  /** Values with which Kafka behaves as the simulation does. `any`: the property changes nothing that is checked. */
  readonly harmless: 'any' | readonly string[];
  /** Numbers from this one on (inclusive) are harmless too. */
  readonly harmlessFrom?: number;
  /** The feature that is missing; completes "x is not simulated yet: ...". */
  readonly because: string;
}

const TRANSACTIONAL_ID = 'the plan gives producers their transactional ids';
const GROUPS = 'there are no consumer groups; the plan assigns partitions to consumers';
const DELETION = 'records are deleted on request and by retention.ms, not by size or key';
const SIZES = 'records are small and requests are not limited by size';
const QUORUM = 'the plan sets the number of controllers and their nodes';
const NO_BEARING = 'it changes nothing that is checked';

function refused(because: string, ...harmless: string[]): UnsimulatedProperty {
  return { harmless, because };
}

/** A limit above the age and size of any test's log deletes nothing; -1 is Kafka's "never". */
function retained(harmlessFrom: number): UnsimulatedProperty {
  return { harmless: ['-1'], harmlessFrom, because: DELETION };
}

const DAY_MS = 86_400_000;
const GIGABYTE = 1_000_000_000;

const IRRELEVANT: UnsimulatedProperty = { harmless: 'any', because: NO_BEARING };

const REFUSED: Readonly<Record<string, UnsimulatedProperty>> = {
  'transactional.id': refused(TRANSACTIONAL_ID),
  'transaction.two.phase.commit.enable': refused(
    'there is no two-phase commit: only its coordinator decides a transaction (KIP-939)',
    'false',
  ),
  'group.id': refused(GROUPS),
  'group.instance.id': refused(GROUPS),
  'group.protocol': refused(GROUPS),
  'group.remote.assignor': refused(GROUPS),
  'partition.assignment.strategy': refused(GROUPS),
  'enable.auto.commit': refused(GROUPS, 'false'),
  'cleanup.policy': refused(DELETION, 'delete'),
  'log.cleanup.policy': refused(DELETION, 'delete'),
  'retention.bytes': retained(GIGABYTE),
  'log.retention.ms': retained(DAY_MS),
  'log.retention.minutes': retained(DAY_MS / 60_000),
  'log.retention.hours': retained(DAY_MS / 3_600_000),
  'log.retention.bytes': retained(GIGABYTE),
  'remote.storage.enable': refused('there is no tiered storage', 'false'),
  'remote.log.storage.system.enable': refused('there is no tiered storage', 'false'),
  'flush.messages': refused(
    'flushing is configured for brokers, by log.flush.interval.messages',
    '9223372036854775807',
  ),
  'flush.ms': refused('logs are not flushed by time', '9223372036854775807'),
  'log.flush.interval.ms': refused('logs are not flushed by time', 'null', ''),
  'replica.fetch.max.bytes': { harmless: 'any', because: SIZES },
  'max.message.bytes': { harmless: 'any', because: SIZES },
  'message.max.bytes': { harmless: 'any', because: SIZES },
  'max.request.size': { harmless: 'any', because: SIZES },
  'fetch.max.bytes': { harmless: 'any', because: SIZES },
  'max.partition.fetch.bytes': { harmless: 'any', because: SIZES },
  'buffer.memory': { harmless: 'any', because: SIZES },
  'controller.quorum.voters': { harmless: 'any', because: QUORUM },
  'controller.quorum.bootstrap.servers': { harmless: 'any', because: QUORUM },
  'metadata.log.max.snapshot.interval.ms': refused(
    'snapshots of the metadata log are taken by its size',
    '3600000',
    '0',
  ),
  'metadata.max.retention.ms': { harmless: 'any', because: 'the metadata log is kept by its size' },
  'unclean.recovery.strategy': refused(
    'no release of Kafka has unclean recovery (the second part of KIP-966)',
    'none',
  ),
  'interceptor.classes': refused('clients run no code of users', ''),
  'partitioner.class': refused('records are placed by the default partitioner', '', 'null'),
  'partitioner.ignore.keys': refused('the key of a record decides its partition', 'false'),
  'allow.auto.create.topics': refused('topics are created only by request', 'false'),
  'auto.create.topics.enable': refused('topics are created only by request', 'false'),
};

/** Names in many properties files that change nothing which is checked. */
const IRRELEVANT_NAMES = [
  'advertised.listeners',
  'auto.commit.interval.ms',
  'bootstrap.servers',
  'broker.id',
  'broker.rack',
  'client.rack',
  'check.crcs',
  'client.dns.lookup',
  'client.id',
  'compression.type',
  'connections.max.idle.ms',
  'controller.listener.names',
  'exclude.internal.topics',
  'heartbeat.interval.ms',
  'inter.broker.listener.name',
  'key.deserializer',
  'key.serializer',
  'listener.security.protocol.map',
  'listeners',
  'log.dir',
  'log.dirs',
  'log.index.interval.bytes',
  'log.segment.bytes',
  'log.segment.ms',
  'max.poll.interval.ms',
  'message.timestamp.type',
  'metadata.log.dir',
  'metric.reporters',
  'metrics.num.samples',
  'metrics.recording.level',
  'node.id',
  'num.io.threads',
  'num.network.threads',
  'num.recovery.threads.per.data.dir',
  'num.replica.fetchers',
  'process.roles',
  'receive.buffer.bytes',
  'reconnect.backoff.max.ms',
  'reconnect.backoff.ms',
  'sasl.jaas.config',
  'sasl.mechanism',
  'security.protocol',
  'segment.bytes',
  'send.buffer.bytes',
  'session.timeout.ms',
  'socket.receive.buffer.bytes',
  'socket.request.max.bytes',
  'socket.send.buffer.bytes',
  'ssl.keystore.location',
  'ssl.keystore.password',
  'ssl.truststore.location',
  'ssl.truststore.password',
  'value.deserializer',
  'value.serializer',
] as const;

export const UNSIMULATED: ReadonlyMap<string, UnsimulatedProperty> = new Map([
  ...Object.entries(REFUSED),
  ...IRRELEVANT_NAMES.map((name): [string, UnsimulatedProperty] => [name, IRRELEVANT]),
]);

/** Whether Kafka with this value behaves as the simulation does. */
export function harmlessValue(property: UnsimulatedProperty, value: string | number | boolean): boolean {
  if (property.harmless === 'any') return true;
  const text = String(value).trim().toLowerCase();
  if (property.harmless.includes(text)) return true;
  return property.harmlessFrom !== undefined && text !== '' && Number(text) >= property.harmlessFrom;
}

/** The names in `values` that are accepted and ignored, so that a command can list them. */
export function ignoredProperties(
  values: Readonly<Record<string, string | number | boolean>>,
): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const property = UNSIMULATED.get(name);
    return property !== undefined && harmlessValue(property, value) ? [name] : [];
  });
}
