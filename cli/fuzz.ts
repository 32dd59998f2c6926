/** `fuzz`: random workloads and faults against a simulated cluster, until a promise breaks. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { Command, Option } from 'commander';
import picocolors from 'picocolors';

import { writePlan } from '../impl/plan-file.ts';
import { defects, findDefect } from '../impl/simulated/defects/index.ts';
import { type PlanOptions, resolveOptions } from '../properties/arbitraries/options.ts';
import { type Exploration, explore } from '../properties/explorer.ts';
import { planOf } from '../properties/guidance/origin.ts';
import { DEFAULT_STRATEGY, STRATEGIES } from '../properties/guidance/strategy.ts';
import { junitXml } from '../reports/junit.ts';
import { argument } from './argument.ts';
import { BadInput } from './bad-input.ts';
import { givenConfiguration, ignoredNotice } from './configuration-options.ts';
import { parseDuration } from './duration.ts';
import { type ExaminedCase, examineFailure } from './examined-case.ts';
import { ExitCode } from './exit-code.ts';
import { DEFAULT_EXPECTATION, EXPECT_HELP, expectationText, parseExpectation } from './expectation.ts';
import { makeFolder, writeText } from './files.ts';
import { commandLine, filesOf, type FuzzJob, type FuzzOptions } from './fuzz-job.ts';
import { type FuzzResult, resultAsJson, resultInWords, summaryOf } from './fuzz-result.ts';
import { interruptSignal } from './interrupt.ts';
import { randomSeed } from './seed.ts';
import { progressText, type StatusLine, statusLine } from './status-line.ts';
import { parseWholeNumber } from './whole-number.ts';

const DEFAULT_RUNS = 1000;

const expectOption = new Option('--expect <WHICH>', EXPECT_HELP)
  .argParser(argument(parseExpectation))
  .default(DEFAULT_EXPECTATION, expectationText(DEFAULT_EXPECTATION));

const shrinkTimeOption = new Option('--shrink-time <DURATION>', 'how long to shrink each failure at most')
  .argParser(argument(parseDuration))
  .default(30, '30s');

const strategyOption = new Option(
  '--strategy <NAME>',
  'uniform: every plan is drawn; guided: half of them change plans that reached something new',
)
  .choices(STRATEGIES)
  .default(DEFAULT_STRATEGY);

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
    .option('--workers <N>', 'threads', argument(parseWholeNumber(1, 256)), availableParallelism())
    .option('--out <DIR>', 'where failures are saved', 'crucible-out')
    .addOption(strategyOption)
    .addOption(shrinkTimeOption)
    .option('--junit <FILE>', 'write the result as JUnit XML too')
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
    expect: options.expect,
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

function defectSlug(id: string): string {
  const defect = findDefect(id);
  if (defect !== undefined) return defect.slug;
  const meant = defects.filter(({ ids }) => ids.some((known) => known.toLowerCase() === id.toLowerCase()));
  throw new BadInput(
    meant.length > 1
      ? `--defect ${id}: several defects go by this name, choose ${meant.map(({ slug }) => slug).join(' or ')}`
      : `--defect ${id}: no such defect; kafka-crucible defects lists them`,
  );
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
    strategy: options.strategy,
  };
  return explore(campaign, {
    signal,
    onProgress: (progress) => status.show(progressText(progress, runs)),
    // Before anything else is tried with it: whatever happens next, the plan is there.
    onFailure: (failure) => {
      const { found } = filesOf(job, failure);
      writeText(found, writePlan(planOf(seed, failure.run, planOptions, failure.origin ?? null)));
      status.say(`${picocolors.red('found')} ${failure.signature} in run ${failure.run}: ${found}`);
    },
  });
}

function conclude(result: FuzzResult): void {
  const { options } = result.job;
  const json = resultAsJson(result);
  if (result.cases.length > 0) writeText(join(options.out, 'summary.json'), json);
  if (options.junit !== undefined) writeText(options.junit, junitXml(summaryOf(result)));
  process.stdout.write(options.json === true ? json : resultInWords(result));
}
