import { describe, expect, test } from 'vitest';

import type { MetadataRecord } from '../protocol/metadata-records.ts';
import { Disk } from '../world/disk.ts';
import { MetadataLog } from './metadata-log.ts';

const topic = (topicId: number): MetadataRecord => ({ type: 'Topic', topic: `t${topicId}`, topicId });

test('the next decision sees the one before it at once; others hear of it when it is durable', () => {
  const heard: (readonly MetadataRecord[])[] = [];
  const log = new MetadataLog(new Disk(), (records) => void heard.push(records));
  log.append(topic(1));
  log.append(topic(2));
  expect([log.endOffset, log.image.topics.size, heard]).toEqual([2, 2, []]);
  log.commit();
  expect(heard).toEqual([[topic(1), topic(2)]]);
  log.commit();
  expect(heard).toHaveLength(1);
});

test('reading begins at an offset, inclusive', () => {
  const log = new MetadataLog(new Disk(), () => {});
  for (const id of [1, 2, 3]) log.append(topic(id));
  expect(log.read(1)).toEqual([topic(2), topic(3)]);
  expect(log.read(3)).toEqual([]);
});

describe('a loss of power', () => {
  test('spares what was committed', () => {
    const disk = new Disk();
    const log = new MetadataLog(disk, () => {});
    log.append(topic(1));
    log.commit();
    log.append(topic(2));
    disk.losePower(() => 0);
    const recovered = new MetadataLog(disk, () => {});
    expect([...recovered.image.topics.keys()]).toEqual(['t1']);
    expect(recovered.endOffset).toBe(1);
  });
});
