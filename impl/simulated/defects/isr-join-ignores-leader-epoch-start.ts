import type { FollowerState, LeaderState } from '../rules/in-sync-replicas.ts';
import type { Defect } from './defect.ts';

export const isrJoinIgnoresLeaderEpochStart: Defect = {
  slug: 'isr_join_ignores_leader_epoch_start',
  ids: ['KAFKA-7128'],
  title: 'A follower joins the ISR at the high watermark of a leader that does not know the true one yet',
  versions: 'before 2.0.1 and 2.1.0',
  breaks: 'no loss: an acknowledged record is gone after two clean elections',
  how:
    'The high watermark of a new leader may lie below the true one. A follower that has reached only the former ' +
    'joins the ISR without some of the committed records, and may be elected.',
  rules: {
    mayJoinIsr: (follower: FollowerState, leader: LeaderState) =>
      follower.logEndOffset >= leader.highWatermark,
  },
};
