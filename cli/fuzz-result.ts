/** What a search says at its end: to a person, to a script, to a build server. */
import { PROBE_NAMES } from '../impl/simulated/world/probes.ts';
import type { Exploration } from '../properties/explorer.ts';
import type { CampaignSummary, CampaignViolation } from '../reports/campaign-summary.ts';
import { planSize, primaryViolation } from '../reports/failure-report.ts';
import { campaignJson } from '../reports/json.ts';
import { terminalReport } from '../reports/terminal.ts';
import { formatDuration } from './duration.ts';
import type { ExaminedCase } from './examined-case.ts';
import { commandLine, type FuzzJob } from './fuzz-job.ts';
import { replayCommand } from './replay-command.ts';
import { grouped, short } from './status-line.ts';
import { terminalOptions } from './terminal-options.ts';

export interface FuzzResult {
  readonly job: FuzzJob;
  readonly exploration: Exploration;
  readonly cases: readonly ExaminedCase[];
}

export function summaryOf({ job, exploration, cases }: FuzzResult): CampaignSummary {
  const silent = Object.fromEntries(PROBE_NAMES.map((name) => [name, 0]));
  return {
    command: commandLine(job),
    seed: job.seed,
    runs: exploration.runs,
    events: exploration.events,
    seconds: exploration.seconds,
    virtualSeconds: exploration.virtualUs / 1e6,
    violations: cases.flatMap((one) => campaignViolation(one) ?? []),
    probes: { ...silent, ...exploration.probes },
  };
}

/** Null for a failure that broke no promise. */
function campaignViolation({ failure, planFile, told }: ExaminedCase): CampaignViolation | null {
  const violation = told === null ? null : primaryViolation(told.report.result);
  if (told === null || violation === null) return null;
  const { guarantee, anomaly, sentence, notPromisedBecause } = violation;
  const { report, htmlFile } = told;
  return {
    guarantee,
    anomaly,
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

/** One object: the campaign's summary, and beside it the failures that broke no promise. */
export function resultAsJson(result: FuzzResult): string {
  const summary = campaignJson(summaryOf(result));
  const otherFailures = result.cases.flatMap((one) =>
    campaignViolation(one) !== null
      ? []
      : [
          {
            kind: one.failure.kind,
            message: one.failure.message ?? 'The run used up its budget of events before it came to rest.',
            planFile: one.planFile,
            reportFile: one.told?.htmlFile ?? null,
            runIndex: one.failure.run,
          },
        ],
  );
  const verdict = result.cases.length > 0 ? 'violated' : 'passed';
  const { ended, novelty } = result.exploration;
  return `${JSON.stringify({ ...summary, verdict, ended, novelty, otherFailures }, null, 2)}\n`;
}

/** The story of each failure, and what the search has cost. */
export function resultInWords(result: FuzzResult): string {
  return [...result.cases.map(caseInWords), closing(result)].join('\n');
}

function caseInWords({ failure, planFile, told }: ExaminedCase): string {
  const seen = failure.occurrences > 1 ? `Seen in ${grouped(failure.occurrences)} runs.\n` : '';
  if (told !== null) return terminalReport(told.report, terminalOptions(told.htmlFile)) + seen;
  return [
    `The harness itself failed in run ${failure.run}. Please report it, with the plan and the text below.`,
    failure.stack ?? failure.message ?? '',
    '',
    `Plan file  ${planFile}`,
    `Replay     ${replayCommand(planFile)}`,
    seen,
  ].join('\n');
}

function closing({ job, exploration, cases }: FuzzResult): string {
  const { runs, events, seconds, virtualUs, ended, probes } = exploration;
  const failures = cases.length === 1 ? '1 distinct failure' : `${cases.length} distinct failures`;
  const speed = seconds > 0 ? ` (${short(runs / seconds)} runs/s, ${short(events / seconds)} events/s)` : '';
  // A short search says little about where searches never come.
  const silent =
    cases.length > 0 || runs < 1000 ? [] : PROBE_NAMES.filter((name) => probes[name] === undefined);
  return [
    `${grouped(runs)} ${runs === 1 ? 'run' : 'runs'}${ended === 'interrupted' ? ', interrupted' : ''}: ` +
      `${cases.length === 0 ? 'nothing found' : failures}. ${grouped(events)} events, ` +
      `${formatDuration(virtualUs / 1e6)} of virtual time in ${formatDuration(seconds)}${speed}.`,
    // Whoever relies on a search should know where it has never been.
    ...(silent.length === 0 ? [] : [`Probes never reached: ${silent.join(', ')}.`]),
    `Seed ${job.seed}`,
    '',
  ].join('\n');
}
