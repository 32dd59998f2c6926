import { z } from 'zod';

import { nodeName } from '../../fields.ts';
import { faultBase, type FaultKind, restartAfterMs } from '../fault-kind.ts';
import { takesDown } from '../node-fault.ts';
import { KIND_WEIGHT, restartWeight } from '../weight.ts';
import type { Crash } from './crash.ts';

/**
 * A disk of the broker takes no writes, or only half of the next append, until it is repaired `restartAfterMs` later.
 * A broker that halted because of it is started then; one that went on without the disk is restarted.
 */
export const diskErrorSchema = z.strictObject({
  ...faultBase,
  kind: z.literal('disk-error'),
  node: nodeName,
  error: z.enum(['every-write', 'torn-append']),
  /** The number of the log directory; absent: the first one, without which a broker cannot go on. */
  logDir: z.int().min(1).max(8).exactOptional(),
  restartAfterMs,
});

export type DiskError = z.infer<typeof diskErrorSchema>;

export const diskError: FaultKind<DiskError, DiskError | Crash> = {
  ...takesDown,
  problems({ node, logDir = 1 }, plan, report) {
    if (node.startsWith('controller-')) report(['node'], 'only the disks of brokers fail');
    if (logDir > plan.logDirs) {
      report(['logDir'], `expected at most ${plan.logDirs}, because cluster.logDirs is ${plan.logDirs}`);
    }
  },
  sentence({ node, error, logDir = 1 }, disks) {
    const disk = disks > 1 ? `disk ${logDir}` : 'the disk';
    const what = error === 'every-write' ? 'takes no more writes' : 'fails in the middle of the next append';
    return `${disk} of ${node} ${what}`;
  },
  weight(fault) {
    return KIND_WEIGHT + (3 * KIND_WEIGHT) / 4 + restartWeight(fault.restartAfterMs);
  },
  simpler(fault) {
    const { error: _error, logDir: _logDir, ...crash } = fault;
    return [
      { ...crash, kind: 'crash' },
      { ...fault, restartAfterMs: null },
    ];
  },
};
