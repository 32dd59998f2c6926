import type { Configuration } from '../../../model/configuration/configuration.ts';
import { isInternalTopic, TRANSACTION_STATE_TOPIC } from '../../kafka/internal-records.ts';

/** A topic's `min.insync.replicas`: the log of transactions has one of its own. */
export function minInsyncReplicas(configuration: Configuration, topic: string): number {
  return topic === TRANSACTION_STATE_TOPIC
    ? configuration['transaction.state.log.min.isr']
    : configuration['min.insync.replicas'];
}

/** A topic's `retention.ms`: internal topics are compacted, and nothing of them goes by its age (`cleanup.policy`). */
export function retentionMs(configuration: Configuration, topic: string): number {
  return isInternalTopic(topic) ? -1 : configuration['retention.ms'];
}
