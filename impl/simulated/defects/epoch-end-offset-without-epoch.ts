import type { EpochEndOffset, EpochEntry } from '../../kafka/leader-epoch.ts';
import type { Divergence } from '../rules/leader-epoch.ts';
import { NO_EPOCH } from '../protocol/messages.ts';
import type { FollowerLog, Truncation } from '../rules/truncation.ts';
import type { Defect } from './defect.ts';

/** Answers with the start of the first later epoch, but not with the epoch that ends there. */
function endOffsetOnly(
  entries: readonly EpochEntry[],
  logEndOffset: number,
  fetchOffset: number,
  lastFetchedEpoch: number,
): Divergence {
  if (lastFetchedEpoch === NO_EPOCH) return 'none';
  const latest = entries.at(-1);
  if (latest === undefined || latest.epoch < lastFetchedEpoch) return 'unknown';
  const later = entries.find((entry) => entry.epoch > lastFetchedEpoch);
  const endOffset = later === undefined ? logEndOffset : later.startOffset;
  return endOffset < fetchOffset ? { epoch: NO_EPOCH, endOffset } : 'none';
}

function truncateToOffsetOnly(leader: EpochEndOffset, log: FollowerLog): Truncation {
  return { toOffset: Math.min(leader.endOffset, log.logEndOffset), again: false };
}

export const epochEndOffsetWithoutEpoch: Defect = {
  slug: 'epoch_end_offset_without_epoch',
  ids: ['KAFKA-6361', 'KIP-279'],
  title: 'A leader answers with an end offset but not with the epoch that ends there',
  versions: '0.11.0 to 1.1',
  breaks: 'no loss, one log: replicas diverge after two fast changes of the leader',
  how:
    'A leader that does not know the last epoch of the follower answers with the start of the next epoch that ' +
    'it knows. The follower truncates to that offset, and keeps records below it of an epoch that the leader ' +
    'does not have.',
  rules: { fetchDivergence: endOffsetOnly, truncationOnDivergence: truncateToOffsetOnly },
};
