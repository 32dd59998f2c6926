/**
 * The conditions on a configuration under which clauses of the contract are promised: one entry a condition, with the
 * text that documentation shows and the check that the model makes, so that the two cannot differ.
 *
 * A reason names the setting first, as `acks=1`. Reasons are part of the names of failure classes: a changed reason
 * makes known failures look new.
 */
import type { Configuration } from '../configuration/configuration.ts';

export interface Condition {
  /** The requirement on the configuration, as documentation shows it. */
  readonly stated: string;
  /** Returns the setting that does not meet the condition, as a reason; null if the configuration meets it. */
  readonly unmetBecause: (configuration: Configuration) => string | null;
}

/** Batches that a broker remembers of each producer in each partition (ProducerStateEntry.NUM_BATCHES_TO_RETAIN). */
const BATCHES_REMEMBERED = 5;
/** Kafka's default of `retries`: only delivery.timeout.ms ends the retries. */
const UNLIMITED_RETRIES = 2_147_483_647;
/** Longer than any copy of a request is on its way, whatever the error of the brokers' clocks. */
const LONG_MS = 86_400_000;
/** How long a controller holds the fetch of a broker for which it has nothing new (KafkaRaftClient.MAX_FETCH_WAIT_MS). */
export const METADATA_FETCH_WAIT_MS = 500;

/** No replica that is out of sync becomes the leader. */
export const CLEAN_ELECTIONS: Condition = {
  stated: 'unclean.leader.election.enable=false',
  unmetBecause: (configuration) =>
    configuration['unclean.leader.election.enable'] ? 'unclean.leader.election.enable=true' : null,
};

export const ACKNOWLEDGED_BY_ALL: Condition = {
  stated: 'acks=all',
  unmetBecause: ({ acks }) => (acks === 'all' ? null : `acks=${acks}`),
};

/** A leader recognises a batch that it already has by its sequence number. A producer without retries needs none. */
export const RETRIES_ARE_RECOGNISED: Condition = {
  stated: `enable.idempotence=true, which needs acks=all and max.in.flight.requests.per.connection of at most ${BATCHES_REMEMBERED}; or retries=0`,
  unmetBecause: (configuration) => (configuration.retries === 0 ? null : notIdempotentBecause(configuration)),
};

/**
 * A leader that has forgotten a producer accepts any batch of it as a new one (KIP-360). A copy of a batch may arrive
 * long after delivery.timeout.ms, when its producer has given it up, and brokers measure the age of a producer by
 * clocks that jump. So the promise needs as much time as Kafka's default allows.
 */
export const PRODUCERS_ARE_REMEMBERED: Condition = {
  stated:
    'producer.id.expiration.ms of at least a day (a copy of a batch may be late, and clocks jump); or retries=0',
  unmetBecause: (configuration) => {
    const expiration = configuration['producer.id.expiration.ms'];
    if (configuration.retries === 0 || expiration >= LONG_MS) return null;
    return `producer.id.expiration.ms=${expiration} may be over while a copy of a batch is under way`;
  },
};

/** A producer with few retries returns its last error to the application. */
export const RETRIES_ARE_UNLIMITED: Condition = {
  stated: 'retries not limited',
  unmetBecause: ({ retries }) => (retries < UNLIMITED_RETRIES ? `retries=${retries}` : null),
};

/**
 * Without sequence numbers a retry may overtake the batch after it. With acks=0 the producer does not learn where a
 * record lies.
 */
export const SENDS_KEEP_ORDER: Condition = {
  stated:
    'enable.idempotence=true with producer.id.expiration.ms of at least a day; or acks=all or acks=1, with max.in.flight.requests.per.connection=1 or retries=0',
  unmetBecause: (configuration) => {
    if (configuration.acks === '0') return 'acks=0';
    const inFlight = configuration['max.in.flight.requests.per.connection'];
    if (inFlight === 1 || configuration.retries === 0) return null;
    if (configuration['enable.idempotence']) return PRODUCERS_ARE_REMEMBERED.unmetBecause(configuration);
    return `max.in.flight.requests.per.connection=${inFlight} with retries and without idempotence`;
  },
};

/**
 * Before transaction.version=2 a producer keeps its epoch from one transaction to the next, and the log cannot
 * distinguish late requests: a late produce request may join the next transaction (KIP-890, part 2), and a late commit
 * or abort may end it (KAFKA-17754).
 */
export const EVERY_TRANSACTION_HAS_AN_EPOCH: Condition = {
  stated: 'transaction.version=2 (before it: KIP-890 part 2, KAFKA-17754)',
  unmetBecause: (configuration) => {
    const version = configuration['transaction.version'];
    return version >= 2 ? null : `transaction.version=${version} (KIP-890 part 2, KAFKA-17754)`;
  },
};

/**
 * A late produce request may open a transaction that no coordinator knows and therefore none ends, unless the leader
 * verifies the transaction with the coordinator first (KIP-890, part 1).
 */
export const TRANSACTIONS_ARE_VERIFIED: Condition = {
  stated: 'transaction.version=2, or transaction.partition.verification.enable=true (KIP-890 part 1)',
  unmetBecause: (configuration) =>
    configuration['transaction.version'] >= 2 || configuration['transaction.partition.verification.enable']
      ? null
      : 'transaction.partition.verification.enable=false (KIP-890 part 1)',
};

/** A consumer with a shorter request timeout gives up every fetch that the broker holds, and repeats it for ever. */
export const FETCHES_ARE_ANSWERED = isBelow('fetch.max.wait.ms', 'request.timeout.ms');

/** A broker with a shorter session is fenced before each of its heartbeats (KIP-631). */
export const HEARTBEATS_ARRIVE = isBelow('broker.heartbeat.interval.ms', 'broker.session.timeout.ms');

/** A broker with a shorter timeout closes every connection to a controller that has nothing new for it. */
export const METADATA_ARRIVES: Condition = {
  stated: `controller.quorum.request.timeout.ms above ${METADATA_FETCH_WAIT_MS}`,
  unmetBecause: (configuration) => {
    const timeout = configuration['controller.quorum.request.timeout.ms'];
    return timeout > METADATA_FETCH_WAIT_MS
      ? null
      : `controller.quorum.request.timeout.ms=${timeout} is not above the ${METADATA_FETCH_WAIT_MS} ms for which a controller holds a fetch`;
  },
};

type Duration = Extract<keyof Configuration, `${string}.ms`>;

function isBelow(shorter: Duration, longer: Duration): Condition {
  return {
    stated: `${shorter} below ${longer}`,
    unmetBecause: (configuration) =>
      configuration[shorter] < configuration[longer]
        ? null
        : `${shorter}=${configuration[shorter]} is not below ${longer}=${configuration[longer]}`,
  };
}

function notIdempotentBecause(configuration: Configuration): string | null {
  if (configuration['enable.idempotence']) return null;
  const inFlight = configuration['max.in.flight.requests.per.connection'];
  if (inFlight > BATCHES_REMEMBERED) {
    return `max.in.flight.requests.per.connection=${inFlight} is more than the ${BATCHES_REMEMBERED} batches that a broker remembers`;
  }
  return configuration.acks === 'all'
    ? 'enable.idempotence=false'
    : `acks=${configuration.acks}, and so no idempotence`;
}
