import type { FollowerLog } from '../rules/truncation.ts';
import type { Defect } from './defect.ts';

/** Truncates to the follower's own high watermark: before leader epochs it had nothing better. */
export function truncateToHighWatermark(log: FollowerLog): number {
  return log.highWatermark;
}

/** And the leader took every fetch position that lies in its log for agreement. */
export function assumeAgreement(): 'none' {
  return 'none';
}

export const truncateToHwOnBecomeFollower: Defect = {
  slug: 'truncate_to_hw_on_become_follower',
  ids: ['KAFKA-1211', 'KIP-101'],
  title: 'A new follower truncates to its high watermark',
  versions: 'all before 0.11.0.0',
  breaks: 'no loss: an acknowledged record is gone after a clean election',
  how:
    'The high watermark of a follower lags one fetch behind that of the leader. In a new leader epoch the ' +
    'follower drops what lies above it, although that may be committed, and stays in the ISR; if it is elected ' +
    'before it has fetched the record again, the record is lost.',
  rules: { truncationOnBecomingFollower: truncateToHighWatermark, fetchDivergence: assumeAgreement },
};
