import { electLeader } from '../rules/election.ts';
import type { Candidates, Elected, ElectionKind } from '../rules/election.ts';
import type { Defect } from './defect.ts';

function electLastKnown(candidates: Candidates, kind: ElectionKind): Elected {
  const elected = electLeader(candidates, kind);
  const [last] = candidates.lastKnownElr;
  const nobodyElse = candidates.isr.length === 0 && candidates.elr.length === 0;
  if (elected.leader !== -1 || !nobodyElse || last === undefined) return elected;
  return { leader: last, from: 'last-known-leader' };
}

export const electFencedLastKnownLeader: Defect = {
  slug: 'elect_fenced_last_known_leader',
  ids: ['KAFKA-19522'],
  title: 'The last known leader is elected although it is fenced',
  versions: '4.0 until the fix of July 2025',
  breaks: 'progress: a partition is led by a dead broker, and the controller no longer waits for a live one',
  how:
    'When the ISR and the eligible leader replicas are empty, the controller elects the last known leader once ' +
    'it is back. The check whether it is back only logged a message.',
  rules: { electLeader: electLastKnown },
};
