/** A campaign as test cases, for the formats of build servers: one for each promise that held, one for each violation. */
import { GUARANTEE_IDS, type Violation } from '../model/guarantee.ts';
import type { CampaignSummary, CampaignViolation } from './campaign-summary.ts';

export interface TestCase {
  readonly guarantee: Violation['guarantee'];
  /** The same from one night to the next, so that a server can draw its history. */
  readonly name: string;
  readonly violation: CampaignViolation | null;
}

export function testCases(summary: CampaignSummary): readonly TestCase[] {
  return [...GUARANTEE_IDS, 'invariant' as const].flatMap((guarantee): TestCase[] => {
    const broken = summary.violations.filter((violation) => violation.guarantee === guarantee);
    if (broken.length === 0) return [{ guarantee, name: guarantee, violation: null }];
    const seen = new Map<string, number>();
    return broken.map((violation) => {
      const nth = (seen.get(violation.anomaly) ?? 0) + 1;
      seen.set(violation.anomaly, nth);
      const name = `${guarantee}: ${violation.anomaly}${nth > 1 ? ` (${nth})` : ''}`;
      return { guarantee, name, violation };
    });
  });
}
