import type { Defect } from './defect.ts';

export const markerBookkeepingByTxnIdOnly: Defect = {
  slug: 'marker_bookkeeping_by_txn_id_only',
  ids: ['KAFKA-16352', 'KAFKA-9777'],
  title: 'an answer from an earlier term of the coordinator drops the markers of this one',
  versions: 'before 3.8.0',
  breaks: 'progress: a transaction stays in PrepareCommit or PrepareAbort',
  how: 'The coordinator loses its log and gets it back while a marker is unanswered. It sends the markers again in its new term; the answer to the old one finds that its term is over, and removes what is under way for the transactional id.',
  rules: { isAnswerToMarkers: () => true },
  needs: { transactions: true },
};
