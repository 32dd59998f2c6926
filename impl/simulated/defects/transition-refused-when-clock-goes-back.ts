import { completesTransition } from '../rules/transaction-state.ts';
import type { Defect } from './defect.ts';

export const transitionRefusedWhenClockGoesBack: Defect = {
  slug: 'transition_refused_when_clock_goes_back',
  ids: ['KAFKA-8803', 'KAFKA-5415'],
  title:
    'A coordinator writes a transaction that starts before the last one, and does not complete the transition',
  versions: 'before 2.4.2 and 2.5.0',
  breaks: 'progress: no producer can use the transactional id any more',
  how:
    'The clock of the coordinator is set back, or another broker with an earlier clock becomes coordinator. The ' +
    'first partition of the next transaction is in the log, but the coordinator refuses its start time and ' +
    'throws, and the transition stays pending for ever.',
  rules: {
    completesTransition: (from, to) =>
      completesTransition(from, to) && !(to.state === 'Ongoing' && to.startMs < from.startMs),
  },
  needs: { transactions: true, directedScenario: 'clock-set-back' },
};
