import { Errors } from '../../kafka/errors.ts';
import { validateAlterPartition } from '../rules/alter-partition.ts';
import type { Rules } from '../rules/rules.ts';
import type { Defect } from './defect.ts';

/** The proposal was taken over as it came: from whatever state of the partition, with whichever brokers. */
const takeOver: Rules['validateAlterPartition'] = (item, sender, partition, isEligible) => {
  if (partition === undefined) return Errors.UNKNOWN_TOPIC_ID;
  const proposed = item.newIsr.map((member) => member.broker);
  const known = { ...partition, replicas: [...partition.replicas, ...proposed] };
  const { partitionEpoch } = partition;
  return validateAlterPartition({ ...item, partitionEpoch }, sender, known, isEligible);
};

export const reassignmentReaddsRemovedReplica: Defect = {
  slug: 'reassignment_readds_removed_replica',
  ids: ['KAFKA-9672'],
  title: 'A leader takes a replica back into the ISR that a reassignment has removed',
  versions: 'before 3.0.0',
  breaks: 'between replicas: the ISR holds a broker that has no replica of the partition any more',
  how:
    'A reassignment removes a replica while its leader, which does not know of that yet, asks for it to rejoin the ' +
    'in-sync replicas. Nothing tells the leader that its proposal is about an older state, and the removed replica is in ' +
    'the ISR again: a member that will never fetch.',
  rules: {
    leaderEpochAfter: (leaderEpoch, { leaderChanged }) => (leaderChanged ? leaderEpoch + 1 : leaderEpoch),
    validateAlterPartition: takeOver,
  },
};
