import type { Defect } from './defect.ts';

export const txnOffsetsMaterialisedInMarkerOrder: Defect = {
  slug: 'txn_offsets_materialised_in_marker_order',
  ids: ['KAFKA-5247'],
  title: 'Offsets of a transaction count from its marker, and not from their place in the log',
  versions: 'development of 0.11.0.0',
  breaks: 'committed offsets: an offset that was committed later is replaced by an earlier one',
  how:
    'A transaction sends an offset of a group; a consumer commits a later one outside the transaction. When the ' +
    'transaction is committed, its offset replaces the later one; a compacted log would keep the later one.',
  rules: { replacesOffset: () => true },
  needs: { transactions: true },
};
