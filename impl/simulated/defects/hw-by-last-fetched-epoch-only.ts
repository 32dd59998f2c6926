import { Errors } from '../../kafka/errors.ts';
import type { Defect } from './defect.ts';

export const hwByLastFetchedEpochOnly: Defect = {
  slug: 'hw_by_last_fetched_epoch_only',
  ids: ['KIP-320'],
  title: 'A leader checks the last fetched epoch of a follower, and not its current leader epoch',
  versions: 'never released: the first draft of KIP-320',
  breaks: 'no loss: the high watermark counts a follower that is about to truncate',
  how:
    'A follower whose last record agrees with the leader counts as holding everything below its position, ' +
    'whatever leader epoch it is in. When it learns of the current leader epoch, it may truncate records that ' +
    'it was counted for.',
  rules: { checkLeaderEpoch: () => Errors.NONE, mayAppendFetched: () => true },
};
