/** Whether a clause of a contract applies after the faults so far. */
import type { Clause } from './contract.ts';
import type { FaultTally } from './fault-tally.ts';

/** `notPromisedBecause` is set when a clause is checked only because `expect` demands it. */
export type Applicability =
  | { readonly judged: true; readonly notPromisedBecause?: string }
  | { readonly judged: false; readonly because: string };

const IN_FORCE: Applicability = { judged: true };

/** Whether the configuration and the faults leave the clause in force, without any expectation. */
export function isPromised(applicability: Applicability): boolean {
  return applicability.judged && applicability.notPromisedBecause === undefined;
}

/**
 * Returns whether a clause is to be judged now.
 *
 * `expected` waives what the configuration does not promise, and holds the cluster to surviving at least one broker
 * that loses power or disk. An excuse counts from the moment at which a fault exceeds the contract: a loss that is
 * detected later may have happened earlier, but cannot be distinguished from what the fault destroyed.
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
  if (clause.notPromisedBecause !== null) return clause.notPromisedBecause;
  if (!clause.reliesOnLogs) return null;
  if (tally.sawLoss && tally.uncleanBrokerCount > clause.uncleanBrokersTolerated) return clause.limit;
  if (tally.sawUncleanElection) return 'an unclean leader election gave records up';
  return null;
}
