import { expect, test } from 'vitest';

import { Disk } from '../kernel/disk.ts';
import { Checkpoints } from './checkpoints.ts';

test('a new disk knows nothing: recovery and high watermark begin at 0, and no shutdown was clean', () => {
  const checkpoints = new Checkpoints(new Disk());
  expect([checkpoints.highWatermark('t-0'), checkpoints.recoveryPoint('t-0')]).toEqual([0, 0]);
  expect(checkpoints.takeCleanShutdownEpoch()).toBe(-1);
});

test('what was written is there for the next process, also after a loss of power', () => {
  const disk = new Disk();
  const checkpoints = new Checkpoints(disk);
  checkpoints.writeHighWatermarks(new Map([['t-0', 5]]));
  checkpoints.writeRecoveryPoints(new Map([['t-0', 4]]));
  disk.losePower(() => 0);
  const next = new Checkpoints(disk);
  expect([next.highWatermark('t-0'), next.recoveryPoint('t-0'), next.partitions]).toEqual([5, 4, ['t-0']]);
});

test('a clean shutdown counts once: whoever crashes afterwards was not shut down cleanly', () => {
  const disk = new Disk();
  new Checkpoints(disk).writeCleanShutdown(17);
  expect(new Checkpoints(disk).takeCleanShutdownEpoch()).toBe(17);
  expect(new Checkpoints(disk).takeCleanShutdownEpoch()).toBe(-1);
});
