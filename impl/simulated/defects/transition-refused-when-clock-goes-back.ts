import { completesTransition } from '../rules/transaction-state.ts';
import type { Defect } from './defect.ts';

export const transitionRefusedWhenClockGoesBack: Defect = {
  slug: 'transition_refused_when_clock_goes_back',
  ids: ['KAFKA-8803', 'KAFKA-5415'],
  title: 'a transaction that begins before the last one began is written and not made',
  versions: 'before 2.4.2 and 2.5.0',
  breaks: 'progress: nobody can use the transactional id any more',
  how: 'The clock of the coordinator is set back, or another broker with an earlier clock becomes coordinator. The first partition of the next transaction is in the log, but the coordinator does not believe its time, throws, and has a transition pending for ever.',
  rules: {
    completesTransition: (from, to) =>
      completesTransition(from, to) && !(to.state === 'Ongoing' && to.startMs < from.startMs),
  },
  needs: { transactions: true, directedScenario: 'clock-set-back' },
};
