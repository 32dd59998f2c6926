import { expect, test } from 'vitest';

import { distrusted, exampleCampaign } from '../testing/example-campaign.ts';
import { githubAnnotations } from './github-annotations.ts';

const campaign = exampleCampaign();

test('a violation is a line that says where its report is', () => {
  const [line] = githubAnnotations(campaign).split('\n');
  expect(line).toBe(
    '::warning title=kafka-crucible%3A lost-write breaks no-loss::v4 was acknowledged at orders-0 offset 3 and is not there.%0A' +
      'Not promised: acks=1.%0APlan: crucible-out/lost-write-5a1c09e2.json%0AReport: crucible-out/lost-write-5a1c09e2.html',
  );
});

test('a broken promise is an error', () => {
  const violations = campaign.violations.map((violation) => {
    const { notPromisedBecause, ...promised } = violation;
    expect(notPromisedBecause).toBe('acks=1');
    return promised;
  });
  expect(githubAnnotations({ ...campaign, violations })).toMatch(/^::error /);
});

test('no text from outside becomes a command of its own', () => {
  const violations = campaign.violations.map((violation) => ({
    ...violation,
    sentence: 'v4\n::set-output name=x::y\r\n100%',
  }));
  const lines = githubAnnotations({ ...campaign, violations })
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(violations.length);
  expect(lines.every((line) => line.startsWith('::warning '))).toBe(true);
});

test('so is a run that hung, and a search that is inconclusive', () => {
  expect(githubAnnotations({ ...campaign, violations: [], ...distrusted() })).toBe(
    '::error title=kafka-crucible%3A run 7 hung::The run took longer than 120 s.%0APlan: crucible-out/hung-run-7/plan-as-found.json\n' +
      '::error title=kafka-crucible%3A inconclusive search::a known bug was not found\n',
  );
});

test('nothing found, nothing said', () => {
  expect(githubAnnotations({ ...campaign, violations: [] })).toBe('');
});
