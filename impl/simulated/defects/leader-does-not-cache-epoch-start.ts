import type { EpochEndOffset, EpochEntry } from '../../kafka/leader-epoch.ts';
import type { Divergence } from '../rules/leader-epoch.ts';
import { NO_EPOCH } from '../protocol/messages.ts';
import { fetchDivergence } from '../rules/leader-epoch.ts';
import { truncationOnDivergence } from '../rules/truncation.ts';
import type { FollowerLog, Truncation } from '../rules/truncation.ts';
import type { Defect } from './defect.ts';

const UNDEFINED_END: EpochEndOffset = { epoch: NO_EPOCH, endOffset: -1 };

/** Answers an epoch that the leader does not know with "undefined" instead of an error. */
function answerUndefined(
  entries: readonly EpochEntry[],
  logEndOffset: number,
  fetchOffset: number,
  lastFetchedEpoch: number,
): Divergence {
  const divergence = fetchDivergence(entries, logEndOffset, fetchOffset, lastFetchedEpoch);
  return divergence === 'unknown' ? UNDEFINED_END : divergence;
}

/** Truncates to the high watermark when the leader answers "undefined". */
function fallBackToHighWatermark(leader: EpochEndOffset, log: FollowerLog): Truncation {
  if (leader.endOffset >= 0) return truncationOnDivergence(leader, log);
  return { toOffset: log.highWatermark, again: false };
}

export const leaderDoesNotCacheEpochStart: Defect = {
  slug: 'leader_does_not_cache_epoch_start',
  ids: ['KAFKA-7415'],
  title: 'A new leader caches its epoch only with its first record',
  versions: 'before 2.0.1 and 2.1.0',
  breaks: 'no loss: a follower truncates to its high watermark',
  how:
    'Until it has appended a record, a leader does not know its own epoch, and cannot answer where the last ' +
    'epoch of a follower ends. The follower then truncates to its high watermark, below what is committed, ' +
    'while it is in the ISR.',
  rules: {
    epochEntryOfNewLeader: () => null,
    fetchDivergence: answerUndefined,
    truncationOnDivergence: fallBackToHighWatermark,
  },
};
