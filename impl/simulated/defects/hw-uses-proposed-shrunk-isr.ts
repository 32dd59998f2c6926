import type { Defect } from './defect.ts';

export const hwUsesProposedShrunkIsr: Defect = {
  slug: 'hw_uses_proposed_shrunk_isr',
  ids: ['KIP-497'],
  title: 'A leader counts on a smaller ISR before the controller has agreed to it',
  versions: 'never released: the hazard for which KIP-497 has the maximal ISR',
  breaks: 'no loss: a replica that the controller may still elect lacks an acknowledged record',
  how:
    'A leader proposes an ISR without a follower that is behind, and at once moves the high watermark without it. ' +
    'It dies before the controller has heard of the proposal, and the follower is elected.',
  rules: { maximalIsr: (_committed: readonly number[], proposed: readonly number[]) => proposed },
};
