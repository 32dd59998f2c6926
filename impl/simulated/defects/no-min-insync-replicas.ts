import { Errors } from '../../kafka/errors.ts';
import type { Defect } from './defect.ts';

export const noMinInsyncReplicas: Defect = {
  slug: 'no_min_insync_replicas',
  ids: ['KAFKA-1555'],
  title: 'A leader that is alone in the ISR acknowledges acks=all',
  versions: 'before 0.8.2.0',
  breaks: 'no loss: a record acknowledged by acks=all was on one replica',
  how:
    'The ISR shrinks to the leader, which continues to acknowledge. The leader checks the size of the ISR ' +
    'neither before the append nor when the high watermark advances.',
  rules: {
    checkBeforeAppend: () => Errors.NONE,
    checkAtCompletion: () => Errors.NONE,
    effectiveMinIsr: () => 1,
  },
};
