import type { Defect } from './defect.ts';

export const logClaimedByName: Defect = {
  slug: 'log_claimed_by_name',
  ids: ['KIP-516'],
  title: 'A broker takes the log of a deleted topic for that of a new topic with the same name',
  versions: 'before 2.8.0',
  breaks:
    'committed-reads, no-loss: records of the deleted topic are read in the new one, in place of its own',
  how:
    'A broker is down while a topic is deleted and created again. It finds the old log under the name of its ' +
    'new replica. Both topics began with epoch 0, so no leader notices that the logs differ; then the broker ' +
    'becomes leader.',
  rules: { mayClaimLog: () => true },
};
