import type { Defect } from './defect.ts';

export const markerBookkeepingByTxnIdOnly: Defect = {
  slug: 'marker_bookkeeping_by_txn_id_only',
  ids: ['KAFKA-16352'],
  title: 'an answer to the markers of an earlier term ends the work on those of the present one',
  versions: 'before 3.8.0',
  breaks: 'progress: a transaction stays in PrepareCommit or PrepareAbort',
  how: 'A coordinator loses the log of transactions while a marker of its is under way, gets it back, and sends the markers again. Then the first request fails or is answered; it is about a term that is over, and what is noted under the same transactional id is thrown away with it.',
  rules: { isAnswerToMarkers: () => true },
  needs: { transactions: true, directedScenario: 'coordinator-there-and-back' },
};
