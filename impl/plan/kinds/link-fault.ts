/** The part that all faults of the messages from one host to another have in common. */
import type { FaultBase } from './fault-kind.ts';
import { renameEnds, type Renaming } from './renaming.ts';

interface OfLink extends FaultBase {
  readonly from: string;
  readonly to: string;
}

export const ofLink = {
  nodesOnly: false,
  hosts({ from, to }: OfLink): [['from'] | ['to'], string][] {
    return [
      [['from'], from],
      [['to'], to],
    ];
  },
  renameHosts<Own extends OfLink>(fault: Own, rename: Renaming): Own | null {
    const ends = renameEnds(fault, rename);
    return ends === null ? null : { ...fault, ...ends };
  },
};
