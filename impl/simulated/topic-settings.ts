import type { Configuration } from '../../model/configuration.ts';
import { TRANSACTION_STATE_TOPIC } from './protocol/internal-records.ts';

/** A topic's `min.insync.replicas`: the log of transactions has one of its own. */
export function minInsyncReplicas(configuration: Configuration, topic: string): number {
  return topic === TRANSACTION_STATE_TOPIC
    ? configuration['transaction.state.log.min.isr']
    : configuration['min.insync.replicas'];
}
