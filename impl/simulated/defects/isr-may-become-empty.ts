import type { ElrState } from '../rules/eligible-leader-replicas.ts';
import type { Defect } from './defect.ts';

const NO_ELR: ElrState = { elr: [], lastKnownElr: [] };

export const isrMayBecomeEmpty: Defect = {
  slug: 'isr_may_become_empty',
  ids: ['KAFKA-708', 'KAFKA-5083'],
  title: 'The last member is taken out of the ISR, and nobody may ever be elected again',
  versions: 'before 0.8.0; in part before 1.1.0',
  breaks: 'progress: a partition stays without a leader, though all its replicas are back',
  how:
    'The controller removes a broker that failed from every ISR, also where it is the last one. Without eligible ' +
    'leader replicas (KIP-966) an empty ISR has no candidate.',
  rules: {
    isrWithout: (isr: readonly number[], leaving: readonly number[]) =>
      isr.filter((broker) => !leaving.includes(broker)),
    nextEligibleLeaderReplicas: () => NO_ELR,
  },
};
