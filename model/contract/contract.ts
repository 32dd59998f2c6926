/**
 * Which promises a configuration makes, and which faults they survive. Nothing here depends on what a
 * cluster did, except for the tally of faults against which a contract is held.
 *
 * Sources: the durability section of Kafka's documentation for `acks`, `min.insync.replicas` and unclean
 * election; KIP-966 for what may be lost with a disk or with the power; KIP-679 for idempotence and send order;
 * KIP-890 for what transactions were before their second version.
 */
import type { Configuration } from '../configuration/configuration.ts';
import { GUARANTEE_IDS, type GuaranteeId } from '../guarantee.ts';
import type { ClusterEvent } from '../history/history.ts';

/** Whether a configuration makes a promise, and if not, because of which setting: `acks=1`. */
export type Pledge = { readonly promised: true } | { readonly promised: false; readonly because: string };

export interface Clause {
  readonly pledge: Pledge;
  /**
   * Once a broker has lost power or disk: how many distinct brokers, over a whole history, may have
   * gone down uncleanly, that one included. While nothing but processes is lost any number may, and
   * pauses, partitions, lost messages and wrong clocks are survived in any case.
   */
  readonly uncleanBrokersTolerated: number;
  /** Why not one more: completes "not promised, because". */
  readonly limit: string;
}

export interface Contract {
  /** min(min.insync.replicas, replication factor). */
  readonly effectiveMinInsyncReplicas: number;
  /** For `idempotent-producer` this is that nothing is stored twice; `sendOrder` is the other half of it. */
  readonly clauses: Readonly<Record<GuaranteeId, Clause>>;
  /** Whether two acknowledged sends of one producer lie in the order in which they were sent. */
  readonly sendOrder: Clause;
  /** The half of `atomic-transactions` that is about what a group is told of its offsets. */
  readonly committedOffsets: Clause;
  /** Whether a producer settles by itself what a broker does not accept of its sequences and epochs. */
  readonly ownErrors: Clause;
}

const PROMISED: Pledge = { promised: true };

/** Of each producer in each partition (ProducerStateEntry.NUM_BATCHES_TO_RETAIN). */
const BATCHES_REMEMBERED = 5;
/** Kafka's default: only delivery.timeout.ms ends the retries. */
const UNLIMITED_RETRIES = 2_147_483_647;

/** Records may be gone; but the cluster goes on with what it has. */
const WHATEVER_WAS_LOST: Clause = {
  pledge: PROMISED,
  uncleanBrokersTolerated: Number.POSITIVE_INFINITY,
  limit: 'there is no limit to what it survives',
};

/** The promises of a topic with this replication factor under this configuration. */
export function contractOf(configuration: Configuration, replicationFactor: number): Contract {
  const tolerance = lossTolerance(configuration, ofTopic(configuration, replicationFactor));
  const clause = (pledge: Pledge): Clause => ({ pledge, ...tolerance });
  const clean = cleanElection(configuration);
  const atomic = clean.promised ? everyTransactionHasAnEpoch(configuration) : clean;
  // What becomes of a transaction is in the log of transactions alone, and of a group in the offsets topic.
  const decided = least(tolerance, lossTolerance(configuration, ofTransactionLog(configuration)));
  const offsets = least(decided, lossTolerance(configuration, ofOffsetsTopic(configuration)));
  return {
    effectiveMinInsyncReplicas: Math.min(configuration['min.insync.replicas'], replicationFactor),
    clauses: {
      'partition-order': clause(clean),
      'committed-reads': clause(clean),
      'no-loss': clause(clean.promised ? acknowledgedByAll(configuration) : clean),
      'idempotent-producer': clause(clean.promised ? storedOnce(configuration) : clean),
      'atomic-transactions': { pledge: atomic, ...decided },
      progress: { ...WHATEVER_WAS_LOST, pledge: everythingEnds(configuration) },
    },
    sendOrder: clause(clean.promised ? sendsKeepOrder(configuration) : clean),
    committedOffsets: { pledge: atomic, ...offsets },
    ownErrors: clause(clean.promised ? settlesSequences(configuration) : clean),
  };
}

/** The clause that an anomaly is judged by. */
export function clauseOf(contract: Contract, guarantee: GuaranteeId, anomaly: string): Clause {
  if (anomaly === 'nonmonotonic-send') return contract.sendOrder;
  return OFFSET_ANOMALIES.includes(anomaly) ? contract.committedOffsets : contract.clauses[guarantee];
}

/** The guarantees that a configuration gives in every part of them, while faults stay within their limits. */
export function promisedBy(configuration: Configuration): ReadonlySet<GuaranteeId> {
  const contract = contractOf(configuration, configuration['default.replication.factor']);
  return new Set(GUARANTEE_IDS.filter((id) => partsOf(contract, id).every(({ pledge }) => pledge.promised)));
}

function partsOf({ clauses, sendOrder, committedOffsets, ownErrors }: Contract, id: GuaranteeId): Clause[] {
  if (id === 'idempotent-producer') return [clauses[id], sendOrder, ownErrors];
  return id === 'atomic-transactions' ? [clauses[id], committedOffsets] : [clauses[id]];
}

const OFFSET_ANOMALIES = ['lost-offset', 'aborted-offset', 'uncommitted-offset', 'phantom-offset'];

/** How a log is replicated. */
interface Replication {
  readonly factor: number;
  readonly minInsyncReplicas: number;
  /** The settings that say so, in words. */
  readonly factorTold: string;
  readonly minimumTold: string;
}

function ofTopic(configuration: Configuration, factor: number): Replication {
  return {
    factor,
    minInsyncReplicas: configuration['min.insync.replicas'],
    factorTold: `a replication factor of ${factor}`,
    minimumTold: `min.insync.replicas=${configuration['min.insync.replicas']}`,
  };
}

function ofTransactionLog(configuration: Configuration): Replication {
  const factor = configuration['transaction.state.log.replication.factor'];
  const minInsyncReplicas = configuration['transaction.state.log.min.isr'];
  return {
    factor,
    minInsyncReplicas,
    factorTold: `transaction.state.log.replication.factor=${factor}`,
    minimumTold: `transaction.state.log.min.isr=${minInsyncReplicas}`,
  };
}

/** It has no minimum of its own. */
function ofOffsetsTopic(configuration: Configuration): Replication {
  const factor = configuration['offsets.topic.replication.factor'];
  return {
    ...ofTopic(configuration, factor),
    factorTold: `offsets.topic.replication.factor=${factor}`,
  };
}

type Tolerance = Pick<Clause, 'uncleanBrokersTolerated' | 'limit'>;

/** The first of those that survive no more than any other. */
function least(a: Tolerance, b: Tolerance): Tolerance {
  return b.uncleanBrokersTolerated < a.uncleanBrokersTolerated ? b : a;
}

/**
 * A committed record is on at least the effective minimum of replicas, and a broker that comes back
 * after an unclean shutdown is neither in the ISR nor eligible to lead (KIP-966); so one fewer may go
 * down uncleanly. The controller cannot tell a crash of the process, which loses nothing, from a loss of
 * power: when all candidates have been down it elects the last known leader, be it the one that lost its
 * tail. Before KIP-966 the last member of an ISR was elected again whatever it had lost meanwhile.
 */
function lossTolerance(
  configuration: Configuration,
  { factor, minInsyncReplicas, factorTold, minimumTold }: Replication,
): Tolerance {
  if (configuration['eligible.leader.replicas.version'] === 0) {
    return {
      uncleanBrokersTolerated: 0,
      limit:
        'eligible.leader.replicas.version=0 elects the last in-sync replica again, whatever it lost (KIP-966)',
    };
  }
  const effective = Math.min(minInsyncReplicas, factor);
  const setting = effective < minInsyncReplicas ? factorTold : minimumTold;
  const fault =
    effective === 1
      ? 'the loss of a disk or of power'
      : `a loss of disk or power when ${effective} brokers have gone down uncleanly`;
  return { uncleanBrokersTolerated: effective - 1, limit: `${setting} does not survive ${fault}` };
}

function cleanElection(configuration: Configuration): Pledge {
  return configuration['unclean.leader.election.enable']
    ? { promised: false, because: 'unclean.leader.election.enable=true' }
    : PROMISED;
}

function acknowledgedByAll(configuration: Configuration): Pledge {
  return configuration.acks === 'all' ? PROMISED : { promised: false, because: `acks=${configuration.acks}` };
}

/** Whoever waits for less long than what it waits for may take begins again for ever. */
function everythingEnds(configuration: Configuration): Pledge {
  const pledges = [
    // A consumer gives up every fetch that the broker may hold back longer than it waits for an answer.
    isBelow(configuration, 'fetch.max.wait.ms', 'request.timeout.ms'),
    // A broker is fenced before each of its heartbeats (KIP-631).
    isBelow(configuration, 'broker.heartbeat.interval.ms', 'broker.session.timeout.ms'),
    metadataIsHeardOf(configuration),
    transactionsEnd(configuration),
  ];
  return pledges.find(({ promised }) => !promised) ?? PROMISED;
}

/**
 * A late produce request may open a transaction of which no coordinator knows, and nobody ends that, unless the
 * leader asks the coordinator first (KIP-890, part 1).
 */
function transactionsEnd(configuration: Configuration): Pledge {
  const verified =
    configuration['transaction.version'] >= 2 || configuration['transaction.partition.verification.enable'];
  if (verified) return PROMISED;
  return {
    promised: false,
    because: 'transaction.partition.verification.enable=false (KIP-890 part 1)',
  };
}

type Duration = Extract<keyof Configuration, `${string}.ms`>;

function isBelow(configuration: Configuration, shorter: Duration, longer: Duration): Pledge {
  if (configuration[shorter] < configuration[longer]) return PROMISED;
  const [shorterTold, longerTold] = [shorter, longer].map((name) => `${name}=${configuration[name]}`);
  return { promised: false, because: `${shorterTold} is not below ${longerTold}` };
}

/** For how long a controller holds the fetch of a broker that has nothing to return (KafkaRaftClient.MAX_FETCH_WAIT_MS). */
export const METADATA_FETCH_WAIT_MS = 500;

function metadataIsHeardOf(configuration: Configuration): Pledge {
  const patience = configuration['controller.quorum.request.timeout.ms'];
  if (patience > METADATA_FETCH_WAIT_MS) return PROMISED;
  return {
    promised: false,
    because: `controller.quorum.request.timeout.ms=${patience} is not above the ${METADATA_FETCH_WAIT_MS} ms for which a controller holds a fetch`,
  };
}

/** Longer than a copy of a request is under way, with whatever the clocks of brokers are wrong by. */
const LONG_MS = 86_400_000;

/**
 * A batch that is sent again is known by its sequence number, as long as the broker remembers its producer:
 * five batches, and for producer.id.expiration.ms. Of one that it has forgotten it takes any batch for a new one
 * (KIP-360). A copy of a batch may come long after delivery.timeout.ms, when its sender has given it up, and the age
 * is told by clocks that jump; so what is promised is what Kafka's default gives room for. A producer that never
 * sends again stores nothing twice.
 */
function storedOnce(configuration: Configuration): Pledge {
  if (configuration.retries === 0) return PROMISED;
  const idempotent = idempotence(configuration);
  if (!idempotent.promised) return idempotent;
  const expiration = configuration['producer.id.expiration.ms'];
  if (expiration >= LONG_MS) return PROMISED;
  return {
    promised: false,
    because: `producer.id.expiration.ms=${expiration} may be over while a copy of a batch is under way`,
  };
}

/** A producer that may not try often enough hands on whatever it was answered last. */
function settlesSequences(configuration: Configuration): Pledge {
  const { retries } = configuration;
  if (retries < UNLIMITED_RETRIES) return { promised: false, because: `retries=${retries}` };
  return storedOnce(configuration);
}

/** Whether producers number their records; if not, because of which setting. */
function idempotence(configuration: Configuration): Pledge {
  if (configuration['enable.idempotence']) return PROMISED;
  const inFlight = configuration['max.in.flight.requests.per.connection'];
  if (inFlight > BATCHES_REMEMBERED) {
    return {
      promised: false,
      because: `max.in.flight.requests.per.connection=${inFlight} is more than the ${BATCHES_REMEMBERED} batches that a broker remembers`,
    };
  }
  if (configuration.acks !== 'all') {
    return { promised: false, because: `acks=${configuration.acks}, and so no idempotence` };
  }
  return { promised: false, because: 'enable.idempotence=false' };
}

/**
 * Without sequence numbers a retry may overtake the batch behind it. With acks=0 nobody says where a record
 * lies; with acks=1 it must also have been read there, because what was acknowledged may be gone.
 */
function sendsKeepOrder(configuration: Configuration): Pledge {
  if (configuration.acks === '0') return { promised: false, because: 'acks=0' };
  const inFlight = configuration['max.in.flight.requests.per.connection'];
  if (inFlight === 1 || configuration.retries === 0) return PROMISED;
  const stored = storedOnce(configuration);
  if (stored.promised || configuration['enable.idempotence']) return stored;
  return {
    promised: false,
    because: `max.in.flight.requests.per.connection=${inFlight} with retries and without idempotence`,
  };
}

/**
 * Before transaction.version=2 a producer keeps its epoch from one transaction to the next, and the log cannot
 * tell what is late: a produce request may join the next transaction (KIP-890, part 2), and a commit or an
 * abort may end it (KAFKA-17754).
 */
function everyTransactionHasAnEpoch(configuration: Configuration): Pledge {
  const version = configuration['transaction.version'];
  if (version >= 2) return PROMISED;
  return { promised: false, because: `transaction.version=${version} (KIP-890 part 2, KAFKA-17754)` };
}

/** After these a broker comes back as after a crash, as far as the controller can tell. */
const UNCLEAN: ReadonlySet<ClusterEvent['f']> = new Set([
  'crash',
  'file-loss',
  // Where a log directory is offline nothing says that the broker left cleanly: its next start passes for an unclean one.
  'disk-error',
] as const);

/** The faults of one history that a contract may not survive. */
export class FaultTally {
  private readonly unclean = new Set<string>();
  private lossy = 0;
  private uncleanElections = 0;

  observe(event: ClusterEvent): void {
    if (event.f === 'unclean-election') this.uncleanElections++;
    else if (UNCLEAN.has(event.f)) this.addUnclean(event.node);
    else if ((event.f === 'power-loss' || event.f === 'disk-loss') && this.addUnclean(event.node))
      this.lossy++;
  }

  /** Whether any broker lost power or disk. */
  get sawLoss(): boolean {
    return this.lossy > 0;
  }

  /** Distinct brokers that went down uncleanly, with or without loss. Controllers and clients hold no records. */
  get uncleanBrokerCount(): number {
    return this.unclean.size;
  }

  get sawUncleanElection(): boolean {
    return this.uncleanElections > 0;
  }

  /** False for a node that is no broker. */
  private addUnclean(node: string | undefined): boolean {
    // A fault that names no node may have hit any broker; it counts as one of its own.
    const broker = node ?? `unnamed ${this.unclean.size}`;
    if (node !== undefined && !node.startsWith('broker-')) return false;
    this.unclean.add(broker);
    return true;
  }
}

/** Whether a promise is to be judged now; `notPromisedBecause` is set when only an expectation demands it. */
export type Applicability =
  | { readonly judged: true; readonly notPromisedBecause?: string }
  | { readonly judged: false; readonly because: string };

const IN_FORCE: Applicability = { judged: true };

/** Whether it is judged even if nobody expects it beyond the configuration. */
export function isPromised(standing: Applicability): boolean {
  return standing.judged && standing.notPromisedBecause === undefined;
}

/**
 * How a clause stands after the faults so far.
 *
 * An expectation waives what the configuration does not promise, and holds the cluster to surviving at
 * least one lossy broker. Excuses count from the moment at which a fault exceeds the contract: what is
 * detected later may have been lost before it, but cannot be told from what the fault destroyed.
 */
export function applicabilityOf(clause: Clause, tally: FaultTally, expected: boolean): Applicability {
  const excuse = excuseOf(clause, tally);
  if (excuse === null) return IN_FORCE;
  if (!expected) return { judged: false, because: excuse };
  const expectedTolerance = Math.max(1, clause.uncleanBrokersTolerated);
  if (tally.sawLoss && tally.uncleanBrokerCount > expectedTolerance) {
    return { judged: false, because: `${tally.uncleanBrokerCount} brokers went down uncleanly, with loss` };
  }
  return { judged: true, notPromisedBecause: excuse };
}

function excuseOf(clause: Clause, tally: FaultTally): string | null {
  if (!clause.pledge.promised) return clause.pledge.because;
  if (tally.sawLoss && tally.uncleanBrokerCount > clause.uncleanBrokersTolerated) return clause.limit;
  if (tally.sawUncleanElection) return 'an unclean leader election gave records up';
  return null;
}

/** One row of the table of contracts in the documentation. */
export interface ContractRow {
  readonly guarantee: GuaranteeId;
  /** What it promises, in a sentence. */
  readonly promise: string;
  readonly anomalies: readonly string[];
  /** What the configuration must be. */
  readonly conditions: readonly string[];
  readonly survives: readonly string[];
  readonly excusedBy: readonly string[];
}

const ALWAYS_SURVIVED = [
  'any number of process crashes',
  'any number of pauses',
  'network partitions, lost, late and broken messages',
  'clocks that jump or drift',
];
const LOSSES_SURVIVED =
  'loss of power or disk while fewer than min(min.insync.replicas, replication factor) distinct brokers went down uncleanly (none with eligible.leader.replicas.version=0)';
const ALSO_OF_THE_LOG =
  'the same of transaction.state.log.min.isr and transaction.state.log.replication.factor';
const EXCUSES = [
  'an unclean leader election',
  'loss of power or disk when more brokers than that went down uncleanly',
];

/** The contracts as data: guarantee by condition by tolerated faults. */
export function contractTable(): readonly ContractRow[] {
  const survives = [...ALWAYS_SURVIVED, LOSSES_SURVIVED];
  const clean = 'unclean.leader.election.enable=false';
  return [
    {
      guarantee: 'no-loss',
      promise: 'An acknowledged record stays in the log.',
      anomalies: ['lost-write', 'unseen', 'inconsistent-offsets'],
      conditions: ['acks=all', clean],
      survives,
      excusedBy: EXCUSES,
    },
    {
      guarantee: 'committed-reads',
      promise: 'What a consumer has read is in the log for good.',
      anomalies: ['inconsistent-offsets', 'dirty-read'],
      conditions: [clean],
      survives,
      excusedBy: EXCUSES,
    },
    {
      guarantee: 'committed-reads',
      promise: 'A consumer reads only what was sent, where it was sent, and all replicas agree in the end.',
      anomalies: [
        'phantom',
        'read-from-future',
        'wrong-partition',
        'wrong-topic-id',
        'G1a',
        'diverged-replicas',
      ],
      conditions: [],
      survives: ['everything'],
      excusedBy: [],
    },
    {
      guarantee: 'partition-order',
      promise: 'A consumer sees a partition in order and without gaps.',
      anomalies: ['poll-skip', 'nonmonotonic-poll'],
      conditions: [clean],
      survives,
      excusedBy: EXCUSES,
    },
    {
      guarantee: 'idempotent-producer',
      promise: "A producer's own retries store no record twice.",
      anomalies: ['duplicate'],
      conditions: [
        clean,
        'enable.idempotence=true, which needs acks=all and max.in.flight.requests.per.connection of 5 at most; or retries=0',
        'producer.id.expiration.ms of a day at least (a copy of a batch may be late, and clocks jump)',
        'the first copy was not deleted before the second was stored (KIP-360)',
      ],
      survives,
      excusedBy: EXCUSES,
    },
    {
      guarantee: 'idempotent-producer',
      promise: "One producer's acknowledged sends to a partition lie in the order in which they were sent.",
      anomalies: ['nonmonotonic-send'],
      conditions: [
        clean,
        'as above; or acks=all or acks=1 with max.in.flight.requests.per.connection=1 or retries=0',
      ],
      survives,
      excusedBy: EXCUSES,
    },
    {
      guarantee: 'idempotent-producer',
      promise:
        'Outside of transactions a send does not fail, well before delivery.timeout.ms, by a sequence or an epoch that a broker refused: the producer settles that by itself.',
      anomalies: ['sequence-error'],
      conditions: [
        clean,
        'enable.idempotence=true, and retries not limited',
        'producer.id.expiration.ms not below delivery.timeout.ms',
      ],
      survives,
      excusedBy: EXCUSES,
    },
    {
      guarantee: 'atomic-transactions',
      promise:
        'Of a transaction, read_committed consumers and offsets show all or nothing, and nothing before its commit or after its producer was fenced.',
      anomalies: ['torn-transaction', 'G1a', 'uncommitted-read', 'precommitted-read', 'zombie-commit', 'G1c'],
      conditions: [clean, 'transaction.version=2 (before it: KIP-890 part 2, KAFKA-17754)'],
      survives: [...ALWAYS_SURVIVED, `${LOSSES_SURVIVED}; ${ALSO_OF_THE_LOG}`],
      excusedBy: EXCUSES,
    },
    {
      guarantee: 'atomic-transactions',
      promise:
        'A group is told the offset that was committed last, and of a transaction only what it committed.',
      anomalies: OFFSET_ANOMALIES,
      conditions: [clean, 'transaction.version=2 (before it: KIP-890 part 2, KAFKA-17754)'],
      survives: [
        ...ALWAYS_SURVIVED,
        `${LOSSES_SURVIVED}; ${ALSO_OF_THE_LOG}; and of offsets.topic.replication.factor`,
      ],
      excusedBy: EXCUSES,
    },
    {
      guarantee: 'progress',
      promise:
        'Some time after the last fault every operation has ended, every partition has a leader and a full ISR, and its replicas are equal.',
      anomalies: [
        'no-controller',
        'broker-fenced',
        'no-leader',
        'isr-not-full',
        'reassignment-pending',
        'replicas-differ',
        'replica-not-gone',
        'operation-pending',
        'final-read-stuck',
        'client-metadata-stale',
      ],
      conditions: [
        'fetch.max.wait.ms below request.timeout.ms',
        'broker.heartbeat.interval.ms below broker.session.timeout.ms',
        `controller.quorum.request.timeout.ms above ${METADATA_FETCH_WAIT_MS}`,
        'transaction.version=2, or transaction.partition.verification.enable=true (KIP-890 part 1)',
      ],
      survives: ['everything that is healed', 'brokers that stay away for good, while the rest is enough'],
      excusedBy: ['nobody who is left may hold all that is committed'],
    },
    {
      guarantee: 'progress',
      promise:
        'A transactional producer is fenced by nobody but another one with its transactional.id, or by transaction.timeout.ms.',
      anomalies: ['fenced-by-nobody'],
      conditions: [clean],
      survives,
      excusedBy: [
        ...EXCUSES,
        'clocks that jump or drift',
        'an initTransactions that may have been sent twice; with transaction.version below 2, any request that may have been',
      ],
    },
  ];
}
