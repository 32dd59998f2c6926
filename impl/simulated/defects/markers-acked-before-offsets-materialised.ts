import type { Defect } from './defect.ts';

export const markersAckedBeforeOffsetsMaterialised: Defect = {
  slug: 'markers_acked_before_offsets_materialised',
  ids: ['KAFKA-17507'],
  title: 'A broker acknowledges a marker before it has completed the offsets of the transaction',
  versions: '2.0.0 to 3.9.x',
  breaks:
    'atomicity: a group gets offsets of an open or aborted transaction, or never gets those of a committed one',
  how:
    'A second thread of the group coordinator completes the offsets of a transaction some time after the marker ' +
    'was acknowledged. Meanwhile the next transaction of the producer commits offsets; the thread finds them ' +
    'beside those of the first transaction, and completes both.',
  rules: { completesOffsetsBeforeAnswering: () => false },
  needs: { transactions: true },
};
