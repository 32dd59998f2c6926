import { z } from 'zod';

import { milliseconds } from '../../fields.ts';
import { faultBase, type FaultKind } from '../fault-kind.ts';
import { renameAll } from '../renaming.ts';
import { anyLengthMs } from '../variation.ts';
import { KIND_WEIGHT } from '../weight.ts';

/** The network between two sets of hosts is cut for that long. */
export const partitionSchema = z.strictObject({
  ...faultBase,
  kind: z.literal('partition') /** The hosts on either side; a host in neither side keeps all its links. */,
  side: z.array(z.string()).min(1),
  other: z.array(z.string()).min(1),
  direction: z.enum(['both', 'side-to-other']),
  /** `lose`: a message that crosses is lost and its connection is broken; `hold`: it arrives when the partition heals. */
  effect: z.enum(['lose', 'hold']),
  forMs: milliseconds,
});

export type Partition = z.infer<typeof partitionSchema>;

export const partition: FaultKind<Partition> = {
  nodesOnly: false,
  hosts({ side, other }) {
    return [
      ...side.map((host, index) => [['side', index], host] as const),
      ...other.map((host, index) => [['other', index], host] as const),
    ];
  },
  durationMs({ forMs }) {
    return forMs;
  },
  sentence({ side, other, direction, effect }) {
    const both = direction === 'both';
    const ends = `${side.join(', ')} ${both ? 'and' : 'to'} ${other.join(', ')}`;
    return `the network ${both ? 'between' : 'from'} ${ends} is ${effect === 'lose' ? 'cut' : 'held up'}`;
  },
  weight({ forMs, side, other, direction, effect }) {
    return (
      forMs +
      (side.length + other.length) * KIND_WEIGHT +
      (direction === 'both' ? 0 : KIND_WEIGHT / 4) +
      (effect === 'lose' ? 0 : KIND_WEIGHT / 4)
    );
  },
  simpler(fault) {
    return [
      ...withoutOneHost(fault.side).map((side): Partition => ({ ...fault, side })),
      ...withoutOneHost(fault.other).map((other): Partition => ({ ...fault, other })),
      { ...fault, direction: 'both', effect: 'lose' },
      { ...fault, direction: 'both' },
      { ...fault, effect: 'lose' },
    ];
  },
  vary(fault, _topology, draw) {
    return { ...fault, forMs: anyLengthMs(draw) };
  },
  renameHosts(fault, rename) {
    const side = renameAll(fault.side, rename);
    const other = renameAll(fault.other, rename).filter((host) => !side.includes(host));
    return side.length === 0 || other.length === 0 ? null : { ...fault, side, other };
  },
};

/** The list without each of its hosts in turn; a side of a partition needs at least one host. */
function withoutOneHost(hosts: readonly string[]): string[][] {
  return hosts.length <= 1 ? [] : hosts.map((_, index) => hosts.filter((_host, other) => other !== index));
}
