/** `exhaust`: every order of deliveries, and every placement of a few faults, in a tiny cluster. */
import { join } from 'node:path';

import { Command, Option } from 'commander';

import { readPlan, writePlan } from '../../impl/plan/plan-file.ts';
import type { Plan } from '../../impl/plan/plan.ts';
import type { GuaranteeId } from '../../model/guarantee.ts';
import {
  type Bounds,
  enumerate,
  type Enumeration,
  type Tally,
} from '../../properties/exhaustive/enumeration.ts';
import { TINY_FAULTS, type TinyFault, tinyPlan } from '../../properties/exhaustive/tiny-plan.ts';
import { terminalReport } from '../../reports/terminal/terminal.ts';
import { argument } from '../options/argument.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';
import { examine } from '../../properties/cases/examine.ts';
import { caseFiles } from '../../properties/cases/case-files.ts';
import { saveCase } from '../../properties/cases/save.ts';
import { givenConfiguration, ignoredNotice } from '../options/configuration-options.ts';
import { defectSlug } from '../options/defect-slug.ts';
import { formatDuration, parseDuration } from '../options/duration.ts';
import { ExitCode } from '../shell/exit-code.ts';
import { EXPECT_HELP, expectationText, parseExpectation } from '../options/expectation.ts';
import { makeFolder, readText, writeText } from '../../properties/cases/files.ts';
import { interruptSignal } from '../shell/interrupt.ts';
import { grouped, short, statusLine, type StatusLine } from '../shell/status-line.ts';
import { terminalOptions } from '../options/terminal-options.ts';
import { parseWholeNumber } from '../options/whole-number.ts';

interface ExhaustOptions {
  readonly plan?: string;
  readonly brokers: number;
  readonly sends: number;
  readonly moves: number;
  readonly fault: readonly TinyFault[];
  readonly restartAfter: number;
  readonly faults: number;
  readonly late: number;
  readonly depth: number;
  readonly states: number;
  readonly time?: number;
  readonly reduce: boolean;
  readonly keepGoing?: true;
  readonly config: readonly string[];
  readonly set: readonly string[];
  readonly defect: readonly string[];
  readonly expect: readonly GuaranteeId[];
  readonly out: string;
  readonly json?: true;
}

/** How the enumeration ended, which the clock and the user may end, too. */
type Ended = Enumeration['ended'] | 'time' | 'interrupted';
type Outcome = Omit<Enumeration, 'ended'> & { readonly ended: Ended; readonly seconds: number };

/** Between two looks at the clock, and at what the user wants. */
const LOOK_UP_EVERY_MS = 200;

const repeatable = (flags: string, description: string): Option =>
  new Option(flags, description)
    .argParser((value: string, earlier: readonly string[]) => [...earlier, value])
    .default([], 'none');

function faultKind(text: string): TinyFault {
  const kind = TINY_FAULTS.find((known) => known === text);
  if (kind === undefined) throw new BadInput(`expected one of ${TINY_FAULTS.join(', ')}, found ${text}`);
  return kind;
}

export function exhaustCommand(): Command {
  return new Command('exhaust')
    .summary('try every order of deliveries in a tiny cluster')
    .description(
      'Runs a tiny cluster and workload in every order of deliveries, with at most so many faults at every place, ' +
        'and judges each distinct end. What it finds is a plan that replay runs again.',
    )
    .option(
      '--plan <FILE>',
      'a plan of your own instead of the tiny cluster; any of its faults may begin at any step, whatever their times',
    )
    .option('--brokers <N>', 'brokers, each with a replica', argument(parseWholeNumber(1, 5)), 2)
    .option('--sends <N>', 'records that are sent at once', argument(parseWholeNumber(0, 10)), 1)
    .option('--moves <N>', 'how often the leader is moved meanwhile', argument(parseWholeNumber(0, 10)), 0)
    .addOption(
      new Option('--fault <KIND>', `what may befall any node: ${TINY_FAULTS.join(', ')}; repeatable`)
        .argParser((value: string, earlier: readonly TinyFault[]) => [...earlier, argument(faultKind)(value)])
        .default([], 'none'),
    )
    .option('--restart-after <MS>', 'how long it is down', argument(parseWholeNumber(0, 60_000)), 0)
    .option('--faults <K>', 'how many faults may begin in one run', argument(parseWholeNumber(0, 10)), 1)
    .option(
      '--late <N>',
      'how often the clock may go on while messages are under way',
      argument(parseWholeNumber(0, 10)),
      0,
    )
    .option(
      '--depth <N>',
      'how many steps deep the order is varied',
      argument(parseWholeNumber(1, 1e6)),
      10_000,
    )
    .option('--states <N>', 'give up after so many states', argument(parseWholeNumber(1, 1e9)), 1_000_000)
    .option('--time <DURATION>', 'give up after 90s, 10m, 1h30m', argument(parseDuration))
    .option('--no-reduce', 'reach each state on every way there is, instead of one')
    .option('--keep-going', 'collect one failure of each kind')
    .addOption(repeatable('--config <FILE>', "properties under Kafka's own names; repeatable"))
    .addOption(repeatable('--set <NAME=VALUE>', 'one property; repeatable, overrides --config'))
    .addOption(repeatable('--defect <ID>', 'put a historical bug back; repeatable'))
    .addOption(
      new Option('--expect <WHICH>', EXPECT_HELP)
        .argParser(argument(parseExpectation))
        .default([], expectationText([])),
    )
    .option('--out <DIR>', 'where failures are saved', 'crucible-out')
    .option('--json', 'print one JSON object on standard output instead of text')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing found, 1 found, 2 bad input, 130 interrupted and nothing found.\n' +
        'docs/exhaustive.md says what is covered and what is not.',
    )
    .action(async (options: ExhaustOptions, command: Command) => {
      if (options.plan !== undefined) refuseTinyCluster(command);
      process.exitCode = await exhaust(options);
    });
}

/** The options of the tiny cluster; a plan that is given has them all. */
const OF_THE_TINY_CLUSTER = [
  ...['brokers', 'sends', 'moves', 'fault', 'restartAfter'],
  ...['config', 'set', 'defect', 'expect'],
];

/** @throws BadInput if an option was given that would be ignored. */
function refuseTinyCluster(command: Command): void {
  const given = command.options
    .filter((option) => OF_THE_TINY_CLUSTER.includes(option.attributeName()))
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .map(({ long, flags }) => long ?? flags);
  if (given.length === 0) return;
  throw new BadInput(
    `--plan with ${given.join(', ')}: the plan says itself what cluster, workload and faults it has, and what is expected; ` +
      `write it there and leave out ${given.join(', ')}, or leave out --plan`,
  );
}

async function exhaust(options: ExhaustOptions): Promise<ExitCode> {
  const status = statusLine();
  const plan = planFor(options, status);
  makeFolder(options.out);
  const interrupt = interruptSignal();
  try {
    const outcome = await search(plan, options, status, interrupt.signal);
    status.clear();
    const planFiles = await report(outcome, options);
    process.stdout.write(options.json === true ? asJson(outcome, planFiles) : inWords(outcome));
    if (outcome.findings.length > 0) return ExitCode.found;
    return outcome.ended === 'interrupted' ? ExitCode.interrupted : ExitCode.clean;
  } finally {
    interrupt.release();
  }
}

/** @throws BadInput if there is no such plan. */
function planFor(options: ExhaustOptions, status: StatusLine): Plan {
  if (options.plan !== undefined) return readPlan(readText(options.plan), options.plan);
  const { values, ignored } = givenConfiguration(options);
  const notice = ignoredNotice(ignored);
  if (notice !== null) status.say(notice);
  const plan = tinyPlan({
    brokers: options.brokers,
    sends: options.sends,
    moves: options.moves,
    faultKinds: options.fault,
    restartAfterMs: options.restartAfter,
    configuration: values,
    defects: options.defect.map(defectSlug),
    expect: options.expect,
  });
  // As strictly as one from a file: the properties may ask for more replicas than there are brokers.
  return readPlan(writePlan(plan), 'the tiny cluster');
}

async function search(
  plan: Plan,
  options: ExhaustOptions,
  status: StatusLine,
  signal: AbortSignal,
): Promise<Outcome> {
  const bounds: Bounds = { ...options, keepGoing: options.keepGoing ?? false };
  const startedMs = performance.now();
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  const ways = enumerate(plan, bounds);
  let lookedUpMs = startedMs;
  for (;;) {
    const step = ways.next();
    if (step.done === true) return { ...step.value, seconds: seconds() };
    if (performance.now() - lookedUpMs < LOOK_UP_EVERY_MS) continue;
    status.show(tallyText(step.value, seconds()));
    // A signal is heard between two turns of the event loop.
    await new Promise(setImmediate);
    lookedUpMs = performance.now();
    const late = options.time !== undefined && seconds() >= options.time;
    if (!signal.aborted && !late) continue;
    return { ...step.value, ended: late ? 'time' : 'interrupted', seconds: seconds() };
  }
}

/** Saves and reports the findings. Returns the files of the plans. */
async function report({ findings }: Outcome, options: ExhaustOptions): Promise<readonly string[]> {
  const planFiles: string[] = [];
  for (const { failureClass, plan } of findings) {
    const name = failureClass
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, 60);
    const files = caseFiles(join(options.out, `exhaust-${name}`));
    writeText(files.plan, writePlan(plan));
    const report = examine(plan, files.plan);
    await saveCase(report, files);
    planFiles.push(files.plan);
    if (options.json !== true)
      process.stdout.write(`${terminalReport(report, terminalOptions(files.html))}\n`);
  }
  return planFiles;
}

/** `states 12 401, unique 12 401, depth 61, 3.1 k states/s, 812 ends judged`. */
function tallyText(tally: Tally, seconds: number): string {
  return [
    `states ${grouped(tally.states)}`,
    `unique ${grouped(tally.uniqueStates)}`,
    `depth ${tally.depth}`,
    `${short(seconds > 0 ? tally.states / seconds : 0)} states/s`,
    `${grouped(tally.ends)} distinct ends judged`,
    `${grouped(tally.runs)} runs`,
  ].join(', ');
}

const HOW_IT_ENDED: Readonly<Record<Ended, string>> = {
  complete: 'Every order within the bounds was tried',
  finding: 'Ended at the first failure; --keep-going goes on',
  states: 'Given up: as many states as were allowed (--states). The rest was not tried',
  time: 'Given up: the time is up (--time). The rest was not tried',
  interrupted: 'Interrupted. The rest was not tried',
};

function inWords(outcome: Outcome): string {
  const { ended, findings, broken, cut, seconds } = outcome;
  const found =
    findings.length === 0 ? 'nothing found' : `${grouped(broken)} ends broken, in ${findings.length} kinds`;
  const shallow = cut === 0 ? [] : [`${grouped(cut)} runs were longer than the order was varied (--depth).`];
  return [
    `${HOW_IT_ENDED[ended]}: ${found}.`,
    `${tallyText(outcome, seconds)}, ${formatDuration(seconds)}.`,
    ...shallow,
    '',
  ].join('\n');
}

function asJson(outcome: Outcome, planFiles: readonly string[]): string {
  const { findings, ...tally } = outcome;
  const violations = findings.map(({ failureClass }, i) => ({ failureClass, planFile: planFiles[i] }));
  return `${JSON.stringify({ ...tally, statesPerSecond: tally.states / tally.seconds, violations }, null, 2)}\n`;
}
