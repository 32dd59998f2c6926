import type { Defect } from './defect.ts';

/** Found by this harness; the rule is Kafka's as published (`ReplicationControlManager.alterPartition`). */
export const refusedProposalAcceptedLater: Defect = {
  slug: 'refused_proposal_accepted_later',
  ids: [],
  title: 'A late copy of a refused AlterPartition is accepted after all',
  versions: 'as published in the sources of 3.x and 4.0; we know of no issue that reports it',
  breaks: 'no loss: a replica is in the ISR for which the leader does not wait',
  how:
    'An AlterPartition that adds a replica is held up, its connection is given up, and the proposal is sent again. ' +
    'Meanwhile the replica is fenced, so the copy is refused and the leader goes back to the committed ISR. The ' +
    'replica is unfenced, and the first request arrives: its epochs are still the current ones, and the controller ' +
    'adds the replica without the knowledge of the leader, which moves its high watermark past it.',
  rules: { refusalClosesProposal: () => false },
};
