import { z } from 'zod';

import { partitionNumber, topicName } from '../../fields.ts';
import { operationBase, type OperationKind } from '../operation-kind.ts';
import { checkPlace } from '../validity.ts';
import { anyPartition } from '../variation.ts';

/** `KafkaProducer.send` of one record; the producer does not wait for the outcome. */
export const sendSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('send'),
  topic: topicName,
  /** Null: the partitioner chooses, by key if there is one, else sticky. */
  partition: partitionNumber.nullable(),
  key: z.string().max(1000).nullable(),
  /**
   * The text that the application writes. Several sends may have the same payload, so the record's value is the payload
   * and the operation's id (`paid #3`): a value identifies its send. Absent: `v3`.
   */
  payload: z.string().min(1).max(1000).exactOptional(),
});

type Send = z.infer<typeof sendSchema>;

export const send: OperationKind<Send> = {
  client: 'producer',
  problems(operation, plan, report) {
    checkPlace(plan, operation, report);
  },
  weight({ key, partition }) {
    return (key === null ? 0 : 1 + key.length) + (partition ?? 100);
  },
  simplest(operation) {
    return { ...operation, key: null, partition: operation.partition ?? 0 };
  },
  vary(operation, topology, draw) {
    const key = draw(3);
    const { partition } = operation;
    return {
      ...operation,
      key: key === 0 ? null : `key-${key}`,
      partition: partition === null ? null : anyPartition(topology, operation.topic, draw),
    };
  },
};
