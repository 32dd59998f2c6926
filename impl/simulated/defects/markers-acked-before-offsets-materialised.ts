import type { Defect } from './defect.ts';

export const markersAckedBeforeOffsetsMaterialised: Defect = {
  slug: 'markers_acked_before_offsets_materialised',
  ids: ['KAFKA-17507'],
  title: 'a marker is answered before it has ended the offsets of its transaction',
  versions: '2.0.0 to 3.9.x',
  breaks:
    'atomicity: a group is told offsets of a transaction that is open or was aborted, or never those of one that was committed',
  how: 'Another thread of the group coordinator moves the offsets of a transaction to where they count, some time after the marker was answered. The next transaction of the producer commits offsets meanwhile; the thread finds them beside those of the first, and ends both.',
  rules: { completesOffsetsBeforeAnswering: () => false },
  needs: { transactions: true },
};
