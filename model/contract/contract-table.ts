/** The table of contracts in documentation and reports, derived from the clauses. */
import type { Anomaly, GuaranteeId } from '../guarantee.ts';
import { CLAUSES, type ClauseDefinition, type ClauseId, mapClauses } from './clauses.ts';
import type { ReplicatedLog } from './loss-tolerance.ts';

export interface ContractRow {
  readonly clause: ClauseId;
  readonly guarantee: GuaranteeId;
  /** The promise of the clause, in a sentence. */
  readonly promise: string;
  readonly anomalies: readonly Anomaly[];
  /** The requirements on the configuration. */
  readonly conditions: readonly string[];
  readonly survives: readonly string[];
  readonly excusedBy: readonly string[];
}

const ALWAYS_SURVIVED = [
  'any number of process crashes',
  'any number of pauses',
  'network partitions; lost, late and broken messages',
  'clocks that jump or drift',
];

const EXCUSES_OF_LOGS = [
  'an unclean leader election',
  'loss of power or disk when more brokers than that went down uncleanly',
];

/** How many brokers may go down uncleanly is the smallest of these numbers. */
const REPLICATION: Readonly<Record<ReplicatedLog, string>> = {
  topic: 'min(min.insync.replicas, replication factor)',
  'transaction-log': 'min(transaction.state.log.min.isr, transaction.state.log.replication.factor)',
  'offsets-topic': 'min(min.insync.replicas, offsets.topic.replication.factor)',
};

/** One row for each clause: guarantee by condition by tolerated faults. */
export function contractTable(): readonly ContractRow[] {
  return Object.values(mapClauses(rowOf));
}

function rowOf(clause: ClauseId): ContractRow {
  const definition = CLAUSES[clause];
  const { guarantee, promise, anomalies, conditions, reliesOn, alsoExcusedBy } = definition;
  return {
    clause,
    guarantee,
    promise,
    anomalies,
    conditions: conditions.map(({ stated }) => stated),
    survives: survivedBy(definition),
    excusedBy: [...(reliesOn.length > 0 ? EXCUSES_OF_LOGS : []), ...alsoExcusedBy],
  };
}

function survivedBy({ reliesOn, survives }: ClauseDefinition): readonly string[] {
  if (survives !== undefined) return survives;
  if (reliesOn.length === 0) return ['every fault'];
  const smallest = reliesOn.map((log) => REPLICATION[log]).join(' and ');
  return [
    ...ALWAYS_SURVIVED,
    `loss of power or disk while fewer than ${smallest} distinct brokers went down uncleanly (none with eligible.leader.replicas.version=0)`,
  ];
}
