import { expect, test } from 'vitest';

import { parseShard, shardText } from './shard.ts';

test.each(['0/1', '0/8', '7/8'])('%s is a shard', (text) => {
  expect(shardText(parseShard(text))).toBe(text);
});

test.each(['8/8', '1', '-1/4', '1/0', 'a/b', '1/2/3', ''])('%s is none', (text) => {
  expect(() => parseShard(text)).toThrow('expected a shard such as 0/4');
});
