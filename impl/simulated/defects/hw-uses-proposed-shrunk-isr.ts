import type { Defect } from './defect.ts';

export const hwUsesProposedShrunkIsr: Defect = {
  slug: 'hw_uses_proposed_shrunk_isr',
  ids: ['KIP-497'],
  title: 'A leader counts on a smaller ISR before the controller has committed it',
  versions: 'never released: the hazard for which KIP-497 has the maximal ISR',
  breaks: 'no loss: a replica that the controller may still elect lacks an acknowledged record',
  how:
    'A leader proposes an ISR without a follower that lags, and at once advances the high watermark without ' +
    'that follower. The leader fails before the controller receives the proposal, and the follower is elected.',
  rules: { maximalIsr: (_committed: readonly number[], proposed: readonly number[]) => proposed },
};
