/** `fuzz`: random workloads and faults against a simulated cluster, until a promise breaks. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { Command, Option } from 'commander';
import picocolors from 'picocolors';

import { writePlan } from '../impl/plan-file.ts';
import { generatePlan } from '../properties/arbitraries/generate.ts';
import { expectedByDefault, type PlanOptions, resolveOptions } from '../properties/arbitraries/options.ts';
import { type Exploration, explore } from '../properties/explorer.ts';
import type { CampaignSummary } from '../reports/campaign-summary.ts';
import { ctrfReport } from '../reports/ctrf.ts';
import { githubAnnotations } from '../reports/github-annotations.ts';
import { junitXml } from '../reports/junit.ts';
import { argument } from './argument.ts';
import { BadInput } from './bad-input.ts';
import { givenConfiguration, ignoredNotice } from './configuration-options.ts';
import { defectSlug } from './defect-slug.ts';
import { parseDuration } from './duration.ts';
import { type ExaminedCase, examineFailure } from './examined-case.ts';
import { ExitCode } from './exit-code.ts';
import { EXPECT_HELP, parseExpectation } from './expectation.ts';
import { makeFolder, writeText } from './files.ts';
import { commandLine, filesOf, type FuzzJob, type FuzzOptions } from './fuzz-job.ts';
import { type FuzzResult, resultAsJson, resultInWords, summaryOf } from './fuzz-result.ts';
import { interruptSignal } from './interrupt.ts';
import { randomSeed } from './seed.ts';
import { progressText, type StatusLine, statusLine } from './status-line.ts';
import { crucibleVersion } from './version.ts';
import { parseWholeNumber } from './whole-number.ts';

const DEFAULT_RUNS = 1000;

const expectOption = new Option(
  '--expect <WHICH>',
  `${EXPECT_HELP} (default: all, but idempotent-producer only if the configuration is about that)`,
).argParser(argument(parseExpectation));

const transactionsOption = new Option(
  '--transactions <WHEN>',
  'which plans have transactional producers (default: some; with --defect, those that need them)',
).choices(['always', 'sometimes', 'never']);

const shrinkTimeOption = new Option('--shrink-time <DURATION>', 'how long to shrink each failure at most')
  .argParser(argument(parseDuration))
  .default(30, '30s');

const repeatable = (flags: string, description: string): Option =>
  new Option(flags, description)
    .argParser((value: string, earlier: readonly string[]) => [...earlier, value])
    .default([], 'none');

const seedText = (text: string): string => {
  if (text === '')
    throw new BadInput('a seed has at least one character; leave the option out for a random one');
  return text;
};

export function fuzzCommand(): Command {
  return new Command('fuzz')
    .summary('search for a broken promise')
    .description(
      'Runs random workloads and faults against a simulated cluster. The first failure ends the search: ' +
        'it is saved, shrunk to the shortest plan that still fails, and told as a story.',
    )
    .option(
      '--runs <N>',
      `how many plans to run (${DEFAULT_RUNS} without --time)`,
      argument(parseWholeNumber(1, 1e12)),
    )
    .option('--time <DURATION>', 'how long to search: 90s, 10m, 1h30m', argument(parseDuration))
    .option(
      '--seed <TEXT>',
      'the campaign: one seed, one sequence of runs (default: random, and printed)',
      argument(seedText),
    )
    .addOption(
      repeatable('--config <FILE>', "properties under Kafka's own names; repeatable, later overrides"),
    )
    .addOption(repeatable('--set <NAME=VALUE>', 'one property; repeatable, overrides --config'))
    .addOption(
      repeatable('--defect <ID>', 'put a historical bug back, see kafka-crucible defects; repeatable'),
    )
    .addOption(expectOption)
    .addOption(transactionsOption)
    .option('--workers <N>', 'threads', argument(parseWholeNumber(1, 256)), availableParallelism())
    .option('--out <DIR>', 'where failures are saved', 'crucible-out')
    .addOption(shrinkTimeOption)
    .option('--junit <FILE>', 'write the result as JUnit XML too')
    .option('--ctrf <FILE>', 'write the result as CTRF JSON too')
    .option('--github', 'print annotations for GitHub Actions on standard error')
    .option('--json', 'print one JSON object on standard output instead of text')
    .option('--keep-going', 'collect a failure of each kind until the runs are done or the time is up')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing found, 1 found, 2 bad input, 130 interrupted and nothing found.',
    )
    .action(async (options: FuzzOptions) => {
      process.exitCode = await fuzz(options);
    });
}

async function fuzz(options: FuzzOptions): Promise<ExitCode> {
  const status = statusLine();
  const job = jobFor(options, status);
  makeFolder(options.out);
  const interrupt = interruptSignal();
  status.say(commandLine(job));

  try {
    const exploration = await search(job, status, interrupt.signal);
    const cases: ExaminedCase[] = [];
    for (const failure of exploration.failures) {
      cases.push(await examineFailure(job, failure, exploration, status, interrupt.signal));
    }
    status.clear();
    conclude({ job, exploration, cases });
    if (cases.length > 0) return ExitCode.found;
    return exploration.ended === 'interrupted' ? ExitCode.interrupted : ExitCode.clean;
  } finally {
    interrupt.release();
  }
}

/** @throws BadInput if there is no such search. */
function jobFor(options: FuzzOptions, status: StatusLine): FuzzJob {
  const configuration = givenConfiguration(options);
  const notice = ignoredNotice(configuration.ignored);
  if (notice !== null) status.say(notice);
  const planOptions = {
    configuration: configuration.values,
    defects: options.defect.map(defectSlug),
    expect: options.expect ?? expectedByDefault(configuration.values),
    ...(options.transactions === undefined ? {} : { transactions: options.transactions }),
  };
  refuseImpossible(planOptions);
  return {
    options,
    planOptions,
    seed: options.seed ?? randomSeed(),
    runs: options.runs ?? (options.time === undefined ? DEFAULT_RUNS : null),
    pinned: Object.keys(configuration.values),
  };
}

function refuseImpossible(options: PlanOptions): void {
  try {
    resolveOptions(options);
  } catch (error) {
    if (error instanceof RangeError) throw new BadInput(error.message);
    throw error;
  }
}

async function search(job: FuzzJob, status: StatusLine, signal: AbortSignal): Promise<Exploration> {
  const { options, planOptions, seed, runs } = job;
  const campaign = {
    seed,
    options: planOptions,
    runs,
    seconds: options.time ?? null,
    workers: options.workers,
    keepGoing: options.keepGoing ?? false,
  };
  return explore(campaign, {
    signal,
    onProgress: (progress) => status.show(progressText(progress, runs)),
    // Before anything else is tried with it: whatever happens next, the plan is there.
    onFailure: (failure) => {
      const { found } = filesOf(job, failure);
      writeText(found, writePlan(generatePlan(seed, failure.run, planOptions)));
      status.say(`${picocolors.red('found')} ${failure.signature} in run ${failure.run}: ${found}`);
    },
  });
}

function conclude(result: FuzzResult): void {
  const { options } = result.job;
  const json = resultAsJson(result);
  // Also of a search that found nothing: a night is made of all of them.
  writeText(join(options.out, 'summary.json'), json);
  const summary = summaryOf(result);
  if (options.junit !== undefined) writeText(options.junit, junitXml(summary));
  if (options.ctrf !== undefined) writeText(options.ctrf, ctrfText(summary));
  if (options.github === true) process.stderr.write(githubAnnotations(summary));
  process.stdout.write(options.json === true ? json : resultInWords(result));
}

function ctrfText(summary: CampaignSummary): string {
  const startedAtMs = Math.round(Date.now() - summary.seconds * 1000);
  return `${JSON.stringify(ctrfReport(summary, { version: crucibleVersion(), startedAtMs }), null, 2)}\n`;
}
