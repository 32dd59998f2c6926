import type { AlterPartitionItem } from '../protocol/controller-messages.ts';
import { validateAlterPartition } from '../rules/alter-partition.ts';
import type { PartitionAtController } from '../rules/alter-partition.ts';
import type { Defect } from './defect.ts';

function validateWithoutBrokers(
  item: AlterPartitionItem,
  sender: number,
  partition: PartitionAtController | undefined,
) {
  return validateAlterPartition(item, sender, partition, () => true);
}

export const fencedReplicaMayJoinIsr: Defect = {
  slug: 'fenced_replica_may_join_isr',
  ids: ['KAFKA-13916', 'KIP-841'],
  title: 'A fenced broker, or one that is shutting down, rejoins the ISR',
  versions: 'before 3.3.0, with KRaft',
  breaks:
    'no loss, progress: the ISR has a member that cannot be elected, or that has lost the records it is trusted ' +
    'to hold',
  how:
    'A broker cannot reach the controller but still fetches. The controller fences it and removes it from the ' +
    'ISR; the leader sees that it keeps up and adds it again. Neither the leader nor the controller checks ' +
    'whether the broker is active.',
  rules: {
    isIsrEligible: (_follower, broker) => broker !== undefined,
    validateAlterPartition: validateWithoutBrokers,
  },
};
