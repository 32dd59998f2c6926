import { checkVerifiedAppend } from '../rules/transaction-marker.ts';
import type { Defect } from './defect.ts';

export const appendAfterMarkerDespiteVerification: Defect = {
  slug: 'append_after_marker_despite_verification',
  ids: ['KAFKA-14884'],
  title: 'A leader overlooks a marker between the verification and the append',
  versions: 'development of 3.6.0',
  breaks: 'progress: a transaction is open that its coordinator does not know',
  how:
    'The leader asks the coordinator whether a batch belongs to an open transaction. The coordinator confirms ' +
    'it, but before its answer arrives the transaction is aborted and its marker is written. The leader appends ' +
    'the batch after the marker, and no other marker ever follows.',
  rules: {
    checkVerifiedAppend: (_sameAttempt, lowestSequence, firstSequence, version) =>
      checkVerifiedAppend(true, lowestSequence, firstSequence, version),
  },
  needs: {
    transactions: true,
    directedScenario: 'late-verification',
    configuration: {
      'transaction.version': 1,
      // The producer gives the batch up before it would retry it.
      'request.timeout.ms': 1_000,
      'delivery.timeout.ms': 1_000,
      'linger.ms': 0,
    },
  },
};
