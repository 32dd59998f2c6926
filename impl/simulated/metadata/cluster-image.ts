import type { MetadataRecord, PartitionRecord } from '../protocol/metadata-records.ts';
import type { MetadataSnapshot } from '../protocol/metadata-snapshot.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';

export interface BrokerRegistration {
  readonly brokerId: number;
  readonly incarnationId: number;
  readonly brokerEpoch: number;
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
  /** Log directories that are online; absent for a broker that has only one. */
  readonly logDirs?: readonly number[];
}

/** The state of the cluster by the metadata log up to some offset. Controllers and brokers build it from the same records. */
export class ClusterImage {
  readonly brokers = new Map<number, BrokerRegistration>();
  /** The id of each topic by its name. */
  readonly topics = new Map<string, number>();
  readonly topicNames = new Map<number, string>();
  readonly partitions = new Map<PartitionName, PartitionRecord>();
  /** The first producer id that has not been handed out. */
  nextProducerId = 0;
  /** The number of records applied: the offset of the next one. */
  endOffset = 0;

  /** Returns the image of a snapshot; null: an empty cluster. */
  static of(snapshot: MetadataSnapshot | null): ClusterImage {
    const image = new ClusterImage();
    if (snapshot === null) return image;
    for (const record of snapshot.records) image.apply(record);
    image.endOffset = snapshot.endOffset;
    return image;
  }

  /** Returns records that build the same image from an empty one, in the same order (Kafka's MetadataImage.write). */
  toRecords(): readonly MetadataRecord[] {
    return [
      ...Array.from(this.brokers.values(), ({ inControlledShutdown, ...broker }): MetadataRecord => ({
        type: 'RegisterBroker',
        ...broker,
        ...(inControlledShutdown ? { inControlledShutdown } : {}),
      })),
      ...Array.from(this.topics, ([topic, topicId]): MetadataRecord => ({ type: 'Topic', topic, topicId })),
      ...this.partitions.values(),
      ...(this.nextProducerId === 0 ? [] : [this.#producerIds()]),
    ];
  }

  /** The broker that got the last block does not matter any more. */
  #producerIds(): MetadataRecord {
    return { type: 'ProducerIds', brokerId: -1, brokerEpoch: -1, nextProducerId: this.nextProducerId };
  }

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
          inControlledShutdown: record.inControlledShutdown ?? false,
          ...(record.logDirs === undefined ? {} : { logDirs: record.logDirs }),
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
          ...(record.logDirs === undefined ? {} : { logDirs: record.logDirs }),
        });
        return;
      }
      case 'Topic':
        this.topics.set(record.topic, record.topicId);
        this.topicNames.set(record.topicId, record.topic);
        return;
      case 'RemoveTopic':
        this.#removeTopic(record.topicId);
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

  #removeTopic(topicId: number): void {
    const topic = this.topicNames.get(topicId);
    if (topic === undefined) throw new Error(`the removal of topic ${topicId}, which there is not`);
    this.topicNames.delete(topicId);
    this.topics.delete(topic);
    for (const [name, partition] of this.partitions) {
      if (partition.topicId === topicId) this.partitions.delete(name);
    }
  }

  /** Whether the broker is registered, not fenced, and not shutting down. */
  isActive(broker: number): boolean {
    const registration = this.brokers.get(broker);
    return registration !== undefined && !registration.fenced && !registration.inControlledShutdown;
  }
}
