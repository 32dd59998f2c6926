import type { AlterPartitionItem } from '../protocol/controller-messages.ts';
import { validateAlterPartition } from '../rules/alter-partition.ts';
import type { PartitionAtController } from '../rules/alter-partition.ts';
import { isIsrEligible } from '../rules/in-sync-replicas.ts';
import type { FollowerState } from '../rules/in-sync-replicas.ts';
import type { Defect } from './defect.ts';

const ANY_EPOCH = -1;

function eligibleInAnyEpoch(follower: FollowerState, broker: Parameters<typeof isIsrEligible>[1]): boolean {
  return isIsrEligible(
    broker === undefined ? follower : { ...follower, brokerEpoch: broker.brokerEpoch },
    broker,
  );
}

function validateWithoutEpochs(
  item: AlterPartitionItem,
  sender: number,
  partition: PartitionAtController | undefined,
  isEligible: (broker: number, brokerEpoch: number) => boolean,
) {
  return validateAlterPartition(item, sender, partition, (broker) => isEligible(broker, ANY_EPOCH));
}

export const alterPartitionWithoutBrokerEpoch: Defect = {
  slug: 'alter_partition_without_broker_epoch',
  ids: ['KAFKA-14139', 'KAFKA-14617', 'KIP-903'],
  title: 'A broker joins the ISR by what it held before it restarted',
  versions: 'before 3.5.0, with KRaft',
  breaks: 'no loss: a replica with an empty or shorter log is in the ISR',
  how:
    'A leader proposes to add a follower that has caught up; the request is delayed. Meanwhile the follower ' +
    'loses its disk or its unflushed tail, and registers again. The controller adds it to the ISR, because ' +
    'neither the request nor the controller says which incarnation of the broker had caught up.',
  rules: { isIsrEligible: eligibleInAnyEpoch, validateAlterPartition: validateWithoutEpochs },
};
