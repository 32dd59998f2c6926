import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type {
  AllocateProducerIdsRequest,
  AllocateProducerIdsResponse,
} from '../protocol/controller-messages.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { MetadataLog } from './metadata-log.ts';

/** Hands out blocks of producer ids, each block once and to one broker (Kafka's ProducerIdControlManager). */
export class ProducerIdControl {
  readonly #log: MetadataLog;
  readonly #blockSize: number;
  #nextProducerId: number;

  constructor({ configuration, rules }: Cluster, log: MetadataLog) {
    this.#log = log;
    this.#blockSize = configuration['crucible.producer.id.block.size'];
    this.#nextProducerId = rules.firstProducerIdOfNewController(log.image.nextProducerId, this.#blockSize);
  }

  allocate({ brokerId, brokerEpoch }: AllocateProducerIdsRequest): AllocateProducerIdsResponse {
    const api = Api.AllocateProducerIds;
    if (this.#log.image.brokers.get(brokerId)?.brokerEpoch !== brokerEpoch) {
      return { api, error: Errors.STALE_BROKER_EPOCH, producerIdStart: -1, producerIdLen: 0 };
    }
    const producerIdStart = this.#nextProducerId;
    this.#nextProducerId += this.#blockSize;
    const nextProducerId = this.#nextProducerId;
    this.#log.append({ type: 'ProducerIds', brokerId, brokerEpoch, nextProducerId });
    return { api, error: Errors.NONE, producerIdStart, producerIdLen: this.#blockSize };
  }
}
