import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { AlterPartitionItem } from '../protocol/controller-messages.ts';
import { validateAlterPartition } from '../rules/alter-partition.ts';
import type { PartitionAtController } from '../rules/alter-partition.ts';
import type { Defect } from './defect.ts';

/** Takes every epoch that this controller does not know for an old one. */
function answersWhatItHasNotHeard(
  item: AlterPartitionItem,
  sender: number,
  partition: PartitionAtController | undefined,
  isEligible: (broker: number, brokerEpoch: number) => boolean,
): ErrorCode {
  if (partition !== undefined) {
    if (item.leaderEpoch > partition.leaderEpoch) return Errors.FENCED_LEADER_EPOCH;
    if (item.partitionEpoch > partition.partitionEpoch) return Errors.INVALID_UPDATE_VERSION;
  }
  return validateAlterPartition(item, sender, partition, isEligible);
}

export const zombieControllerAnswersAlterPartition: Defect = {
  slug: 'zombie_controller_answers_alter_partition',
  ids: ['KAFKA-14154'],
  title: 'A deposed controller refuses a proposal as out of date because it is too new',
  versions: 'before 3.3.0',
  breaks: 'progress: the leader waits for metadata that never comes',
  how:
    'A controller that does not know yet that it is deposed receives an AlterPartition whose epochs it has not ' +
    'seen, and answers that they are out of date. The leader concludes that newer metadata is on its way and ' +
    'waits with its proposal, although there is none.',
  // With ZooKeeper a broker did not track controller epochs, and could send to a controller that was deposed before.
  rules: { validateAlterPartition: answersWhatItHasNotHeard, isDeposed: () => false },
};
