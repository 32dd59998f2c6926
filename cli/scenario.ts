/** `scenario`: named stories with a known end. */
import { Command } from 'commander';
import picocolors from 'picocolors';

import type { Plan } from '../impl/plan.ts';
import { writePlan } from '../impl/plan-file.ts';
import { signatureOf } from '../properties/worker-chunk.ts';
import { htmlReport } from '../reports/html.ts';
import { BadInput } from './bad-input.ts';
import { examine } from './case-file.ts';
import { ExitCode } from './exit-code.ts';
import { writeText } from './files.ts';
import { replayInWords } from './replay.ts';
import { shellWord } from './replay-command.ts';

/** What the command needs of a scenario. */
export interface ScenarioToTell {
  readonly name: string;
  /** One line: what the story shows. */
  readonly title: string;
  readonly plan: Plan;
  /** `guarantee anomaly`, `no-loss lost-write`; null when every promise is kept. */
  readonly ends: string | null;
}

interface ScenarioOptions {
  readonly all?: true;
  readonly html?: string;
  readonly plan?: string;
}

export function scenarioCommand(scenarios: readonly ScenarioToTell[]): Command {
  return new Command('scenario')
    .summary('run a named story with a known end')
    .description('Runs one of the stories that come with kafka-crucible. Without a name: lists them.')
    .argument('[name]', 'which one')
    .option('--all', 'run all of them, a line each')
    .option('--html <FILE>', 'write the report of the one as a web page')
    .option('--plan <FILE>', 'write the plan of the one, to be changed and replayed')
    .addHelpText('after', '\nExit codes: 0 it ended as it is known to, 1 it ended otherwise, 2 bad input.')
    .action(async (name: string | undefined, options: ScenarioOptions) => {
      if (options.all === true) process.exitCode = tellAll(scenarios);
      else if (name === undefined) process.stdout.write(list(scenarios));
      else process.exitCode = await tell(named(scenarios, name), options);
    });
}

function list(scenarios: readonly ScenarioToTell[]): string {
  const width = Math.max(0, ...scenarios.map(({ name }) => name.length));
  return scenarios.map(({ name, title }) => `${picocolors.bold(name.padEnd(width))}  ${title}\n`).join('');
}

function named(scenarios: readonly ScenarioToTell[], name: string): ScenarioToTell {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (scenario !== undefined) return scenario;
  throw new BadInput(`there is no scenario ${JSON.stringify(name)}; kafka-crucible scenario lists them`);
}

async function tell(scenario: ScenarioToTell, options: ScenarioOptions): Promise<ExitCode> {
  const command = `kafka-crucible scenario ${shellWord(scenario.name)}`;
  const { planFile: _, ...examined } = examine(scenario.plan, scenario.name);
  const report = { ...examined, replayCommand: command };
  if (options.plan !== undefined) writeText(options.plan, writePlan(scenario.plan));
  if (options.html !== undefined) writeText(options.html, await htmlReport(report));
  process.stdout.write(replayInWords(report, options.html));
  const end = endOf(signatureOf(report.result));
  if (end === scenario.ends) return ExitCode.clean;
  process.stdout.write(`\nIt should have ended otherwise: ${inWords(scenario.ends)}.\n`);
  return ExitCode.found;
}

function tellAll(scenarios: readonly ScenarioToTell[]): ExitCode {
  let asKnown = true;
  for (const { name, plan, ends } of scenarios) {
    const end = endOf(signatureOf(examine(plan, name).result));
    asKnown &&= end === ends;
    const mark = end === ends ? picocolors.green('as known ') : picocolors.red('otherwise');
    const instead = end === ends ? '' : `, and should have ended: ${inWords(ends)}`;
    process.stdout.write(`${mark}  ${name}: ${inWords(end)}${instead}\n`);
  }
  return asKnown ? ExitCode.clean : ExitCode.found;
}

/** A signature without the kind of its place. */
function endOf(signature: string | null): string | null {
  return signature === null ? null : signature.split(' ').slice(0, 2).join(' ');
}

function inWords(end: string | null): string {
  return end ?? 'every promise kept';
}
