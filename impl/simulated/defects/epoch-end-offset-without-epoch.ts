import type { EpochEndOffset, EpochEntry } from '../../kafka/leader-epoch.ts';
import type { Divergence } from '../rules/leader-epoch.ts';
import { NO_EPOCH } from '../protocol/messages.ts';
import type { FollowerLog, Truncation } from '../rules/truncation.ts';
import type { Defect } from './defect.ts';

/** Where the first later epoch begins: an offset, and not a word about which epoch it ends. */
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
  title: 'The leader answers with an end offset, but not for which epoch',
  versions: '0.11.0 to 1.1',
  breaks: 'no loss, one log: replicas diverge after two fast changes of the leader',
  how:
    'A leader that has never heard of the follower’s last epoch answers with the start of the next one it knows. ' +
    'The follower truncates there and keeps records of an epoch that the leader does not have below it.',
  rules: { fetchDivergence: endOffsetOnly, truncationOnDivergence: truncateToOffsetOnly },
};
