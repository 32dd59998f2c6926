import type { ElrState } from '../rules/eligible-leader-replicas.ts';
import type { Defect } from './defect.ts';

const NO_ELR: ElrState = { elr: [], lastKnownElr: [] };

export const isrMayBecomeEmpty: Defect = {
  slug: 'isr_may_become_empty',
  ids: ['KAFKA-708', 'KAFKA-5083'],
  title: 'The controller removes the last member of the ISR, and no replica may be elected any more',
  versions: 'before 0.8.0; in part before 1.1.0',
  breaks: 'progress: a partition stays without a leader although all its replicas are back',
  how:
    'The controller removes a failed broker from every ISR, also where it is the last member. Without eligible ' +
    'leader replicas (KIP-966) an empty ISR has no candidate.',
  rules: {
    isrWithout: (isr: readonly number[], leaving: readonly number[]) =>
      isr.filter((broker) => !leaving.includes(broker)),
    nextEligibleLeaderReplicas: () => NO_ELR,
  },
};
