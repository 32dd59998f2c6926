import { expect, test } from 'vitest';

import type { MetadataRecord } from '../protocol/metadata-records.ts';
import { ClusterImage } from '../metadata/cluster-image.ts';
import { MetadataLog } from './metadata-log.ts';

const topic = (topicId: number): MetadataRecord => ({ type: 'Topic', topic: `t${topicId}`, topicId });

test('the next decision sees the previous one at once; the log gets each decision as a whole', () => {
  const written: (readonly MetadataRecord[])[] = [];
  const log = new MetadataLog(new ClusterImage(), (records) => void written.push(records));
  log.append(topic(1));
  log.append(topic(2));
  expect([log.endOffset, log.image.topics.size, written]).toEqual([2, 2, []]);
  log.commit();
  expect(written).toEqual([[topic(1), topic(2)]]);
});

test('a decision without records writes nothing', () => {
  const log = new MetadataLog(new ClusterImage(), () => {
    throw new Error('there is nothing to write');
  });
  log.commit();
});

test('the log continues where the committed image ends', () => {
  const image = new ClusterImage();
  image.apply(topic(1));
  const log = new MetadataLog(image, () => {});
  expect(log.endOffset).toBe(1);
});
