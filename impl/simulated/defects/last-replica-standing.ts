import { isrWithout } from '../rules/eligible-leader-replicas.ts';
import type { ElrState } from '../rules/eligible-leader-replicas.ts';
import type { CommitState } from '../rules/high-watermark.ts';
import type { Defect } from './defect.ts';

const NO_ELR: ElrState = { elr: [], lastKnownElr: [] };

/** Keeps the last member of the ISR, whatever it lost. */
function lastMemberStays(isr: readonly number[], leaving: readonly number[]): readonly number[] {
  return isrWithout(isr, leaving, false);
}

/** Advances the high watermark however small the ISR is. */
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
    'All but one replica leave the ISR. The last one loses power and its unflushed tail, and stays in the ISR ' +
    'because the ISR must not be empty. It is elected when it is back, and the other replicas truncate to what ' +
    'it has left.',
  rules: {
    isrWithout: lastMemberStays,
    nextEligibleLeaderReplicas: () => NO_ELR,
    nextHighWatermark: moveWithAnyIsr,
  },
};
