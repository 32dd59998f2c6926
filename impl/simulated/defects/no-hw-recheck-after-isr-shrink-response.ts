import type { Defect } from './defect.ts';

export const noHwRecheckAfterIsrShrinkResponse: Defect = {
  slug: 'no_hw_recheck_after_isr_shrink_response',
  ids: ['KAFKA-13091'],
  title: 'A leader does not recompute the high watermark when the ISR has shrunk',
  versions: '2.7.0 to 3.0',
  breaks:
    'progress: a record that waited only for the replica that left stays uncommitted until another event',
  how:
    'A follower is gone, and the leader proposes an ISR without it. All remaining members hold the record, but ' +
    'they fetched before the response of the controller arrived, and the response itself does not advance the ' +
    'high watermark.',
  rules: { recheckAfterIsrChange: () => false },
};
