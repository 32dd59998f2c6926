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
  title: 'A broker that the controller has fenced, or that is shutting down, is taken into the ISR again',
  versions: 'before 3.3.0, with KRaft',
  breaks:
    'no loss, progress: the ISR counts on a replica that cannot be elected, or has lost what it was counted for',
  how:
    'A broker cannot reach the controller but still fetches. It is fenced and leaves the ISR; its leader sees that ' +
    'it keeps up and puts it back. Neither the leader nor the controller asks whether the broker is there.',
  rules: {
    isIsrEligible: (_follower, broker) => broker !== undefined,
    validateAlterPartition: validateWithoutBrokers,
  },
};
