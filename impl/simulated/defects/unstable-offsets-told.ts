import type { Defect } from './defect.ts';

export const unstableOffsetsTold: Defect = {
  slug: 'unstable_offsets_told',
  ids: ['KIP-447'],
  title: 'offsets are told while a transaction may change them',
  versions: 'before 2.5.0',
  breaks: 'atomicity: who takes over reads again what a committed transaction has processed',
  how: 'A transaction with offsets is committed; before its marker reaches the offsets topic, the group is told the offset of before.',
  rules: { mayTellOffset: () => true },
  needs: { transactions: true },
};
