/** Properties of producers, consumers and admin clients, with the types, defaults and ranges of Kafka 4.1. */
import { choice, flag, INT_MAX, integer, LONG_MAX, type Scope } from './property.ts';

const BROKER: readonly Scope[] = ['broker'];
const PRODUCER: readonly Scope[] = ['producer'];
const CONSUMER: readonly Scope[] = ['consumer'];
const CLIENTS: readonly Scope[] = ['producer', 'consumer', 'admin'];

export const CLIENT_PROPERTIES = {
  acks: choice(
    PRODUCER,
    ['all', '1', '0'],
    'all',
    { '-1': 'all' },
    'Which replicas must have a record before its send is acknowledged: all in sync (all), the leader (1), or none (0).',
  ),
  retries: integer(
    PRODUCER,
    INT_MAX,
    0,
    INT_MAX,
    'How often a producer resends a batch after a retriable error.',
  ),
  'retry.backoff.ms': integer(CLIENTS, 100, 0, LONG_MAX, 'How long a client waits before its first retry.'),
  'retry.backoff.max.ms': integer(
    CLIENTS,
    1_000,
    0,
    LONG_MAX,
    'The longest wait between two retries: the wait doubles from retry.backoff.ms up to this (KIP-580).',
  ),
  'delivery.timeout.ms': integer(
    PRODUCER,
    120_000,
    0,
    INT_MAX,
    'The time from a send within which a producer reports success or failure.',
  ),
  'request.timeout.ms': integer(
    CLIENTS,
    30_000,
    0,
    INT_MAX,
    'How long a client waits for the response to a request before it closes the connection.',
  ),
  'max.in.flight.requests.per.connection': integer(
    PRODUCER,
    5,
    1,
    INT_MAX,
    'Requests that a producer may have in flight to one broker; with more than one and without idempotence, a retry may be stored after a later batch.',
  ),
  'linger.ms': integer(PRODUCER, 5, 0, LONG_MAX, 'How long a producer waits for a batch to fill.'),
  'batch.size': integer(PRODUCER, 16_384, 0, INT_MAX, 'The most bytes that a producer puts into one batch.'),
  'enable.idempotence': flag(
    PRODUCER,
    true,
    'Whether a producer numbers its records, so that a batch which it sends twice is stored once.',
  ),
  'transaction.timeout.ms': integer(
    PRODUCER,
    60_000,
    1,
    INT_MAX,
    'A transaction that is open for longer than this is aborted by its coordinator.',
  ),
  'crucible.max.sequence': integer(
    ['broker', 'producer'],
    INT_MAX,
    7,
    INT_MAX,
    "Not a property of Kafka: the greatest sequence number, after which a producer continues with 0. Kafka's is 2147483647; a small one tests the wrap-around.",
  ),
  'crucible.max.producer.epoch': integer(
    ['broker', 'producer'],
    32_767,
    2,
    32_767,
    "Not a property of Kafka: the greatest epoch of a producer id, after which a producer needs a new id. Kafka's is 32767.",
  ),
  'crucible.producer.id.block.size': integer(
    BROKER,
    1_000,
    1,
    INT_MAX,
    "Not a property of Kafka: producer ids that the controller allocates to a broker at once. Kafka's is 1000.",
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
    'The age at which a client refreshes its metadata, even if no error made it do so before.',
  ),

  'auto.offset.reset': choice(
    CONSUMER,
    ['earliest', 'latest', 'none'],
    'latest',
    {},
    'Where a consumer continues when it has no position, or the log no longer has the offset: at the start, at the end, or with an error.',
  ),
  'isolation.level': choice(
    CONSUMER,
    ['read_uncommitted', 'read_committed'],
    'read_uncommitted',
    {},
    'Whether a consumer reads records of transactions that are open or were aborted.',
  ),
  'fetch.max.wait.ms': integer(
    CONSUMER,
    500,
    0,
    INT_MAX,
    'How long a broker holds the fetch of a consumer while it has fewer bytes than fetch.min.bytes for it.',
  ),
  'fetch.min.bytes': integer(
    CONSUMER,
    1,
    0,
    INT_MAX,
    'Bytes that a broker must have before it answers the fetch of a consumer.',
  ),
  'max.poll.records': integer(CONSUMER, 500, 1, INT_MAX, 'The most records that one poll returns.'),
  'default.api.timeout.ms': integer(
    ['consumer', 'admin'],
    60_000,
    0,
    INT_MAX,
    'The timeout of an operation of a consumer or admin client that names none of its own.',
  ),
};
