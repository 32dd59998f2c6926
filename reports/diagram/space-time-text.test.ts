import { describe, expect, test } from 'vitest';

import { exampleReport } from '../testing/example-run.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { spaceTimeText } from './space-time-text.ts';
import { storyOf } from '../prose/story.ts';

const report = exampleReport();
const violation = primaryViolation(report.result);
if (violation === null) throw new Error('the example has a violation');

function draw(width: number): readonly string[] {
  return violation === null ? [] : spaceTimeText(traceOf(report.result), violation, storyOf(report), width);
}

describe('the diagram in characters', () => {
  const [header, ...rows] = draw(100);

  test('has a lane for each host that takes part', () => {
    expect(header?.trim().split(/\s+/)).toEqual([
      'controller-1',
      'broker-1',
      'broker-2',
      'broker-3',
      'producer-1',
      'reader-1',
    ]);
  });

  test('shows a request, what it did, and the answer', () => {
    const produce = rows.findIndex((row) => /15\.5 .*<─+Produce─+│/.test(row));
    expect(rows[produce + 1]).toContain('[v4 @3]');
    expect(rows[produce + 2]).toMatch(/│─+Produce─+>│/);
  });

  test('shows what was cut off', () => {
    expect(rows.some((row) => row.includes('[cut to 3]'))).toBe(true);
  });

  test('is left out where it does not fit', () => {
    expect(draw(60)).toEqual([]);
  });
});
