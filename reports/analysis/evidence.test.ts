import { describe, expect, test } from 'vitest';

import type { TraceEntry } from '../../impl/trace/trace.ts';
import type { Violation } from '../../model/guarantee.ts';
import { findEvidence } from './evidence.ts';
import { exampleReport } from '../testing/example-run.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { transactionalReport } from '../testing/transactional-run.ts';

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

test('a transaction that hangs is proved by what it wrote, for no client saw anything', () => {
  const run = traceOf(transactionalReport().result);
  const told = run.entries.find(
    (entry) => entry.kind === 'open-transactions' && entry.lastStableOffset === 4,
  );
  if (told === undefined) throw new Error('the last transaction was never open');
  const hanging: Violation = {
    guarantee: 'progress',
    anomaly: 'hanging-transaction',
    sentence: 'it hangs',
    place: { topic: 'orders', partition: 0 },
    timeUs: told.timeUs,
    evidence: [],
  };
  const { seq, timeUs } = told;
  const entries: TraceEntry[] = [
    ...run.entries.slice(0, seq + 1),
    { kind: 'violation', seq: seq + 1, timeUs, cause: null, violation: hanging },
  ];
  expect([...findEvidence({ ...run, entries }, hanging).offsets]).toEqual([4]);
});
