import type { Cached, CommittedTransactions } from '../committed-transactions.ts';
import type { ShadowPartition } from '../shadow-cluster.ts';
import type { Breach } from './breach.ts';

/** Returns what the coordinator on a broker has in memory of a partition of the log of transactions in that epoch; null: nothing. */
export type CoordinatorCache = (
  broker: number,
  index: number,
  coordinatorEpoch: number,
) => Iterable<Cached> | null;

/** W10: the cache of a coordinator is a replay of its log. */
export function checkCoordinatorCache(
  shadow: ShadowPartition,
  transactions: CommittedTransactions,
  cacheOf: CoordinatorCache,
): Breach | null {
  const { leader, leaderEpoch } = shadow.state;
  if (shadow.replicas.get(leader)?.partition?.leaderEpoch !== leaderEpoch || shadow.lossAccepted) return null;
  const cached = cacheOf(leader, shadow.index, leaderEpoch);
  const mismatch = cached === null ? null : transactions.mismatch(cached);
  return mismatch === null ? null : { anomaly: 'coordinator-cache', offset: null, sentence: mismatch };
}
