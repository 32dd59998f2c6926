import type { Defect } from './defect.ts';

export const markerBookkeepingByTxnIdOnly: Defect = {
  slug: 'marker_bookkeeping_by_txn_id_only',
  ids: ['KAFKA-16352'],
  title: 'A response about the markers of an earlier coordinator epoch removes those of the current one',
  versions: 'before 3.8.0',
  breaks: 'progress: a transaction stays in PrepareCommit or PrepareAbort',
  how:
    'A coordinator loses the log of transactions while one of its markers is in flight, becomes coordinator ' +
    'again, and sends the markers again. Then the first request fails or is answered. The response is about an ' +
    'earlier coordinator epoch, but the coordinator finds its pending markers by the transactional id alone, ' +
    'and drops the current ones.',
  rules: { isAnswerToMarkers: () => true },
  needs: { transactions: true, directedScenario: 'coordinator-there-and-back' },
};
