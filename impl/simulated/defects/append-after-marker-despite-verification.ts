import { checkVerifiedAppend } from '../rules/transaction-marker.ts';
import type { Defect } from './defect.ts';

export const appendAfterMarkerDespiteVerification: Defect = {
  slug: 'append_after_marker_despite_verification',
  ids: ['KAFKA-14884'],
  title: 'a marker between the verification and the append is overlooked',
  versions: 'development of 3.6.0',
  breaks: 'progress: a transaction is open that its coordinator does not know',
  how: 'The leader asks the coordinator whether the batch belongs to an open transaction. It does; but before the answer arrives the transaction is aborted, and its marker is written. The batch is appended after it, and no other marker ever comes.',
  rules: {
    checkVerifiedAppend: (_sameAttempt, lowestSequence, firstSequence, version) =>
      checkVerifiedAppend(true, lowestSequence, firstSequence, version),
  },
  needs: {
    transactions: true,
    directedScenario: 'late-verification',
    configuration: {
      'transaction.version': 1,
      // A batch that is given up is not sent again.
      'request.timeout.ms': 1_000,
      'delivery.timeout.ms': 1_000,
      'linger.ms': 0,
    },
  },
};
