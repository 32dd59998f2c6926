import type { Cluster } from '../cluster/cluster.ts';
import type { ClusterImage } from '../metadata/cluster-image.ts';
import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { internalPartitionOf, TRANSACTION_STATE_TOPIC } from '../../kafka/internal-records.ts';
import { NetworkClient } from '../net/network-client.ts';
import { partitionName } from '../../kafka/partition-name.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { AddPartitionsToTxnRequest } from '../protocol/transaction-messages.ts';
import type { ProducerIdentity } from '../rules/transaction-coordinator.ts';
import type { Context } from '../kernel/context.ts';

/**
 * A partition leader's way to transaction coordinators (KIP-890; Kafka's class of that name). With
 * transaction.version 1 it asks whether its partition is in the transaction, with 2 it adds it.
 */
export class AddPartitionsToTxnManager {
  readonly #context: Context;
  readonly #cluster: Cluster;
  readonly #image: () => ClusterImage;
  readonly #channels = new Map<number, NetworkClient>();

  constructor(context: Context, cluster: Cluster, image: () => ClusterImage) {
    this.#context = context;
    this.#cluster = cluster;
    this.#image = image;
  }

  /** `done` is called once; NONE: the partition is in the transaction of that producer. */
  join(
    transactionalId: string,
    { producerId, producerEpoch }: ProducerIdentity,
    partition: PartitionName,
    done: (error: ErrorCode) => void,
  ): void {
    const { configuration } = this.#cluster;
    const index = internalPartitionOf(transactionalId, configuration['transaction.state.log.num.partitions']);
    const log = this.#image().partitions.get(partitionName(TRANSACTION_STATE_TOPIC, index));
    if (log === undefined || log.leader === -1) return done(Errors.COORDINATOR_NOT_AVAILABLE);
    const request: AddPartitionsToTxnRequest = {
      api: Api.AddPartitionsToTxn,
      transactionalId,
      producerId,
      producerEpoch,
      partitions: [partition],
      verifyOnly: configuration['transaction.version'] < 2,
    };
    this.#channel(log.leader).send(request, (response) =>
      done(response?.partitions[0]?.error ?? Errors.NETWORK_EXCEPTION),
    );
  }

  #channel(broker: number): NetworkClient {
    const existing = this.#channels.get(broker);
    if (existing !== undefined) return existing;
    const requestTimeoutMs = this.#cluster.configuration['request.timeout.ms'];
    const channel = new NetworkClient(
      this.#context,
      this.#cluster.directory.broker(broker),
      requestTimeoutMs,
    );
    this.#channels.set(broker, channel);
    return channel;
  }
}
