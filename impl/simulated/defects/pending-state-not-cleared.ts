import type { Defect } from './defect.ts';

export const pendingStateNotCleared: Defect = {
  slug: 'pending_state_not_cleared',
  ids: ['KAFKA-7519', 'KAFKA-5351'],
  title: 'A transition whose write failed stays pending',
  versions: 'before 2.0.1 and 2.1.0',
  breaks: 'progress: no producer can use the transactional id any more',
  how:
    'The log of transactions lacks in-sync replicas for a moment, and a transition cannot be written. The ' +
    'coordinator never gives the transition up, so every request gets CONCURRENT_TRANSACTIONS.',
  rules: { clearsPending: () => false },
  needs: { transactions: true },
};
