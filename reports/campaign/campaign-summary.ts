/** What a search that ran many plans has to say at its end. */
import type { GuaranteeId } from '../../model/guarantee.ts';
import type { PlanSize } from '../../impl/plan/plan-size.ts';

export interface CampaignViolation {
  readonly guarantee: GuaranteeId | 'invariant';
  readonly anomaly: string;
  /** Two failures of one failure class are one finding. */
  readonly failureClass?: string;
  /** In how many runs it was seen. */
  readonly occurrences?: number;
  readonly sentence: string;
  readonly planFile: string;
  readonly reportFile: string;
  readonly sizeBefore: PlanSize;
  readonly sizeAfter: PlanSize;
  /** Sixteen hexadecimal digits: the hash of the shrunk plan's run. */
  readonly hash: string;
  /** Which run of the campaign found it, from 0. */
  readonly runIndex: number;
  /** Set when the configuration does not guarantee it, and it was checked anyway. */
  readonly notPromisedBecause?: string;
}

/** A run that failed without breaking a promise: it did not end, its process died, it came out differently. */
export interface CampaignFault {
  readonly kind: string;
  readonly failureClass: string;
  readonly occurrences: number;
  readonly message: string;
  readonly planFile: string;
  readonly reportFile: string | null;
  /** Which run of the campaign, from 0. */
  readonly runIndex: number;
}

export interface CampaignSummary {
  /** The command line, as one could type it again. */
  readonly command: string;
  readonly seed: string;
  readonly runs: number;
  /** Events handled in all runs. */
  readonly events: number;
  /** Wall-clock time. */
  readonly seconds: number;
  /** Virtual time of all runs. */
  readonly virtualSeconds: number;
  readonly violations: readonly CampaignViolation[];
  readonly otherFailures: readonly CampaignFault[];
  /** Why the search is inconclusive; none when it is sound. */
  readonly soundnessProblems: readonly string[];
  /** How often each probe was hit in all runs, by name; zero for a probe that stayed silent. */
  readonly probes: Readonly<Record<string, number>>;
}
