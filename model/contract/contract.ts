/**
 * The contract of a configuration: which clauses it promises, and how many faults each survives. What a cluster did
 * is no part of it; see `applicability.ts`.
 */
import type { Configuration } from '../configuration/configuration.ts';
import { GUARANTEE_IDS, type GuaranteeId } from '../guarantee.ts';
import { CLAUSES, type ClauseId, clausesOf, clauseViolatedBy, mapClauses } from './clauses.ts';
import { type LossTolerance, toleranceOf } from './loss-tolerance.ts';

export interface Clause extends LossTolerance {
  /** The setting that gives the promise up, for example `acks=1`; null if the configuration makes the promise. */
  readonly notPromisedBecause: string | null;
  /** False for a clause that neither a loss of records nor an unclean election breaks. */
  readonly reliesOnLogs: boolean;
}

export interface Contract {
  readonly clauses: Readonly<Record<ClauseId, Clause>>;
}

/** Returns the contract of a topic with this replication factor under this configuration. */
export function contractOf(configuration: Configuration, replicationFactor: number): Contract {
  const clauses = mapClauses((id): Clause => {
    const { reliesOn } = CLAUSES[id];
    const { uncleanBrokersTolerated, limit } = toleranceOf(reliesOn, configuration, replicationFactor);
    return {
      notPromisedBecause: notPromisedBecause(id, configuration),
      reliesOnLogs: reliesOn.length > 0,
      uncleanBrokersTolerated,
      limit,
    };
  });
  return { clauses };
}

/** The clause that an anomaly of the guarantee violates. */
export function clauseOf(contract: Contract, guarantee: GuaranteeId, anomaly: string): Clause {
  return contract.clauses[clauseViolatedBy(guarantee, anomaly)];
}

/**
 * The guarantees of which a configuration promises every clause that can be expected, while faults stay within their
 * limits.
 */
export function promisedBy(configuration: Configuration): ReadonlySet<GuaranteeId> {
  const isPromised = (id: ClauseId): boolean => notPromisedBecause(id, configuration) === null;
  return new Set(
    GUARANTEE_IDS.filter((guarantee) =>
      clausesOf(guarantee).every((id) => !CLAUSES[id].expectable || isPromised(id)),
    ),
  );
}

/** The reason of the first condition that the configuration does not meet, or null. */
function notPromisedBecause(id: ClauseId, configuration: Configuration): string | null {
  for (const { unmetBecause } of CLAUSES[id].conditions) {
    const reason = unmetBecause(configuration);
    if (reason !== null) return reason;
  }
  return null;
}
