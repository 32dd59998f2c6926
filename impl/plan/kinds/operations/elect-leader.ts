import { z } from 'zod';

import { partitionNumber, topicName } from '../../fields.ts';
import { operationBase, type OperationKind } from '../operation-kind.ts';
import { checkPlace } from '../validity.ts';
import { KIND_WEIGHT } from '../weight.ts';

/** Elects the preferred leader, or a replica that is not in sync if no in-sync replica is alive. */
export const electLeaderSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('elect-leader'),
  election: z.enum(['preferred', 'unclean']),
  topic: topicName,
  partition: partitionNumber,
});

type ElectLeader = z.infer<typeof electLeaderSchema>;

export const electLeader: OperationKind<ElectLeader> = {
  client: 'admin',
  problems(operation, plan, report) {
    checkPlace(plan, operation, report);
  },
  weight({ partition, election }) {
    return partition + (election === 'unclean' ? KIND_WEIGHT : 0);
  },
  simplest(operation) {
    return { ...operation, election: 'preferred' };
  },
};
