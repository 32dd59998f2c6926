import { Errors } from '../protocol/errors.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import type { AlterPartitionItem } from '../protocol/messages.ts';
import { validateAlterPartition } from '../rules/alter-partition.ts';
import type { PartitionAtController } from '../rules/alter-partition.ts';
import type { Defect } from './defect.ts';

/** Whatever is newer than what the controller knows was taken for something old. */
function takeNewerForOlder(
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
  title:
    'A deposed controller refuses a change of the ISR for good, because it has never heard of the leader epoch',
  versions: 'before 3.3.0',
  breaks: 'progress: the leader keeps its proposal pending and never asks the new controller',
  how:
    'The leader was elected by a new controller; its AlterPartition reaches the old one, which does not know that it is ' +
    'deposed, and answers that the leader epoch is fenced, or the version wrong, instead of NOT_CONTROLLER. The leader ' +
    'waits for newer metadata, which does not come, for there is none.',
  rules: { validateAlterPartition: takeNewerForOlder },
};
