/**
 * A campaign as test cases, for the formats of build servers: one for each promise that held, one for each violation;
 * and the harness itself is one, or as many as there are reasons not to trust it.
 */
import { GUARANTEE_IDS, type Violation } from '../../model/guarantee.ts';
import type { CampaignFault, CampaignSummary, CampaignViolation } from './campaign-summary.ts';

export interface TestCase {
  readonly suite: Violation['guarantee'] | 'harness';
  /** The same from one night to the next, so that a server can draw its history. */
  readonly name: string;
  readonly outcome: Outcome;
}

export type Outcome =
  | { readonly is: 'passed' }
  | { readonly is: 'violation'; readonly violation: CampaignViolation }
  | {
      readonly is: 'error';
      readonly type: string;
      readonly message: string;
      readonly details: readonly string[];
    };

const PASSED: Outcome = { is: 'passed' };

export function testCases(summary: CampaignSummary): readonly TestCase[] {
  const promises = [...GUARANTEE_IDS, 'invariant' as const].flatMap((guarantee): TestCase[] => {
    const broken = summary.violations.filter((violation) => violation.guarantee === guarantee);
    if (broken.length === 0) return [{ suite: guarantee, name: guarantee, outcome: PASSED }];
    const numbered = numbering();
    return broken.map((violation) => ({
      suite: guarantee,
      name: numbered(`${guarantee}: ${violation.anomaly}`),
      outcome: { is: 'violation', violation },
    }));
  });
  return [...promises, ...harnessCases(summary)];
}

function harnessCases({ otherFailures, soundnessProblems }: CampaignSummary): readonly TestCase[] {
  if (otherFailures.length + soundnessProblems.length === 0)
    return [{ suite: 'harness', name: 'harness', outcome: PASSED }];
  const numbered = numbering();
  const failed = otherFailures.map((fault): TestCase => ({
    suite: 'harness',
    name: numbered(`harness: ${fault.kind}`),
    outcome: { is: 'error', type: fault.kind, message: fault.message, details: detailsOf(fault) },
  }));
  const doubted = soundnessProblems.map((doubt): TestCase => ({
    suite: 'harness',
    name: numbered('harness: inconclusive'),
    outcome: { is: 'error', type: 'doubt', message: doubt, details: [] },
  }));
  return [...failed, ...doubted];
}

function detailsOf({
  runIndex,
  failureClass,
  occurrences,
  planFile,
  reportFile,
}: CampaignFault): readonly string[] {
  return [
    `Run ${runIndex}, ${failureClass}, seen in ${occurrences} ${occurrences === 1 ? 'run' : 'runs'}`,
    `Plan: ${planFile}`,
    ...(reportFile === null ? [] : [`Report: ${reportFile}`]),
  ];
}

/** Names are unique: the second case of a name gets a number. */
function numbering(): (name: string) => string {
  const seen = new Map<string, number>();
  return (name) => {
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return nth > 1 ? `${name} (${nth})` : name;
  };
}
