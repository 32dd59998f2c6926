import { expect, test } from 'vitest';

import type { MetadataEntry } from '../protocol/quorum-messages.ts';
import { Disk, IoError } from '../kernel/disk.ts';
import { QuorumStateStore } from '../controller/kraft/quorum-state-store.ts';
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

test('an epoch ends where the next one starts; an unknown epoch ends where the previous one ends', () => {
  const log = logOf(new Disk(), 1, 1, 3, 3, 3);
  expect(log.endOfEpoch(1)).toEqual({ epoch: 1, endOffset: 2 });
  expect(log.endOfEpoch(2)).toEqual({ epoch: 1, endOffset: 2 });
  expect(log.endOfEpoch(3)).toEqual({ epoch: 3, endOffset: 5 });
  expect(log.endOfEpoch(0)).toEqual({ epoch: 0, endOffset: 0 });
});

test('flushed entries survive a power loss', () => {
  const disk = new Disk();
  const log = logOf(disk, 1, 1);
  log.flush();
  log.append(entry(2, 2));
  expect([log.flushedOffset, log.endOffset]).toEqual([2, 3]);
  disk.losePower(() => 0);
  const recovered = new RaftLog(disk);
  expect([recovered.endOffset, recovered.lastEpoch]).toEqual([2, 1]);
});

test('a vote survives a power loss: else a voter could vote twice in an epoch', () => {
  const disk = new Disk();
  expect(new QuorumStateStore(disk).read()).toEqual({ epoch: 0, votedFor: null, leaderId: null });
  new QuorumStateStore(disk).write({ epoch: 4, votedFor: 2, leaderId: null });
  disk.losePower(() => 0);
  expect(new QuorumStateStore(disk).read()).toEqual({ epoch: 4, votedFor: 2, leaderId: null });
});

test('entries below a snapshot can be deleted, and offsets stay as they were', () => {
  const disk = new Disk();
  const log = logOf(disk, 1, 1, 3, 3);
  log.flush();
  log.writeSnapshot({ endOffset: 3, epoch: 3, records: [] });
  log.deleteBefore(3);
  expect([log.startOffset, log.flushedOffset, log.endOffset]).toEqual([3, 4, 4]);
  expect([log.entry(2), log.entry(3)?.epoch, log.epochBefore(3)]).toEqual([undefined, 3, 3]);
  expect(log.endOfEpoch(1)).toEqual({ epoch: 3, endOffset: 3 });
  const reopened = new RaftLog(disk);
  expect([reopened.startOffset, reopened.endOffset, reopened.snapshot?.endOffset]).toEqual([3, 4, 3]);
});

test('a disk that fails during a deletion loses neither entries nor their offsets', () => {
  const disk = new Disk();
  const log = logOf(disk, 1, 1, 3, 3);
  log.flush();
  disk.fail('every-write');
  expect(() => log.deleteBefore(3)).toThrow(IoError);
  disk.repair();
  const reopened = new RaftLog(disk);
  expect([reopened.startOffset, reopened.endOffset, reopened.entry(0)?.epoch]).toEqual([0, 4, 1]);
});

test('a loaded snapshot replaces the log', () => {
  const log = logOf(new Disk(), 1, 1, 2);
  log.load({ endOffset: 7, epoch: 4, records: [] });
  expect([log.startOffset, log.endOffset, log.lastEpoch]).toEqual([7, 7, 4]);
});

test('a log that lost its tail and ends below its snapshot starts again at the end of the snapshot', () => {
  const disk = new Disk();
  const log = logOf(disk, 1, 1, 1);
  log.writeSnapshot({ endOffset: 3, epoch: 1, records: [] });
  disk.losePower(() => 0);
  const recovered = new RaftLog(disk);
  expect([recovered.startOffset, recovered.endOffset, recovered.lastEpoch]).toEqual([3, 3, 1]);
});
