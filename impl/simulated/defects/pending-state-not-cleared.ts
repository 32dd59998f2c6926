import type { Defect } from './defect.ts';

export const pendingStateNotCleared: Defect = {
  slug: 'pending_state_not_cleared',
  ids: ['KAFKA-7519', 'KAFKA-5351'],
  title: 'a transition whose write failed stays pending',
  versions: 'before 2.0.1 and 2.1.0',
  breaks: 'progress: nobody can use the transactional id any more',
  how: 'The log of transactions lacks replicas for a moment, and a transition cannot be written. It is never given up, so that everybody is asked to come back later.',
  rules: { clearsPending: () => false },
  needs: { transactions: true },
};
