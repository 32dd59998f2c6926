import { expect, test } from 'vitest';

import { ctrfReport } from './ctrf.ts';
import { distrusted, exampleCampaign } from '../testing/example-campaign.ts';

const origin = { version: '0.1.0', startedAtMs: 1_700_000_000_000 };

test('a promise that held passes, a violation fails with its sentence', () => {
  const { results } = ctrfReport(exampleCampaign(), origin);
  expect(results.tests.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'partition-order passed',
    'committed-reads passed',
    'no-loss: lost-write failed',
    'no-loss: lost-write (2) failed',
    'idempotent-producer passed',
    'atomic-transactions passed',
    'progress passed',
    'invariant passed',
    'harness passed',
  ]);
  expect(results.tests[2]).toMatchObject({
    message: 'v4 was acknowledged at orders-0 offset 3 and is not there.',
    extra: { hash: '5a1c09e27bd4f310' },
  });
});

test('the summary counts them and says when it was', () => {
  const { reportFormat, results } = ctrfReport(exampleCampaign(), origin);
  expect(reportFormat).toBe('CTRF');
  expect(results.summary).toEqual({
    tests: 9,
    passed: 7,
    failed: 2,
    pending: 0,
    skipped: 0,
    other: 0,
    start: origin.startedAtMs,
    stop: origin.startedAtMs + 31_500,
  });
});

test('a run that hung fails, and so does a search that is inconclusive', () => {
  const { results } = ctrfReport({ ...exampleCampaign(), ...distrusted() }, origin);
  expect(results.tests.slice(-2)).toMatchObject([
    { name: 'harness: hung', status: 'failed', message: 'The run took longer than 120 s.' },
    { name: 'harness: inconclusive', status: 'failed', message: 'a known bug was not found' },
  ]);
  expect(results.summary.failed).toBe(4);
});

test('what comes from outside is spelt out', () => {
  const campaign = { ...exampleCampaign(), seed: 'a\u202eb' };
  expect(ctrfReport(campaign, origin).results.extra['seed']).toBe('a\\u{202e}b');
});
