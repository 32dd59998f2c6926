import { describe, expect, test } from 'vitest';

import { exampleReport } from '../testing/example-run.ts';
import { decisionIn, explanationSentences } from './explanation.ts';
import type { FailureReport } from '../analysis/failure-report.ts';
import { terminalReport } from '../terminal/terminal.ts';

const report = exampleReport();
const all = (runs: number) => ({ runs, failed: runs });
const none = (runs: number) => ({ runs, failed: 0 });
const [first, second] = report.plan.operations;
const [fault] = report.plan.faults;

const explained: FailureReport = {
  ...report,
  explanation: {
    seed: { runs: 32, failed: 20 },
    parts: [
      { part: 'operation', name: first!.id, absent: none(1), moved: all(8), altered: { runs: 8, failed: 7 } },
      { part: 'operation', name: second!.id, absent: all(1), moved: all(8), altered: all(8) },
      { part: 'fault', name: fault!.id, absent: none(1), moved: none(8) },
      { part: 'property', name: 'acks', absent: none(1) },
    ],
  },
  causality: [3, 2, 15, 16].map((failed, index) => ({ seq: 10 * (index + 1), runs: 16, failed })),
};

describe('an explanation', () => {
  test('names what may be otherwise, and nothing else', () => {
    const sentences = explanationSentences(explained).join('\n');
    expect(sentences).toMatch(/^Irrelevant to the failure: it also fails without any of these: "[^"]+"\.$/m);
    expect(sentences).toMatch(/^Irrelevant to the failure: it also fails at any other time: "[^"]+"\.$/m);
    expect(sentences).not.toContain('with other arguments');
    expect(sentences).not.toContain('acks');
    expect(sentences).toContain('20 of 32 other seeds reproduce the violation.');
  });

  test('says when it was decided', () => {
    expect(explanationSentences(explained).at(-1)).toMatch(
      /^Decided at -?\d+\.\d ms: .+\. With everything after this point re-randomised, 2 of 16 runs fail just before it, 15 of 16 after it\.$/,
    );
  });

  test('is empty for a failure that was not varied', () => {
    expect(explanationSentences(report)).toEqual([]);
    expect(terminalReport(report)).not.toContain('What the failure depends on');
    expect(terminalReport(explained)).toContain('What the failure depends on');
  });
});

describe('a failure is decided', () => {
  const curve = (...failed: number[]) => failed.map((each, seq) => ({ seq, runs: 10, failed: each }));

  test('where its probability grows most', () => {
    expect(decisionIn(curve(1, 0, 4, 9, 10))).toMatchObject({ from: { seq: 2 }, to: { seq: 3 } });
  });

  test('nowhere if it was certain from the start, or measured once', () => {
    expect(decisionIn(curve(10, 10, 10))).toBeNull();
    expect(decisionIn(curve(10))).toBeNull();
    expect(decisionIn([])).toBeNull();
  });
});
