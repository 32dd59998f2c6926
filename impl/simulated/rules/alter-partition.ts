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

/** The controller's answer to a leader that wants to change the ISR (KIP-497, KIP-841, KIP-903), by Kafka's order of checks. */
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
 * Whether a refused proposal moves the partition epoch on. The leader goes back to the committed ISR when
 * it hears of the refusal; an earlier copy of the proposal, given up and still under way, must then find
 * itself out of date, or it is accepted behind the leader's back once the replica is eligible again.
 */
export function refusalClosesProposal(error: ErrorCode): boolean {
  return error === Errors.INELIGIBLE_REPLICA;
}
