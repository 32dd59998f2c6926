import type { MetadataRecord, PartitionRecord } from '../protocol/metadata-records.ts';
import type { PartitionName } from '../protocol/records.ts';

export interface BrokerRegistration {
  readonly brokerId: number;
  readonly incarnationId: number;
  readonly brokerEpoch: number;
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
}

/** The cluster as the metadata log up to some offset tells it. Controllers and brokers build it from the same records. */
export class ClusterImage {
  readonly brokers = new Map<number, BrokerRegistration>();
  readonly topics = new Map<string, number>();
  readonly partitions = new Map<PartitionName, PartitionRecord>();
  /** The first producer id that has been given to nobody. */
  nextProducerId = 0;
  /** How many records have been applied: the offset of the next one. */
  endOffset = 0;

  apply(record: MetadataRecord): void {
    this.endOffset++;
    switch (record.type) {
      case 'RegisterBroker': {
        const { brokerId, incarnationId, brokerEpoch, fenced } = record;
        this.brokers.set(brokerId, {
          brokerId,
          incarnationId,
          brokerEpoch,
          fenced,
          inControlledShutdown: false,
        });
        return;
      }
      case 'BrokerRegistrationChange': {
        const known = this.brokers.get(record.brokerId);
        if (known === undefined || known.brokerEpoch !== record.brokerEpoch) {
          throw new Error(`a change of broker ${record.brokerId}, which is not registered with that epoch`);
        }
        this.brokers.set(record.brokerId, {
          ...known,
          fenced: record.fenced ?? known.fenced,
          inControlledShutdown: record.inControlledShutdown ?? known.inControlledShutdown,
        });
        return;
      }
      case 'Topic':
        this.topics.set(record.topic, record.topicId);
        return;
      case 'Partition':
        this.partitions.set(record.partition, record);
        return;
      case 'ProducerIds':
        this.nextProducerId = record.nextProducerId;
        return;
      case 'LeaderChange':
        return;
    }
  }

  /** Registered, not fenced, and not on its way out. */
  isActive(broker: number): boolean {
    const registration = this.brokers.get(broker);
    return registration !== undefined && !registration.fenced && !registration.inControlledShutdown;
  }
}
