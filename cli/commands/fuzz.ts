/** `fuzz`: random workloads and faults against a simulated cluster, until a promise breaks. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { Command, Option } from 'commander';
import picocolors from 'picocolors';

import { expectedByDefault, type PlanOptions, resolveOptions } from '../../properties/arbitraries/options.ts';
import { explore } from '../../properties/search/explorer.ts';
import { drawnBy } from '../../properties/guidance/strategy.ts';
import { type KnownFailureClass, readTriage, triage } from '../../properties/search/triage.ts';
import { SIMULATION } from '../../properties/search/worker-chunk.ts';
import { processPool } from '../../properties/search/worker-pool.ts';
import type { CampaignSummary } from '../../reports/campaign/campaign-summary.ts';
import { ctrfReport } from '../../reports/campaign/ctrf.ts';
import { githubAnnotations } from '../../reports/campaign/github-annotations.ts';
import { junitXml } from '../../reports/campaign/junit.ts';
import type { NightContext } from '../../reports/campaign/night-summary.ts';
import { argument } from '../options/argument.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';
import { forOption } from '../options/for-option.ts';
import { givenConfiguration, ignoredNotice } from '../options/configuration-options.ts';
import { keepInCorpus } from './corpus.ts';
import { defectSlug } from '../options/defect-slug.ts';
import { parseDuration } from '../options/duration.ts';
import { examineAll } from '../../properties/cases/examine-failures.ts';
import type { RunFailure } from '../../properties/search/failure.ts';
import { saveFound } from '../../properties/cases/save.ts';
import type { ExitCode } from '../shell/exit-code.ts';
import { EXPECT_HELP, parseExpectation } from '../options/expectation.ts';
import { makeFolder, makeWritable, readText, writeText, writeWhole } from '../../properties/cases/files.ts';
import { commandLine, examinationOf, type FuzzJob, type FuzzOptions } from './fuzz-job.ts';
import {
  exitCodeOf,
  type FuzzResult,
  resultAsJson,
  resultInWords,
  speedOf,
  summaryOf,
} from './fuzz-result.ts';
import { eachInAnyCase } from '../shell/in-any-case.ts';
import { interruptSignal } from '../shell/interrupt.ts';
import { DETECTION_HELP, nightContext, nightPageIn, PREVIOUS_HELP, writeNight } from './night-report.ts';
import { nightSearch } from './night-search.ts';
import { randomSeed } from '../options/seed.ts';
import { parseShard } from '../options/shard.ts';
import { progressText, type StatusLine, statusLine } from '../shell/status-line.ts';
import { strategyOption } from '../options/strategy-option.ts';
import { crucibleVersion } from '../../properties/cases/version.ts';
import { parseWholeNumber } from '../options/whole-number.ts';

const DEFAULT_RUNS = 1000;

const expectOption = new Option(
  '--expect <WHICH>',
  `${EXPECT_HELP} (default: all, but idempotent-producer only if the configuration itself does without idempotence)`,
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
        'it is saved, shrunk to the shortest plan that still fails, and reported as a story.',
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
    .option(
      '--workers <N>',
      'processes that run plans, and threads that shrink',
      argument(parseWholeNumber(1, 256)),
      availableParallelism(),
    )
    .option('--out <DIR>', 'where failures are saved', 'crucible-out')
    .addOption(strategyOption())
    .addOption(shrinkTimeOption)
    .option('--junit <FILE>', 'write the result as JUnit XML too')
    .option('--ctrf <FILE>', 'write the result as CTRF JSON too')
    .option('--github', 'print annotations for GitHub Actions on standard error')
    .option('--json', 'print one JSON object on standard output instead of text')
    .option('--corpus <DIR>', 'keep a case of each failure there, see kafka-crucible corpus')
    .option('--triage <FILE>', 'failures that are known: they are reported, and do not count as found')
    .option(
      '--run-limit <DURATION>',
      'a run that takes longer is ended, and is a finding',
      argument(parseDuration),
      120,
    )
    .option('--night', 'search unattended: keep a journal in --out, make runs twice, plant canaries')
    .option('--shard <I/N>', 'a night of which this is one of N parts, counted from 0', argument(parseShard))
    .option('--resume', 'a night that goes on where the journal in --out ends, if there is one')
    .option('--previous <FILE>', `in a night: ${PREVIOUS_HELP}`)
    .option('--detection <FILE>', `in a night: ${DETECTION_HELP}`)
    .option('--keep-going', 'collect a failure of each kind until the runs are done or the time is up')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing found, or only what is known; 1 found, 2 bad input, ' +
        '3 the search is inconclusive, 130 interrupted: a night whatever it has found, for --resume goes on with ' +
        'it, another search if it has found nothing.',
    )
    .action(async (options: FuzzOptions) => {
      process.exitCode = await fuzz(options);
    });
}

async function fuzz(options: FuzzOptions): Promise<ExitCode> {
  const status = statusLine();
  const job = jobFor(options, status);
  const known = options.triage === undefined ? [] : readTriage(readText(options.triage), options.triage);
  const context = nightContext(options);
  refuseUnwritable(options);
  const interrupt = interruptSignal();
  status.say(commandLine(job));

  try {
    const result = await (isUnattended(options) ? nightSearch : watchedSearch)(
      job,
      known,
      status,
      interrupt.signal,
    );
    status.clear();
    await publish(result, options, context, status);
    return exitCodeOf(result);
  } finally {
    interrupt.release();
  }
}

/** Said before the search: at its end it would cost what was found. */
function refuseUnwritable({ out, corpus, junit, ctrf }: FuzzOptions): void {
  makeFolder(out);
  if (corpus !== undefined) forOption('--corpus', () => makeFolder(corpus));
  if (junit !== undefined) forOption('--junit', () => makeWritable(junit));
  if (ctrf !== undefined) forOption('--ctrf', () => makeWritable(ctrf));
}

function isUnattended({ night, shard, resume }: FuzzOptions): boolean {
  return night === true || shard !== undefined || resume === true;
}

/** @throws BadInput if there is no such search. */
function jobFor(options: FuzzOptions, status: StatusLine): FuzzJob {
  for (const name of ['previous', 'detection'] as const) {
    if (options[name] !== undefined && !isUnattended(options))
      throw new BadInput(`--${name} is for the page of a night: add --night, or leave it out`);
  }
  // Shards, and a night that goes on, know nothing of what other runs have reached.
  if (isUnattended(options) && options.strategy === 'guided') {
    throw new BadInput(
      '--strategy guided: a run follows from those before it, and in a night it must follow from its number alone; ' +
        'leave out --night, --shard and --resume, or the strategy',
    );
  }
  const configuration = givenConfiguration(options);
  const notice = ignoredNotice(configuration.ignored);
  if (notice !== null) status.say(notice);
  const planOptions = {
    configuration: configuration.values,
    defects: options.defect.map(defectSlug),
    expect: options.expect ?? expectedByDefault(configuration.values),
    ...(options.transactions === undefined ? {} : { transactions: options.transactions }),
    ...drawnBy(options.strategy),
  };
  refuseImpossible(planOptions);
  return {
    options,
    campaign: {
      seed: options.seed ?? randomSeed(),
      options: planOptions,
      runs: options.runs ?? (options.time === undefined ? DEFAULT_RUNS : null),
      seconds: options.time ?? null,
      workers: options.workers,
      keepGoing: options.keepGoing === true,
      ...(options.shard === undefined ? {} : { shard: options.shard }),
      strategy: options.strategy,
    },
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

/** A search in the foreground: the first new failure ends it. */
async function watchedSearch(
  job: FuzzJob,
  known: readonly KnownFailureClass[],
  status: StatusLine,
  signal: AbortSignal,
): Promise<FuzzResult> {
  const { options, campaign } = job;
  const isKnown = (failureClass: string): boolean =>
    known.some((entry) => entry.failureClass === failureClass);
  const pool = processPool(options.workers, { runLimitMs: options.runLimit * 1000 });
  const save = (failure: RunFailure): void => {
    const file = saveFound(options.out, failure);
    if (isKnown(failure.failureClass)) return;
    status.say(`${picocolors.red('found')} ${failure.failureClass} in run ${failure.run}: ${file}`);
  };
  try {
    const exploration = await explore(
      // A known failure does not end the search.
      { ...campaign, keepGoing: campaign.keepGoing || known.length > 0 },
      {
        signal,
        onProgress: (progress) => status.show(progressText(progress, campaign.runs)),
        // The plan is saved before it is shrunk, so that it cannot be lost.
        onFailure: save,
      },
      SIMULATION,
      { pool },
    );
    const triaged = triage(exploration.failures, known);
    const examination = examinationOf(job, false, speedOf(exploration), status, signal);
    const cases = await examineAll(triaged.fresh, examination, isKnown, save);
    return {
      command: commandLine(job),
      seed: campaign.seed,
      options: campaign.options,
      totals: exploration,
      cases,
      triaged,
      night: null,
    };
  } finally {
    await pool.close();
  }
}

async function publish(
  result: FuzzResult,
  options: FuzzOptions,
  context: NightContext,
  status: StatusLine,
): Promise<void> {
  const { out, junit, ctrf, corpus } = options;
  const json = resultAsJson(result, out);
  const summary = summaryOf(result);
  await eachInAnyCase(
    // Also of a search that found nothing: a night is made of all of them.
    () => writeWhole(join(out, 'summary.json'), json),
    async () => {
      if (result.night !== null) await writeNight([out], { night: nightPageIn(out), context });
    },
    () => {
      if (junit !== undefined) writeText(junit, junitXml(summary));
    },
    () => {
      if (ctrf !== undefined) writeText(ctrf, ctrfText(summary));
    },
    () => {
      if (options.github === true) process.stderr.write(githubAnnotations(summary));
      process.stdout.write(options.json === true ? json : resultInWords(result));
    },
    () => {
      if (corpus !== undefined) keepInCorpus(corpus, result.cases, status);
    },
  );
}

function ctrfText(summary: CampaignSummary): string {
  const startedAtMs = Math.round(Date.now() - summary.seconds * 1000);
  return `${JSON.stringify(ctrfReport(summary, { version: crucibleVersion(), startedAtMs }), null, 2)}\n`;
}
