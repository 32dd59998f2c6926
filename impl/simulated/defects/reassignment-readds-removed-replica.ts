import { Errors } from '../../kafka/errors.ts';
import { validateAlterPartition } from '../rules/alter-partition.ts';
import type { Rules } from '../rules/rules.ts';
import type { Defect } from './defect.ts';

/** Accepts a proposal whatever state of the partition it is based on, and whatever brokers it names. */
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
  title: 'A leader adds a replica to the ISR that a reassignment has removed',
  versions: 'before 3.0.0',
  breaks: 'between replicas: the ISR has a member that no longer has a replica of the partition',
  how:
    'A reassignment removes a replica while the leader, which does not know it yet, proposes that the replica ' +
    'rejoins the ISR. Nothing shows that the proposal is based on an older state, and the removed replica is in ' +
    'the ISR again: a member that will never fetch.',
  rules: {
    leaderEpochAfter: (leaderEpoch, { leaderChanged }) => (leaderChanged ? leaderEpoch + 1 : leaderEpoch),
    validateAlterPartition: takeOver,
  },
};
