import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type {
  AlteredPartition,
  AlterPartitionItem,
  AlterPartitionResponse,
} from '../protocol/controller-messages.ts';
import type { ControllerChannel } from '../net/controller-channel.ts';
import type { Context } from '../kernel/context.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { Partition } from './partition.ts';

/** Kafka's fixed pause before an AlterPartition is sent again. */
const RETRY_BACKOFF_MS = 50;

interface Proposal {
  readonly partition: Partition;
  readonly item: AlterPartitionItem;
}

/** Carries proposals for the ISR to the controller: one request at a time, one proposal a partition. */
export class AlterPartitionManager {
  readonly #context: Context;
  readonly #channel: ControllerChannel;
  readonly #brokerId: number;
  readonly #brokerEpoch: () => number;
  readonly #onOutOfDate: (item: AlterPartitionItem) => void;
  readonly #waiting = new Map<Partition, Proposal>();
  #inFlight = false;

  /** `onOutOfDate`: called when a proposal that is still meant is refused for its epochs. */
  constructor(
    context: Context,
    channel: ControllerChannel,
    brokerId: number,
    brokerEpoch: () => number,
    onOutOfDate: (item: AlterPartitionItem) => void = () => {},
  ) {
    this.#context = context;
    this.#channel = channel;
    this.#brokerId = brokerId;
    this.#brokerEpoch = brokerEpoch;
    this.#onOutOfDate = onOutOfDate;
  }

  propose(partition: Partition, isr: readonly number[]): void {
    const newIsr = isr.map((broker) => ({ broker, brokerEpoch: partition.brokerEpochOf(broker) }));
    const { name, topicId, leaderEpoch, partitionEpoch } = partition;
    this.#waiting.set(partition, {
      partition,
      item: { partition: name, topicId, leaderEpoch, partitionEpoch, newIsr },
    });
    this.#sendNext();
  }

  #sendNext(): void {
    if (this.#inFlight || this.#waiting.size === 0) return;
    const proposals = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#inFlight = true;
    this.#channel.send(
      {
        api: Api.AlterPartition,
        brokerId: this.#brokerId,
        brokerEpoch: this.#brokerEpoch(),
        partitions: proposals.map((proposal) => proposal.item),
      },
      (response) => this.#answered(proposals, response),
    );
  }

  #answered(proposals: readonly Proposal[], response: AlterPartitionResponse | null): void {
    this.#inFlight = false;
    if (response === null || response.error !== Errors.NONE) {
      this.#retryLater(proposals);
      return;
    }
    const again: Proposal[] = [];
    for (const [i, proposal] of proposals.entries()) {
      // In the order asked: a deleted topic and its successor have partitions of one name.
      const result = response.partitions[i];
      if (result === undefined || !this.#isStillMeant(proposal)) continue;
      const { error } = result;
      if (error === Errors.FENCED_LEADER_EPOCH || error === Errors.INVALID_UPDATE_VERSION)
        this.#onOutOfDate(proposal.item);
      if (!settle(proposal.partition, result)) again.push(proposal);
    }
    if (again.length > 0) this.#retryLater(again);
    else this.#sendNext();
  }

  #retryLater(proposals: readonly Proposal[]): void {
    this.#inFlight = true;
    this.#context.after(RETRY_BACKOFF_MS, TimerName.AlterPartitionRetry, () => {
      this.#inFlight = false;
      for (const proposal of proposals) {
        if (this.#isStillMeant(proposal) && !this.#waiting.has(proposal.partition)) {
          this.#waiting.set(proposal.partition, proposal);
        }
      }
      this.#sendNext();
    });
  }

  /** Newer metadata overtakes a proposal: then its answer no longer matters. */
  #isStillMeant({ partition, item }: Proposal): boolean {
    return (
      partition.isLeader &&
      partition.proposedIsr !== null &&
      partition.leaderEpoch === item.leaderEpoch &&
      partition.partitionEpoch === item.partitionEpoch
    );
  }
}

/** Takes an answer over (KIP-497); false when the proposal has to be sent again. */
function settle(partition: Partition, result: AlteredPartition): boolean {
  switch (result.error) {
    case Errors.NONE:
      if (result.leaderEpoch === partition.leaderEpoch)
        partition.proposalCommitted(result.isr, result.partitionEpoch);
      return true;
    case Errors.INELIGIBLE_REPLICA:
      partition.proposalRefused();
      return true;
    case Errors.FENCED_LEADER_EPOCH:
    case Errors.INVALID_UPDATE_VERSION:
    case Errors.INVALID_REQUEST:
    case Errors.UNKNOWN_TOPIC_ID:
    case Errors.NEW_LEADER_ELECTED:
      // Newer metadata is on its way: until it comes the proposal stays pending, to be safe.
      return true;
    default:
      return false;
  }
}
