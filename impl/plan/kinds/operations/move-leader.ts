import { z } from 'zod';

import { brokerId, partitionNumber, topicName } from '../../fields.ts';
import { operationBase, type OperationKind } from '../operation-kind.ts';
import { checkBroker, checkPlace } from '../validity.ts';

/** Puts `broker` first in the replica list of the partition and asks for a preferred leader election. */
export const moveLeaderSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('move-leader'),
  topic: topicName,
  partition: partitionNumber,
  broker: brokerId,
});

type MoveLeader = z.infer<typeof moveLeaderSchema>;

export const moveLeader: OperationKind<MoveLeader> = {
  client: 'admin',
  problems(operation, plan, report) {
    checkPlace(plan, operation, report);
    checkBroker(plan, operation.broker, ['broker'], report);
  },
  weight({ partition, broker }) {
    return partition + broker;
  },
  vary(operation, { cluster }, draw) {
    return { ...operation, broker: 1 + draw(cluster.brokers) };
  },
  withoutBroker(operation, broker) {
    if (operation.broker < broker) return operation;
    return operation.broker === broker ? null : { ...operation, broker: operation.broker - 1 };
  },
};
