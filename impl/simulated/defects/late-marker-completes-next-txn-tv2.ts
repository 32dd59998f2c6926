import { Errors } from '../../kafka/errors.ts';
import type { Defect } from './defect.ts';

export const lateMarkerCompletesNextTxnTv2: Defect = {
  slug: 'late_marker_completes_next_txn_tv2',
  ids: ['KAFKA-19446', 'KIP-1228'],
  title: 'A late marker ends the next transaction',
  versions: '4.0.0 to 4.1.0, with transaction.version 2',
  breaks: 'atomicity: records of the next transaction are committed or aborted before its end',
  how:
    'A marker is delayed, and the coordinator sends it again over another connection. The next transaction ' +
    'begins in the epoch that the marker carries; then the first marker arrives, and its epoch is not lower ' +
    'than that of the partition.',
  rules: {
    checkMarker: (state, markerEpoch) =>
      state !== undefined && markerEpoch < state.producerEpoch ? Errors.INVALID_PRODUCER_EPOCH : Errors.NONE,
  },
  needs: { transactions: true },
};
