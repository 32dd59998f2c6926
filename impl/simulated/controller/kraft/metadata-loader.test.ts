import { expect, test } from 'vitest';

import type { MetadataRecord } from '../../protocol/metadata-records.ts';
import { Disk } from '../../kernel/disk.ts';
import { RaftLog } from '../../metadata/raft-log.ts';
import { MetadataLoader } from './metadata-loader.ts';

const topic = (topicId: number): MetadataRecord => ({ type: 'Topic', topic: `t${topicId}`, topicId });

/** A log of three topics, all in epoch 1. */
function threeTopics(): RaftLog {
  const log = new RaftLog(new Disk());
  for (const topicId of [1, 2, 3]) log.append({ epoch: 1, record: topic(topicId) });
  return log;
}

test('the image holds only what is committed; a leader decides on the uncommitted entries as well', () => {
  const loader = new MetadataLoader(threeTopics());
  loader.advanceTo(2);
  expect([...loader.image.topics.keys()]).toEqual(['t1', 't2']);
  expect([...loader.withUncommitted().topics.keys()]).toEqual(['t1', 't2', 't3']);
  expect(loader.image.endOffset).toBe(2);
});

test('a snapshot and the entries above it build the same image as all entries', () => {
  const log = threeTopics();
  const before = new MetadataLoader(log);
  before.advanceTo(2);
  log.writeSnapshot(before.snapshot());
  log.deleteBefore(2);
  const after = new MetadataLoader(log);
  expect(after.canLoad).toBe(true);
  before.advanceTo(3);
  after.advanceTo(3);
  expect(after.image).toEqual(before.image);
});

test('a log that starts above the end of its snapshot cannot be loaded', () => {
  const log = threeTopics();
  const running = new MetadataLoader(log);
  running.advanceTo(1);
  log.writeSnapshot(running.snapshot());
  running.advanceTo(3);
  log.deleteBefore(2);
  expect(running.canLoad).toBe(true);
  expect(new MetadataLoader(log).canLoad).toBe(false);
});
