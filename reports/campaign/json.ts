/** A campaign's summary for scripts: stable names, numbers as numbers, nothing to parse out of prose. */
import type { CampaignSummary } from './campaign-summary.ts';

export const SUMMARY_FORMAT = 'kafka-crucible/summary';
export const SUMMARY_VERSION = 1;

export interface CampaignJson extends CampaignSummary {
  readonly format: typeof SUMMARY_FORMAT;
  readonly version: typeof SUMMARY_VERSION;
  readonly verdict: 'passed' | 'violated';
  /** Zero when no time has passed. */
  readonly runsPerSecond: number;
  /** Virtual seconds in one real second; zero when no time has passed. */
  readonly speedup: number;
  /** Probes that no run has reached, by name. */
  readonly silentProbes: readonly string[];
}

/** To be given to `JSON.stringify`. */
export function campaignJson(summary: CampaignSummary): CampaignJson {
  const per = (amount: number): number =>
    summary.seconds > 0 ? Math.round((amount / summary.seconds) * 10) / 10 : 0;
  return {
    format: SUMMARY_FORMAT,
    version: SUMMARY_VERSION,
    verdict: summary.violations.length === 0 ? 'passed' : 'violated',
    ...summary,
    runsPerSecond: per(summary.runs),
    speedup: per(summary.virtualSeconds),
    silentProbes: Object.entries(summary.probes)
      .flatMap(([name, hits]) => (hits === 0 ? [name] : []))
      .sort(),
  };
}
