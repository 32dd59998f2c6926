import { Errors } from '../../kafka/errors.ts';
import type { Defect } from './defect.ts';

export const strictMarkerEpochWithoutIdempotence: Defect = {
  slug: 'strict_marker_epoch_without_idempotence',
  ids: ['KAFKA-19999'],
  title: 'A partition refuses a marker that is sent again',
  versions: 'development of 4.2, after the fix of KAFKA-19446',
  breaks: 'progress: a transaction stays in PrepareCommit or PrepareAbort',
  how:
    'With transaction.version 2 a marker must have a higher epoch than its partition. A marker whose response ' +
    'was lost is sent again, and the partition refuses it, because it has that epoch already.',
  rules: {
    checkMarker: (state, markerEpoch, version) =>
      state !== undefined &&
      (version === 2 ? markerEpoch <= state.producerEpoch : markerEpoch < state.producerEpoch)
        ? Errors.INVALID_PRODUCER_EPOCH
        : Errors.NONE,
  },
  needs: { transactions: true },
};
