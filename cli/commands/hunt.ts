/** `hunt`: how soon the search finds each historical bug. */
import { availableParallelism } from 'node:os';

import { Command, Option } from 'commander';

import { type Defect, defects, findDefect } from '../../impl/simulated/defects/index.ts';
import { leftOut } from '../../impl/simulated/defects/left-out.ts';
import { sideBySide } from '../../properties/detection/comparison.ts';
import { STRATEGIES, type Strategy } from '../../properties/guidance/strategy.ts';
import { HUNT_HEAD, huntDocument, huntRow } from '../../properties/detection/hunt-document.ts';
import { hunt, type Hunted } from '../../properties/detection/hunt.ts';
import {
  LEGAL_BEHAVIOURS,
  type FalseAlarmTally,
  tryLegalBehaviour,
} from '../../properties/detection/false-alarm-suite.ts';
import { shrinkInThread } from '../../properties/cases/shrink-thread.ts';
import { processPool } from '../../properties/search/worker-pool.ts';
import { argument } from '../options/argument.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';
import { parseDuration } from '../options/duration.ts';
import { ExitCode } from '../shell/exit-code.ts';
import { writeText } from '../../properties/cases/files.ts';
import { comparisonAsJson, comparisonInWords } from './hunt-comparison.ts';
import { interruptSignal } from '../shell/interrupt.ts';
import { statusLine } from '../shell/status-line.ts';
import { strategyOption } from '../options/strategy-option.ts';
import { parseWholeNumber } from '../options/whole-number.ts';

interface HuntCommandOptions {
  readonly defect: readonly string[];
  readonly budget: number;
  readonly seeds: number;
  readonly workers: number;
  readonly json?: true;
  readonly write?: true;
  readonly strategy: Strategy;
  readonly compare?: readonly [Strategy, Strategy];
  readonly runs?: number;
}

/** How long one find is shrunk at most. */
const SHRINK_MS = 45_000;
const DOCUMENT = 'DEFECTS.md';
/** Plans of each legal variant. */
const LEGAL_RUNS = 100;

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

export function huntCommand(): Command {
  return new Command('hunt')
    .summary('measure how soon each historical bug is found')
    .description(
      'Puts each historical Kafka bug back and searches under several seeds until it is found: how many runs and ' +
        'seconds that took, how short the plan becomes, and which check caught it. Then, unless bugs are named, correct ' +
        'clusters that look broken and are legal are judged: of them nothing may be reported.',
    )
    .addOption(
      new Option('--defect <ID>', 'only this bug, see kafka-crucible defects; repeatable')
        .argParser(collect)
        .default([], 'all of them'),
    )
    .addOption(
      new Option('--budget <DURATION>', 'how long to search for one bug under one seed')
        .argParser(argument(parseDuration))
        .default(60, '60s'),
    )
    .option(
      '--seeds <N>',
      'how many searches for each bug; the median and the 90th percentile are shown',
      argument(parseWholeNumber(1, 1000)),
      5,
    )
    .option(
      '--runs <N>',
      'how many runs one search makes at most (default: what the budget allows)',
      argument(parseWholeNumber(1, 1e9)),
    )
    .addOption(strategyOption())
    .addOption(
      new Option(
        '--compare <NAME,NAME>',
        'hunt with both strategies, without shrinking, and show for each bug side by side what they needed, and how many ' +
          'runs the second needs of those of the first',
      ).argParser(argument(twoStrategies)),
    )
    .option(
      '--workers <N>',
      'processes that run plans, and threads that shrink',
      argument(parseWholeNumber(1, 256)),
      availableParallelism(),
    )
    .option('--json', 'print one JSON object on standard output instead of a table')
    .option('--write', `write ${DOCUMENT} too, of all bugs: their stories, and what was measured`)
    .addHelpText(
      'after',
      '\nExit codes: 0 every bug was found in every second search at least, and nothing that is legal was reported; ' +
        '1 a bug was not, or something legal was; 2 bad input, 130 interrupted.\n' +
        'With --compare 0 whatever either strategy finds.',
    )
    .action(async (options: HuntCommandOptions, command: Command) => {
      refuseHalfADocument(options);
      if (options.compare !== undefined && command.getOptionValueSource('strategy') === 'cli')
        throw new BadInput(
          '--compare with --strategy: --compare names both strategies; leave out one of the options',
        );
      process.exitCode = await (options.compare === undefined
        ? huntAll(options)
        : huntTwice(options, options.compare));
    });
}

/** @throws BadInput if the document would not cover all bugs and all legal behaviour. */
function refuseHalfADocument({ write, defect, compare }: HuntCommandOptions): void {
  if (write !== true) return;
  const half = [...(defect.length > 0 ? ['--defect'] : []), ...(compare === undefined ? [] : ['--compare'])];
  if (half.length === 0) return;
  throw new BadInput(
    `--write with ${half.join(' and ')}: ${DOCUMENT} covers every bug, as one strategy finds it, and all legal behaviour; ` +
      `leave out --write, or ${half.join(' and ')}`,
  );
}

function twoStrategies(text: string): readonly [Strategy, Strategy] {
  const [first, second, ...more] = text.split(',').map((name) => STRATEGIES.find((known) => known === name));
  if (first === undefined || second === undefined || first === second || more.length > 0)
    throw new BadInput(`expected two of ${STRATEGIES.join(', ')} with a comma between them, found ${text}`);
  return [first, second];
}

/** Runs to the first failure are what is compared: of shrinking nothing is learnt about a strategy. */
async function huntTwice(
  options: HuntCommandOptions,
  strategies: readonly [Strategy, Strategy],
): Promise<ExitCode> {
  const chosen = options.defect.length === 0 ? defects : options.defect.map(known);
  const seeds = Array.from({ length: options.seeds }, (_, index) => `hunt ${index + 1}`);
  const interrupt = interruptSignal();
  const pool = processPool(options.workers);
  const hunted = new Map<Strategy, Hunted[]>(strategies.map((strategy) => [strategy, []]));
  const hunts = chosen.flatMap((defect) => [...hunted].map((one) => [defect, ...one] as const));
  try {
    for (const [defect, strategy, all] of hunts) {
      if (interrupt.signal.aborted) break;
      const limits = options.runs === undefined ? {} : { runs: options.runs };
      const one = await hunt(
        defect,
        { seeds, budgetSeconds: options.budget, strategy, ...limits },
        { pool, now: () => performance.now(), signal: interrupt.signal, shrink: null },
      );
      // Searches that were cut short would count as some that found nothing.
      if (interrupt.signal.aborted) break;
      all.push(one);
      process.stderr.write(
        `${line([one.slug, strategy, `${one.found} of ${seeds.length}`, `${one.medianRuns ?? '-'}`])}\n`,
      );
    }
  } finally {
    await pool.close();
    interrupt.release();
  }
  const [first, second] = strategies;
  const compared = {
    strategies,
    pairs: sideBySide(hunted.get(first) ?? [], hunted.get(second) ?? []),
    bugs: chosen.length,
    interrupted: interrupt.signal.aborted,
  };
  process.stdout.write(options.json === true ? comparisonAsJson(compared) : comparisonInWords(compared));
  return interrupt.signal.aborted ? ExitCode.interrupted : ExitCode.clean;
}

async function huntAll(options: HuntCommandOptions): Promise<ExitCode> {
  const chosen = options.defect.length === 0 ? defects : options.defect.map(known);
  const status = statusLine();
  const interrupt = interruptSignal();
  const pool = processPool(options.workers);
  const seeds = Array.from({ length: options.seeds }, (_, index) => `hunt ${index + 1}`);
  const hunted: Hunted[] = [];
  const tried: FalseAlarmTally[] = [];
  try {
    for (const [index, defect] of chosen.entries()) {
      if (interrupt.signal.aborted) break;
      status.show(`${index + 1} of ${chosen.length}: ${defect.slug}`);
      const one = await hunt(
        defect,
        {
          seeds,
          budgetSeconds: options.budget,
          strategy: options.strategy,
          ...(options.runs === undefined ? {} : { runs: options.runs }),
        },
        {
          pool,
          now: () => performance.now(),
          signal: interrupt.signal,
          shrink: async (plan, pinned) => {
            const shrunk = await shrinkInThread(plan, {
              budgetMs: SHRINK_MS,
              threads: options.workers,
              pinned,
              signal: interrupt.signal,
            });
            return shrunk.to;
          },
          onTrial: (slug, { seed, runs, seconds, failure }) =>
            status.show(
              `${slug}, ${seed}: ${failure?.failureClass ?? 'not found'} after ${runs} runs, ${seconds.toFixed(1)} s`,
            ),
        },
      );
      // Searches that were cut short would count as some that found nothing.
      if (interrupt.signal.aborted) break;
      hunted.push(one);
      status.say(line(huntRow(one)));
    }
    for (const behaviour of options.defect.length === 0 ? LEGAL_BEHAVIOURS : []) {
      if (interrupt.signal.aborted) break;
      const one = tryLegalBehaviour(behaviour, 'hunt', LEGAL_RUNS);
      tried.push(one);
      status.say(legalLine(one));
    }
  } finally {
    status.clear();
    await pool.close();
    interrupt.release();
  }
  if (options.write === true) {
    if (interrupt.signal.aborted) status.say(`Interrupted: ${DOCUMENT} is not written.`);
    else writeText(DOCUMENT, huntDocument(chosen, hunted, leftOut, tried));
  }
  process.stdout.write(options.json === true ? asJson(hunted, tried) : inWords(hunted, tried));
  if (interrupt.signal.aborted) return ExitCode.interrupted;
  const sound =
    hunted.every(({ medianRuns }) => medianRuns !== null) && tried.every(({ alarms }) => alarms === 0);
  return sound ? ExitCode.clean : ExitCode.found;
}

function known(id: string): Defect {
  const defect = findDefect(id);
  if (defect === undefined) {
    throw new BadInput(`--defect ${id}: no such defect, or several; kafka-crucible defects lists them`);
  }
  return defect;
}

const WIDTHS = [46, 8, 7, 7, 8, 8, 10, 0] as const;

function line(cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0))
    .join(' ')
    .trimEnd();
}

function inWords(hunted: readonly Hunted[], tried: readonly FalseAlarmTally[]): string {
  const rows = [HUNT_HEAD, ...hunted.map(huntRow)].map(line);
  return `${[...rows, ...tried.map(legalLine)].join('\n')}\n`;
}

function legalLine({ slug, runs, appearedBroken, alarms, firstAlarm }: FalseAlarmTally): string {
  const cried = alarms === 0 ? 'silent' : `REPORTED in ${alarms}: ${firstAlarm ?? ''}`;
  return `legal: ${slug}, looks broken in ${appearedBroken} of ${runs} runs, ${cried}`;
}

function asJson(hunted: readonly Hunted[], tried: readonly FalseAlarmTally[]): string {
  const bugs = hunted.map(({ trials, ...one }) => ({
    ...one,
    trials: trials.map(({ seed, runs, seconds, failure }) => ({
      seed,
      runs,
      seconds,
      failure: failure?.failureClass ?? null,
    })),
  }));
  return `${JSON.stringify({ bugs, legalBehaviours: tried }, null, 2)}\n`;
}
