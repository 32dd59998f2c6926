import type { Defect } from './defect.ts';

export const txnOffsetsMaterialisedInMarkerOrder: Defect = {
  slug: 'txn_offsets_materialised_in_marker_order',
  ids: ['KAFKA-5247'],
  title: 'offsets of a transaction count from its marker, not from their place in the log',
  versions: 'development of 0.11.0.0',
  breaks: 'committed offsets: one that was committed later is replaced by an earlier one',
  how: 'A transaction sends an offset of a group; a consumer commits a later one, outside of the transaction. When the transaction is committed, its offset replaces the later one; a compacted log would say otherwise.',
  rules: { replacesOffset: () => true },
  needs: { transactions: true },
};
