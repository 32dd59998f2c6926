import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { AlterPartitionItem } from '../protocol/controller-messages.ts';

export interface PartitionAtController {
  readonly topicId: number;
  readonly replicas: readonly number[];
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
}

/** Returns the controller's answer to a leader that proposes another ISR (KIP-497, KIP-841, KIP-903), in Kafka's order of checks. */
export function validateAlterPartition(
  item: AlterPartitionItem,
  sender: number,
  partition: PartitionAtController | undefined,
  isEligible: (broker: number, brokerEpoch: number) => boolean,
): ErrorCode {
  if (partition === undefined || partition.topicId !== item.topicId) return Errors.UNKNOWN_TOPIC_ID;
  if (item.leaderEpoch > partition.leaderEpoch || item.partitionEpoch > partition.partitionEpoch) {
    return Errors.NOT_CONTROLLER;
  }
  if (item.leaderEpoch < partition.leaderEpoch) return Errors.FENCED_LEADER_EPOCH;
  if (sender !== partition.leader) return Errors.INVALID_REQUEST;
  if (item.partitionEpoch < partition.partitionEpoch) return Errors.INVALID_UPDATE_VERSION;
  const proposed = item.newIsr.map((member) => member.broker);
  if (!proposed.includes(sender) || proposed.some((broker) => !partition.replicas.includes(broker))) {
    return Errors.INVALID_REQUEST;
  }
  if (item.newIsr.some((member) => !isEligible(member.broker, member.brokerEpoch)))
    return Errors.INELIGIBLE_REPLICA;
  return Errors.NONE;
}

/**
 * Whether the controller increments the partition epoch when it refuses a proposal. Otherwise:
 *
 * 1. The leader sends a proposal, gives it up while it is still in flight, and sends a copy.
 * 2. The controller refuses the copy, and the leader returns to the committed ISR.
 * 3. The replica becomes eligible again, and the first proposal arrives with current epochs: it is accepted without the
 *    knowledge of the leader.
 */
export function refusalClosesProposal(error: ErrorCode): boolean {
  return error === Errors.INELIGIBLE_REPLICA;
}
