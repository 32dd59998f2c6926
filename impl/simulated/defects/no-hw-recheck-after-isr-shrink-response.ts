import type { Defect } from './defect.ts';

export const noHwRecheckAfterIsrShrinkResponse: Defect = {
  slug: 'no_hw_recheck_after_isr_shrink_response',
  ids: ['KAFKA-13091'],
  title: 'When the ISR has shrunk nobody looks whether that moves the high watermark',
  versions: '2.7.0 to 3.0',
  breaks:
    'progress: what only waited for the replica that left stays uncommitted until something else happens',
  how:
    'A follower is gone, and the leader asks for an ISR without it. All that remain hold the record, but they have ' +
    'fetched before the answer came, and the answer itself moves nothing.',
  rules: { recheckAfterIsrChange: () => false },
};
