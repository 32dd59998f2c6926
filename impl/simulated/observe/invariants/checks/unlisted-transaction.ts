import { TRANSACTION_STATE_TOPIC } from '../../../../kafka/internal-records.ts';
import type { ReplicaView } from '../../replica-view.ts';
import type { AcceptedLoss } from '../accepted-loss.ts';
import type { CommittedTransactions } from '../committed-transactions.ts';
import type { ShadowPartition } from '../shadow-cluster.ts';
import type { Breach } from './breach.ts';

/** W7: a transaction is open only in a partition that its coordinator lists: nothing else would end it there (KIP-890). */
export function checkTransactionListed(
  shadow: ShadowPartition,
  partition: ReplicaView,
  producerId: number,
  transactions: CommittedTransactions,
  losses: AcceptedLoss,
): Breach | null {
  const { state } = shadow;
  const leads = state.leader === partition.brokerId && state.leaderEpoch === partition.leaderEpoch;
  if (!leads || !partition.isLeader) return null;
  const opened = partition.log.producers.producers.get(producerId)?.currentTxnFirstOffset ?? -1;
  if (opened < 0 || transactions.lists(producerId, partition.name)) return null;
  // The list of partitions is in the log of transactions, and the end of the transaction may be among what was lost here.
  if (shadow.lossAccepted || losses.hasLost(TRANSACTION_STATE_TOPIC)) return null;
  if (losses.isMarkerSkipped(partition.name, producerId)) return null;
  return {
    anomaly: 'unlisted-transaction',
    offset: opened,
    sentence: `a transaction of producer ${producerId} is open from offset ${opened}, which no coordinator lists there`,
  };
}
