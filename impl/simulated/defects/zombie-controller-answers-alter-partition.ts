import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { AlterPartitionItem } from '../protocol/controller-messages.ts';
import { validateAlterPartition } from '../rules/alter-partition.ts';
import type { PartitionAtController } from '../rules/alter-partition.ts';
import type { Defect } from './defect.ts';

/** Whatever epoch is not the one that this controller knows is taken for an old one. */
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
  title: 'A deposed controller refuses a proposal because it is too new for it',
  versions: 'before 3.3.0',
  breaks: 'progress: the leader waits for news that never comes',
  how:
    'A controller that does not know yet that it leads no more gets a proposal for the in-sync replicas whose epochs ' +
    'it has not heard of, and answers that they are out of date. The leader takes that for a sign that newer metadata ' +
    'is on its way, and waits with its proposal: there is none newer than what it has.',
  // With ZooKeeper brokers followed no epochs of their own, and could turn to a controller that was deposed before.
  rules: { validateAlterPartition: answersWhatItHasNotHeard, isDeposed: () => false },
};
