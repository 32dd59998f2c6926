import { Errors } from '../../kafka/errors.ts';
import type { Defect } from './defect.ts';

export const noMinInsyncReplicas: Defect = {
  slug: 'no_min_insync_replicas',
  ids: ['KAFKA-1555'],
  title: 'acks=all is acknowledged by a leader that is alone in the ISR',
  versions: 'before 0.8.2.0',
  breaks: 'no loss: a record that was acknowledged by "all" was on one replica',
  how:
    'The ISR shrinks to the leader, which goes on acknowledging. Neither before the append nor when the high ' +
    'watermark moves does anybody ask how many replicas are in sync.',
  rules: {
    checkBeforeAppend: () => Errors.NONE,
    checkAtCompletion: () => Errors.NONE,
    effectiveMinIsr: () => 1,
  },
};
