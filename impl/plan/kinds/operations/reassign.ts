import { z } from 'zod';

import { brokerId, partitionNumber, topicName } from '../../fields.ts';
import { operationBase, type OperationKind } from '../operation-kind.ts';
import { checkBroker, checkPlace } from '../validity.ts';
import { anyOrder } from '../variation.ts';

/** Moves a partition to other brokers, the preferred leader first (KIP-455). */
export const reassignSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('reassign'),
  topic: topicName,
  partition: partitionNumber,
  replicas: z.array(brokerId).min(1).max(15),
});

type Reassign = z.infer<typeof reassignSchema>;

export const reassign: OperationKind<Reassign> = {
  client: 'admin',
  problems(operation, plan, report) {
    checkPlace(plan, operation, report);
    const { replicas } = operation;
    replicas.forEach((broker, index) => {
      checkBroker(plan, broker, ['replicas', index], report);
      if (replicas.indexOf(broker) < index)
        report(['replicas', index], `broker ${broker} cannot hold two replicas`);
    });
  },
  weight({ partition, replicas }) {
    return partition + replicas.reduce((sum, broker) => sum + broker, 0);
  },
  vary(operation, { cluster }, draw) {
    const brokers = Array.from({ length: cluster.brokers }, (_, index) => index + 1);
    return { ...operation, replicas: anyOrder(brokers, draw).slice(0, operation.replicas.length) };
  },
  withoutBroker(operation, broker) {
    const replicas = operation.replicas.flatMap((id) => (id === broker ? [] : id > broker ? [id - 1] : [id]));
    return replicas.length === 0 ? null : { ...operation, replicas };
  },
};
