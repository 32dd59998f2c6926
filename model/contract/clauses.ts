/**
 * The clauses of the contract, as data: what each promises, by which anomalies it is seen violated, what the
 * configuration must be, and which logs it relies on. Everything that is said or decided about a contract is derived
 * from this table. A new guarantee adds its clauses here.
 *
 * Sources: the durability section of Kafka's documentation for `acks`, `min.insync.replicas` and unclean election;
 * KIP-679 for idempotence and send order; KIP-890 for transactions before their second version.
 */
import { type Anomaly, type AnomalyOf, GUARANTEE_IDS, type GuaranteeId } from '../guarantee.ts';
import {
  ACKNOWLEDGED_BY_ALL,
  CLEAN_ELECTIONS,
  type Condition,
  EVERY_TRANSACTION_HAS_AN_EPOCH,
  FETCHES_ARE_ANSWERED,
  HEARTBEATS_ARRIVE,
  METADATA_ARRIVES,
  PRODUCERS_ARE_REMEMBERED,
  RETRIES_ARE_RECOGNISED,
  RETRIES_ARE_UNLIMITED,
  SENDS_KEEP_ORDER,
  TRANSACTIONS_ARE_VERIFIED,
} from './conditions.ts';
import type { ReplicatedLog } from './loss-tolerance.ts';

/** The clause with the name of a guarantee is the main one of that guarantee. */
export type ClauseId =
  | GuaranteeId
  | 'genuine-reads'
  | 'send-order'
  | 'producer-errors'
  | 'committed-offsets'
  | 'transactional-id';

export interface ClauseDefinition {
  readonly guarantee: GuaranteeId;
  /** The promise, in a sentence. */
  readonly promise: string;
  readonly anomalies: readonly Anomaly[];
  /** In the order in which they are checked: the first that is not met is the reason. */
  readonly conditions: readonly Condition[];
  /** The logs that must keep what is committed to them. Empty: no loss and no unclean election breaks the clause. */
  readonly reliesOn: readonly ReplicatedLog[];
  /** Replaces the faults that follow from `reliesOn`. */
  readonly survives?: readonly string[];
  /** Excuses for a violation, in addition to those that follow from `reliesOn`. */
  readonly alsoExcusedBy: readonly string[];
  /** Whether `expect` also demands it where the configuration does not promise it. */
  readonly expectable: boolean;
}

/** Ties the anomalies of a clause to those of its guarantee. */
function clause<const Id extends GuaranteeId>(
  guarantee: Id,
  definition: Omit<ClauseDefinition, 'guarantee' | 'alsoExcusedBy' | 'expectable'> & {
    readonly anomalies: readonly AnomalyOf<Id>[];
    readonly alsoExcusedBy?: readonly string[];
    readonly expectable?: false;
  },
): ClauseDefinition {
  return { alsoExcusedBy: [], expectable: true, guarantee, ...definition };
}

export const CLAUSES: Readonly<Record<ClauseId, ClauseDefinition>> = {
  'no-loss': clause('no-loss', {
    promise: 'An acknowledged record stays in the log.',
    anomalies: ['lost-write', 'unseen', 'inconsistent-offsets'],
    conditions: [CLEAN_ELECTIONS, ACKNOWLEDGED_BY_ALL],
    reliesOn: ['topic'],
  }),
  'committed-reads': clause('committed-reads', {
    promise: 'A record that a consumer has read stays in the log.',
    anomalies: ['inconsistent-offsets', 'dirty-read'],
    conditions: [CLEAN_ELECTIONS],
    reliesOn: ['topic'],
  }),
  'genuine-reads': clause('committed-reads', {
    promise:
      'A consumer reads only records that a producer sent, from the partition to which they were sent, and when all faults are over every replica holds the same log.',
    anomalies: [
      'phantom',
      'read-from-future',
      'wrong-partition',
      'wrong-topic-id',
      'G1a',
      'diverged-replicas',
    ],
    conditions: [],
    reliesOn: [],
  }),
  'partition-order': clause('partition-order', {
    promise: 'A consumer reads a partition in order and without gaps.',
    anomalies: ['poll-skip', 'nonmonotonic-poll'],
    conditions: [CLEAN_ELECTIONS],
    reliesOn: ['topic'],
  }),
  'idempotent-producer': clause('idempotent-producer', {
    promise: "A producer's own retries do not store a record twice.",
    anomalies: ['duplicate'],
    conditions: [CLEAN_ELECTIONS, RETRIES_ARE_RECOGNISED, PRODUCERS_ARE_REMEMBERED],
    reliesOn: ['topic'],
    alsoExcusedBy: ['the deletion of the first copy before the second was stored (KIP-360)'],
  }),
  'send-order': clause('idempotent-producer', {
    promise:
      'The acknowledged sends of one producer to a partition lie there in the order in which it sent them.',
    anomalies: ['nonmonotonic-send'],
    conditions: [CLEAN_ELECTIONS, SENDS_KEEP_ORDER],
    reliesOn: ['topic'],
    alsoExcusedBy: ['the deletion of the first copy of the earlier send (KIP-360)'],
  }),
  'producer-errors': clause('idempotent-producer', {
    promise:
      'Outside of transactions a producer recovers from sequence and epoch errors without the application: no send fails by one long before delivery.timeout.ms.',
    anomalies: ['sequence-error'],
    conditions: [CLEAN_ELECTIONS, RETRIES_ARE_UNLIMITED, RETRIES_ARE_RECOGNISED, PRODUCERS_ARE_REMEMBERED],
    reliesOn: ['topic'],
  }),
  'atomic-transactions': clause('atomic-transactions', {
    promise:
      'read_committed consumers and committed offsets see all of a transaction or none of it, and nothing before its commit or after its producer was fenced.',
    anomalies: ['torn-transaction', 'G1a', 'uncommitted-read', 'precommitted-read', 'zombie-commit', 'G1c'],
    conditions: [CLEAN_ELECTIONS, EVERY_TRANSACTION_HAS_AN_EPOCH],
    reliesOn: ['topic', 'transaction-log'],
  }),
  'committed-offsets': clause('atomic-transactions', {
    promise:
      'A group that fetches its offset gets the one that was committed last, and of a transaction only what it committed.',
    anomalies: ['lost-offset', 'aborted-offset', 'uncommitted-offset', 'phantom-offset'],
    conditions: [CLEAN_ELECTIONS, EVERY_TRANSACTION_HAS_AN_EPOCH],
    reliesOn: ['topic', 'transaction-log', 'offsets-topic'],
  }),
  progress: clause('progress', {
    promise:
      'After the last fault the cluster recovers: every operation and transaction ends, every partition has a leader and a full ISR, and its replicas are equal.',
    anomalies: [
      'no-controller',
      'broker-fenced',
      'no-leader',
      'isr-not-full',
      'reassignment-pending',
      'replicas-differ',
      'replica-not-gone',
      'operation-pending',
      'hanging-transaction',
      'final-read-stuck',
      'client-metadata-stale',
    ],
    conditions: [FETCHES_ARE_ANSWERED, HEARTBEATS_ARRIVE, METADATA_ARRIVES, TRANSACTIONS_ARE_VERIFIED],
    reliesOn: [],
    survives: ['every fault that is healed', 'permanent loss of brokers, while the rest is enough'],
    alsoExcusedBy: ['the loss of every replica that could hold all committed records'],
  }),
  'transactional-id': clause('progress', {
    promise:
      'A transactional producer is fenced only by another producer with its transactional.id, or by transaction.timeout.ms.',
    anomalies: ['fenced-by-nobody'],
    conditions: [CLEAN_ELECTIONS],
    reliesOn: ['transaction-log'],
    alsoExcusedBy: [
      'clocks that jump or drift',
      'an initTransactions that may have been sent twice; with transaction.version below 2, any request that may have been',
    ],
    expectable: false,
  }),
};

const CLAUSE_IDS = Object.keys(CLAUSES) as readonly ClauseId[];

const IDS_BY_GUARANTEE: ReadonlyMap<GuaranteeId, readonly ClauseId[]> = new Map(
  GUARANTEE_IDS.map((guarantee) => [
    guarantee,
    CLAUSE_IDS.filter((id) => CLAUSES[id].guarantee === guarantee),
  ]),
);

/** The clauses of a guarantee, the main one first. */
export function clausesOf(guarantee: GuaranteeId): readonly ClauseId[] {
  return IDS_BY_GUARANTEE.get(guarantee) ?? [];
}

/** The clause that an anomaly of the guarantee violates; the main one for an anomaly that no clause names. */
export function clauseViolatedBy(guarantee: GuaranteeId, anomaly: string): ClauseId {
  const violated = clausesOf(guarantee).find((id) =>
    CLAUSES[id].anomalies.some((known) => known === anomaly),
  );
  return violated ?? guarantee;
}

/** One value for each clause. */
export function mapClauses<Value>(valueOf: (id: ClauseId) => Value): Readonly<Record<ClauseId, Value>> {
  // Every key of CLAUSES is there.
  return Object.fromEntries(CLAUSE_IDS.map((id) => [id, valueOf(id)])) as Record<ClauseId, Value>;
}
