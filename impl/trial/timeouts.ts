import type { Configuration } from '../../model/configuration/configuration.ts';

const SECOND_US = 1_000_000;
const SHORTEST_MS = 60_000;

/** Returns for how long a trial waits after the last operation and the last fault, in microseconds. */
export function workloadTimeoutUs(configuration: Configuration): number {
  return configuration['delivery.timeout.ms'] * 1000 + 10 * SECOND_US;
}

/**
 * Returns how long a healed cluster may take to converge, in microseconds: enough for elections, sessions, lags,
 * retries and timeouts of the configuration to run their course several times.
 */
export function convergenceTimeoutUs(configuration: Configuration, transactional: boolean): number {
  const ms =
    configuration['broker.session.timeout.ms'] +
    configuration['replica.lag.time.max.ms'] +
    configuration['request.timeout.ms'] +
    configuration['delivery.timeout.ms'];
  const callsMs = configuration['max.block.ms'] + configuration['default.api.timeout.ms'];
  const transactionsMs = transactional
    ? configuration['transaction.timeout.ms'] +
      configuration['transaction.abort.timed.out.transaction.cleanup.interval.ms']
    : 0;
  const electionMs =
    configuration['controller.quorum.fetch.timeout.ms'] +
    configuration['controller.quorum.election.timeout.ms'] +
    configuration['controller.quorum.election.backoff.max.ms'];
  return 1000 * (2 * (Math.max(ms, callsMs) + transactionsMs) + Math.max(SHORTEST_MS, 10 * electionMs));
}
