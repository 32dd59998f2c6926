import { isrWithout } from '../rules/eligible-leader-replicas.ts';
import type { ElrState } from '../rules/eligible-leader-replicas.ts';
import type { CommitState } from '../rules/high-watermark.ts';
import type { Defect } from './defect.ts';

const NO_ELR: ElrState = { elr: [], lastKnownElr: [] };

/** The last member stays, whatever it lost. */
function lastMemberStays(isr: readonly number[], leaving: readonly number[]): readonly number[] {
  return isrWithout(isr, leaving, false);
}

/** Moves however few are in sync. */
function moveWithAnyIsr({ highWatermark, smallestLogEnd, logEndOffset }: CommitState): number {
  return Math.max(highWatermark, Math.min(smallestLogEnd, logEndOffset));
}

export const lastReplicaStanding: Defect = {
  slug: 'last_replica_standing',
  ids: ['KIP-966'],
  title: 'The last in-sync replica is elected again after it lost the end of its log',
  versions: 'all before 4.0; by default until 4.1 (eligible.leader.replicas.version)',
  breaks: 'no loss: an acknowledged record is gone although two replicas still hold it',
  how:
    'All but one replica leave the ISR. The last one loses its power and its unflushed tail, stays in the ISR ' +
    'because an ISR must not be empty, is elected when it is back, and the others truncate to what it has left.',
  rules: {
    isrWithout: lastMemberStays,
    nextEligibleLeaderReplicas: () => NO_ELR,
    nextHighWatermark: moveWithAnyIsr,
  },
};
