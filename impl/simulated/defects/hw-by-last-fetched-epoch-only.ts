import { Errors } from '../../kafka/errors.ts';
import type { Defect } from './defect.ts';

export const hwByLastFetchedEpochOnly: Defect = {
  slug: 'hw_by_last_fetched_epoch_only',
  ids: ['KIP-320'],
  title: 'A leader checks the epoch of what a follower has last, not the one in which it fetches',
  versions: 'never released: the first draft of KIP-320',
  breaks: 'no loss: a follower is counted that is about to truncate',
  how:
    'A follower whose last record agrees with the leader counts as holding all below its position, whichever leader ' +
    'epoch it believes in. When it hears of the present one it may truncate what it was counted for.',
  rules: { checkLeaderEpoch: () => Errors.NONE, mayAppendFetched: () => true },
};
