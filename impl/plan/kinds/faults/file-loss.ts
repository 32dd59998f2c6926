import { z } from 'zod';

import { nodeName } from '../../fields.ts';
import { faultBase, type FaultKind, restartAfterMs } from '../fault-kind.ts';
import { takesDown } from '../node-fault.ts';
import { KIND_WEIGHT, restartWeight } from '../weight.ts';
import type { Crash } from './crash.ts';

/** The process dies, and its disk loses the small file of that name, for every partition that has one. */
export const fileLossSchema = z.strictObject({
  ...faultBase,
  kind: z.literal('file-loss'),
  node: nodeName,
  file: z.enum([
    'leader-epoch-checkpoint',
    'replication-offset-checkpoint',
    'recovery-point-offset-checkpoint',
  ]),
  restartAfterMs,
});

export type FileLoss = z.infer<typeof fileLossSchema>;

export const fileLoss: FaultKind<FileLoss, FileLoss | Crash> = {
  ...takesDown,
  sentence({ node, file }) {
    return `${node} crashes and loses its ${file}`;
  },
  weight(fault) {
    return KIND_WEIGHT + KIND_WEIGHT / 2 + restartWeight(fault.restartAfterMs);
  },
  simpler(fault) {
    const { file: _file, ...crash } = fault;
    return [
      { ...crash, kind: 'crash' },
      { ...fault, restartAfterMs: null },
    ];
  },
};
