import { z } from 'zod';

import { partitionNumber, startPosition, topicName } from '../../fields.ts';
import { operationBase, type OperationKind } from '../operation-kind.ts';
import { checkPlace, quote } from '../validity.ts';
import { anyPartition } from '../variation.ts';
import { positionWeight } from '../weight.ts';

/** `KafkaConsumer.seek`. */
export const seekSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('seek'),
  topic: topicName,
  partition: partitionNumber,
  position: startPosition,
});

type Seek = z.infer<typeof seekSchema>;

export const seek: OperationKind<Seek> = {
  client: 'consumer',
  problems(operation, plan, report) {
    checkPlace(plan, operation, report);
    const { topic, partition } = operation;
    const client = plan.clients.get(operation.client);
    if (client?.kind !== 'consumer') return;
    if (client.assign.some((place) => place.topic === topic && place.partition === partition)) return;
    report(['partition'], `${client.name} is not assigned partition ${partition} of ${quote(topic)}`);
  },
  weight({ position, partition }) {
    return positionWeight(position) + partition;
  },
  simplest(operation) {
    return { ...operation, position: 'earliest' };
  },
  vary(operation, topology, draw) {
    return { ...operation, partition: anyPartition(topology, operation.topic, draw), position: draw(8) };
  },
};
