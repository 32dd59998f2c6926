import type { Defect } from './defect.ts';
import { assumeAgreement, truncateToHighWatermark } from './truncate-to-hw-on-become-follower.ts';

export const truncateToHwDivergence: Defect = {
  slug: 'truncate_to_hw_divergence',
  ids: ['KIP-101'],
  title: 'Replicas diverge after power losses because they compare only high watermarks',
  versions: 'all before 0.11.0.0',
  breaks: 'one log: two replicas hold different records at one offset, below the high watermark, for ever',
  how:
    'A replica that lost its unflushed tail is elected and overwrites the lost offsets. Another replica ' +
    'restarts with the old records below its own high watermark; it truncates nothing, and fetches from its log ' +
    'end.',
  rules: { truncationOnBecomingFollower: truncateToHighWatermark, fetchDivergence: assumeAgreement },
};
