import type { Defect } from './defect.ts';

/** Found by this harness; the rule is the published one of Kafka (`ReplicationControlManager.alterPartition`). */
export const refusedProposalAcceptedLater: Defect = {
  slug: 'refused_proposal_accepted_later',
  ids: [],
  title: 'A late copy of a refused AlterPartition is accepted',
  versions: 'as published in the sources of 3.x and 4.0; we know of no issue that reports it',
  breaks: 'no loss: the ISR has a replica that the leader does not wait for',
  how:
    'An AlterPartition request that adds a replica is delayed, its connection is given up, and the leader sends ' +
    'the proposal again. Meanwhile the replica is fenced, so the controller refuses the copy, and the leader ' +
    'returns to the committed ISR. The replica is unfenced, and the first request arrives: its epochs are still ' +
    'current, and the controller adds the replica without the knowledge of the leader, which advances its high ' +
    'watermark past the replica.',
  rules: { refusalClosesProposal: () => false },
};
