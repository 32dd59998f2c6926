import { execFileSync } from 'node:child_process';

import { expect, test } from 'vitest';

import { replayCommand, shellWord } from './replay-command.ts';

test('a plain path stands as it is', () => {
  expect(replayCommand('crucible-out/a/plan.json')).toMatch(/ crucible-out\/a\/plan\.json$/);
});

test.each(['my plan.json', "it's", '$HOME', 'a;b', '', '`x`', 'ä'])(
  'a shell reads %j as one word',
  (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  },
);
