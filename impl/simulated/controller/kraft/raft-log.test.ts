import { expect, test } from 'vitest';

import type { MetadataEntry } from '../../protocol/messages.ts';
import { Disk } from '../../world/disk.ts';
import { QuorumState } from './quorum-state.ts';
import { RaftLog } from './raft-log.ts';

const entry = (epoch: number, topicId: number): MetadataEntry => ({
  epoch,
  record: { type: 'Topic', topic: `t${topicId}`, topicId },
});

function logOf(disk: Disk, ...epochs: number[]): RaftLog {
  const log = new RaftLog(disk);
  epochs.forEach((epoch, i) => log.append(entry(epoch, i)));
  return log;
}

test('an epoch ends where the next one begins; one that is not there, where the one before it ends', () => {
  const log = logOf(new Disk(), 1, 1, 3, 3, 3);
  expect(log.endOfEpoch(1)).toEqual({ epoch: 1, endOffset: 2 });
  expect(log.endOfEpoch(2)).toEqual({ epoch: 1, endOffset: 2 });
  expect(log.endOfEpoch(3)).toEqual({ epoch: 3, endOffset: 5 });
  expect(log.endOfEpoch(0)).toEqual({ epoch: 0, endOffset: 0 });
});

test('a loss of power spares what was flushed', () => {
  const disk = new Disk();
  const log = logOf(disk, 1, 1);
  log.flush();
  log.append(entry(2, 2));
  expect([log.flushedOffset, log.endOffset]).toEqual([2, 3]);
  disk.losePower(() => 0);
  const recovered = new RaftLog(disk);
  expect([recovered.endOffset, recovered.lastEpoch]).toEqual([2, 1]);
});

test('a vote outlives a loss of power: else a voter could vote twice in an epoch', () => {
  const disk = new Disk();
  expect(new QuorumState(disk).read()).toEqual({ epoch: 0, votedFor: null, leaderId: null });
  new QuorumState(disk).write({ epoch: 4, votedFor: 2, leaderId: null });
  disk.losePower(() => 0);
  expect(new QuorumState(disk).read()).toEqual({ epoch: 4, votedFor: 2, leaderId: null });
});
