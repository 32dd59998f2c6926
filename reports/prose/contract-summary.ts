/** What the contract of a plan's configuration says of a guarantee that was violated. */
import type { Plan } from '../../impl/plan/plan.ts';
import { ConfigurationError, resolveConfiguration } from '../../model/configuration/configuration.ts';
import { clauseOf, contractOf } from '../../model/contract/contract.ts';
import { contractTable } from '../../model/contract/contract-table.ts';
import type { Violation } from '../../model/guarantee.ts';

export interface ContractSummary {
  /** What the configuration must be. */
  readonly conditions: readonly string[];
  readonly survives: readonly string[];
  readonly excusedBy: readonly string[];
  /** How many brokers may go down uncleanly once one has lost power or disk; null: there is no limit. */
  readonly uncleanBrokersTolerated: number | null;
  /** Why not one more. */
  readonly limit: string;
}

/** Null for what is no clause of a contract, such as an invariant between replicas. */
export function contractSummary(plan: Plan, violation: Violation): ContractSummary | null {
  const rows = contractTable().filter(({ guarantee }) => guarantee === violation.guarantee);
  const row = rows.find(({ anomalies }) => anomalies.some((known) => known === violation.anomaly)) ?? rows[0];
  if (row === undefined || violation.guarantee === 'invariant') return null;
  const configuration = resolved(plan);
  if (configuration === null) return null;
  const topic = plan.topics.find(({ name }) => name === violation.place.topic);
  const factor = topic?.replicationFactor ?? configuration['default.replication.factor'];
  const contract = contractOf(configuration, factor);
  const clause = clauseOf(contract, violation.guarantee, violation.anomaly);
  const tolerated = clause.uncleanBrokersTolerated;
  return {
    conditions: row.conditions,
    survives: row.survives,
    excusedBy: row.excusedBy,
    uncleanBrokersTolerated: Number.isFinite(tolerated) ? tolerated : null,
    limit: clause.limit,
  };
}

/** A report must also work for a plan whose configuration cannot be resolved. */
function resolved(plan: Plan): ReturnType<typeof resolveConfiguration> | null {
  try {
    return resolveConfiguration(plan.configuration);
  } catch (error) {
    if (error instanceof ConfigurationError) return null;
    throw error;
  }
}
