import { describe, expect, test } from 'vitest';

import { findEvidence } from './evidence.ts';
import { exampleReport } from './example-run.ts';
import { primaryViolation, traceOf } from './failure-report.ts';

const { result } = exampleReport();
const trace = traceOf(result);
const violation = primaryViolation(result);
if (violation === null) throw new Error('the example has a violation');

describe('the evidence of a violation in its trace', () => {
  const evidence = findEvidence(trace, violation);

  test('is found event for event, in order', () => {
    expect(evidence.entries.map(({ event }) => event)).toEqual(violation.evidence);
  });

  test('is found also after a journey through a file', () => {
    const read: typeof violation = JSON.parse(JSON.stringify(violation)) as typeof violation;
    expect(findEvidence(trace, read)).toEqual(evidence);
  });

  test('says which values and offsets it is about, and what was acknowledged', () => {
    expect(evidence.values).toEqual(new Set(['v4', 'v5']));
    expect(evidence.offsets).toEqual(new Set([3]));
    expect(evidence.acknowledged).toEqual(new Map([[3, 'v4']]));
  });

  test('was complete before the violation was told', () => {
    expect(evidence.completeSeq).toBeLessThan(evidence.violationSeq);
  });
});

test('an acknowledgement in another partition says nothing about offsets here', () => {
  const elsewhere = { ...violation, place: { topic: 'orders', partition: 7 } };
  expect(findEvidence(trace, elsewhere).offsets).toEqual(new Set());
});

test('a violation without evidence is its own', () => {
  const bare = findEvidence(trace, { ...violation, evidence: [] });
  expect(bare.completeSeq).toBe(bare.violationSeq);
});
