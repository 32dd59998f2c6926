/** The output of a search at its end: to a person, to a script, to a build server. */
import { PROBE_NAMES, PROBES } from '../../impl/simulated/catalogue/probes.ts';
import type { PlanOptions } from '../../properties/arbitraries/options.ts';
import type { RunFailure } from '../../properties/search/failure.ts';
import type { Exploration } from '../../properties/search/explorer.ts';
import type { Canaries } from '../../properties/night/canary.ts';
import { neverReached, outOfReach } from '../../properties/search/probe-coverage.ts';
import type { Triaged } from '../../properties/search/triage.ts';
import type {
  CampaignFault,
  CampaignSummary,
  CampaignViolation,
} from '../../reports/campaign/campaign-summary.ts';
import { type FailureReport } from '../../reports/analysis/failure-report.ts';
import { planSize } from '../../impl/plan/plan-size.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';
import { campaignJson } from '../../reports/campaign/json.ts';
import type { NightCanary, NightTarget } from '../../reports/campaign/night-summary.ts';
import { noveltySentence } from '../../reports/prose/novelty-sentence.ts';
import { terminalReport } from '../../reports/terminal/terminal.ts';
import { formatDuration } from '../options/duration.ts';
import type { ExaminedCase } from '../../properties/cases/examine-failures.ts';
import { ExitCode } from '../shell/exit-code.ts';
import { filesOf } from '../../properties/cases/case-files.ts';
import { replayCommand } from '../../properties/cases/replay-command.ts';
import { grouped, short } from '../shell/status-line.ts';
import { terminalOptions } from '../options/terminal-options.ts';

export interface FuzzResult {
  /** The command line, as one could type it again. */
  readonly command: string;
  readonly seed: string;
  /** The configuration of every plan. */
  readonly options: PlanOptions;
  readonly totals: Totals;
  /** Failures that are not in the triage file. */
  readonly cases: readonly ExaminedCase[];
  /** The entries of the triage file that concern this search. */
  readonly triaged: Pick<Triaged<RunFailure>, 'known' | 'unmet'>;
  /** Null for a search that is not a night. */
  readonly night: NightVitals | null;
  /** The shards of a night that was merged. */
  readonly shards?: readonly NightTarget[];
}

export interface Totals extends Pick<Exploration, 'runs' | 'events' | 'virtualUs' | 'seconds' | 'probes'> {
  /** `cut off`: the process was killed. */
  readonly ended: Exploration['ended'] | 'cut off';
  /** Absent where it is not known: in a night of which a shard is missing. */
  readonly novelty?: Exploration['novelty'];
}

/** Whether a night can be believed. */
export interface NightVitals {
  readonly canaries: Canaries;
  readonly canary: NightCanary;
  /** Runs that were made a second time, in another process. */
  readonly repeated: number;
  /** Why it cannot be believed; none when it can. */
  readonly soundnessProblems: readonly string[];
}

export function summaryOf({ command, seed, totals, cases, night }: FuzzResult): CampaignSummary {
  const silent = Object.fromEntries(PROBE_NAMES.map((name) => [name, 0]));
  return {
    command,
    seed,
    runs: totals.runs,
    events: totals.events,
    seconds: totals.seconds,
    virtualSeconds: totals.virtualUs / 1e6,
    violations: cases.flatMap((one) => campaignViolation(one) ?? []),
    otherFailures: cases.flatMap((one) => (campaignViolation(one) === null ? [campaignFault(one)] : [])),
    soundnessProblems: night?.soundnessProblems ?? [],
    probes: { ...silent, ...totals.probes },
  };
}

export function speedOf({
  runs,
  events,
  seconds,
}: Pick<Totals, 'runs' | 'events' | 'seconds'>): FailureReport['speed'] {
  return seconds > 0 ? { runsPerSecond: runs / seconds, eventsPerSecond: events / seconds } : undefined;
}

/**
 * The exit code. An inconclusive search matters more than its findings; and for a night it matters that it is
 * not over: it is resumed, and its findings are in its journal.
 */
export function exitCodeOf({
  cases,
  totals,
  night,
}: Pick<FuzzResult, 'cases' | 'totals' | 'night'>): ExitCode {
  if (night !== null && night.soundnessProblems.length > 0) return ExitCode.unsound;
  const interrupted = totals.ended === 'interrupted' || cases.some(({ unfinished }) => unfinished === true);
  if (cases.length > 0 && (night === null || !interrupted)) return ExitCode.found;
  return interrupted ? ExitCode.interrupted : ExitCode.clean;
}

/** Null for a failure that broke no promise. */
function campaignViolation({ failure, planFile, rendered }: ExaminedCase): CampaignViolation | null {
  const violation = rendered === null ? null : primaryViolation(rendered.report.result);
  if (rendered === null || violation === null) return null;
  const { guarantee, anomaly, sentence, notPromisedBecause } = violation;
  const { report, htmlFile } = rendered;
  return {
    guarantee,
    anomaly,
    failureClass: failure.failureClass,
    occurrences: failure.occurrences,
    sentence,
    planFile,
    reportFile: htmlFile,
    sizeBefore: report.original ?? planSize(report.plan),
    sizeAfter: planSize(report.plan),
    hash: report.result.hash,
    runIndex: failure.run,
    ...(notPromisedBecause === undefined ? {} : { notPromisedBecause }),
  };
}

function campaignFault({ failure, planFile, rendered }: ExaminedCase): CampaignFault {
  const { kind, failureClass, occurrences, run } = failure;
  return {
    kind,
    failureClass,
    occurrences,
    message: failure.message ?? 'The run used up its budget of events before the cluster converged.',
    planFile,
    reportFile: rendered?.htmlFile ?? null,
    runIndex: run,
  };
}

/**
 * One object: the campaign's summary, and what is known of it besides.
 * @param out where plans were saved
 */
export function resultAsJson(result: FuzzResult, out: string): string {
  const summary = campaignJson(summaryOf(result));
  const { known, unmet } = result.triaged;
  const { novelty, probes, runs } = result.totals;
  const whole = {
    // What a night never came to is the first thing to know of it.
    neverReached: neverReached(probes, runs, result.options),
    outOfReach: outOfReach(result.options),
    ...summary,
    verdict: result.cases.length > 0 ? 'violated' : 'passed',
    ended: result.totals.ended,
    ...(novelty === undefined ? {} : { novelty }),
    known: known.map(({ failure, entry }) => ({
      ...entry,
      kind: failure.kind,
      planFile: filesOf(out, failure).found,
      runIndex: failure.run,
      occurrences: failure.occurrences,
    })),
    unmet,
    ...(result.night === null ? {} : { night: result.night }),
    ...(result.shards === undefined ? {} : { shards: result.shards }),
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

/** Where the search never came, the story of each failure, and what the search has cost. */
export function resultInWords(result: FuzzResult): string {
  return [...silence(result), ...result.cases.map(caseInWords), closing(result)].join('\n');
}

/** The probes that a search never reached come first, because it limits what the search shows. */
function silence({ options, totals: { probes, runs }, cases, night }: FuzzResult): readonly string[] {
  // A search that is not a night ends with its first finding.
  if (cases.length > 0 && night === null) return [];
  const lines = neverReached(probes, runs, options).map((name) => `Never reached: ${name}, ${PROBES[name]}.`);
  return cases.length > 0 && lines.length > 0 ? [...lines, ''] : lines;
}

function caseInWords({ failure, planFile, rendered }: ExaminedCase): string {
  const seen = failure.occurrences > 1 ? `Seen in ${grouped(failure.occurrences)} runs.\n` : '';
  if (rendered !== null) return terminalReport(rendered.report, terminalOptions(rendered.htmlFile)) + seen;
  return [
    `The harness itself failed in run ${failure.run}. Please report it, with the plan and the text below.`,
    failure.stack ?? failure.message ?? '',
    '',
    `Plan file  ${planFile}`,
    `Replay     ${replayCommand(planFile)}`,
    seen,
  ].join('\n');
}

function closing({ seed, totals, cases, triaged, night }: FuzzResult): string {
  const { runs, events, seconds, virtualUs, ended, novelty = [] } = totals;
  const states = noveltySentence(novelty, runs);
  const failures = cases.length === 1 ? '1 distinct failure' : `${cases.length} distinct failures`;
  const nothing = triaged.known.length === 0 ? 'nothing found' : 'nothing found that is not known';
  const speed = seconds > 0 ? ` (${short(runs / seconds)} runs/s, ${short(events / seconds)} events/s)` : '';
  const cut = ended === 'interrupted' || ended === 'cut off' ? `, ${ended}` : '';
  return [
    `${grouped(runs)} ${runs === 1 ? 'run' : 'runs'}${cut}: ` +
      `${cases.length === 0 ? nothing : failures}. ${grouped(events)} events, ` +
      `${formatDuration(virtualUs / 1e6)} of virtual time in ${formatDuration(seconds)}${speed}.`,
    ...(states === null ? [] : [states]),
    ...triaged.known.map(
      ({ failure, entry }) =>
        `Known: ${entry.failureClass}, in ${grouped(failure.occurrences)} ${failure.occurrences === 1 ? 'run' : 'runs'}: ` +
        `${entry.reason} (${entry.link})`,
    ),
    ...triaged.unmet.map(
      ({ failureClass, link }) =>
        `Not met: ${failureClass}. If it is fixed, its entry in the triage file can go (${link}).`,
    ),
    ...(night === null ? [] : vitalsInWords(night)),
    `Seed ${seed}`,
    '',
  ].join('\n');
}

function vitalsInWords({ canaries, repeated, soundnessProblems }: NightVitals): readonly string[] {
  const { planted, found, plantedSinceFound } = canaries;
  return [
    `${grouped(repeated)} runs were made a second time in another process. A known bug was planted ${planted} times and ` +
      `detected ${found} times; ${plantedSinceFound} planted since the last detection.`,
    ...soundnessProblems.map((problem) => `INCONCLUSIVE: ${problem}.`),
  ];
}
