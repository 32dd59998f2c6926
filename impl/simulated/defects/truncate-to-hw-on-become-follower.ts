import type { FollowerLog } from '../rules/truncation.ts';
import type { Defect } from './defect.ts';

/** Before leader epochs a follower knew nothing better than its own high watermark. */
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
    "A follower's high watermark lags one fetch behind the leader's. In a new leader epoch it drops what lies " +
    'above, although that may be committed, and stays in the ISR; if it is elected before it has fetched the ' +
    'record again, the record is lost.',
  rules: { truncationOnBecomingFollower: truncateToHighWatermark, fetchDivergence: assumeAgreement },
};
