/** `scenario`: named stories with a known outcome. */
import { join } from 'node:path';

import { Command } from 'commander';
import picocolors from 'picocolors';

import { writePlan } from '../../impl/plan/plan-file.ts';
import type { SimulatedRunResult } from '../../impl/result/run-result.ts';
import type { FailureReport } from '../../reports/analysis/failure-report.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';
import { type Exhibit, galleryPage } from '../../reports/html/gallery-page.ts';
import { terminalChronicle } from '../../reports/terminal/terminal-chronicle.ts';
import { wrap } from '../../reports/text/text-layout.ts';
import { count } from '../../reports/prose/verdict.ts';
import { visible } from '../../reports/text/visible-text.ts';
import { findScenario, perform, type Scenario, scenarios, THEMES } from '../../scenarios/index.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';
import { examine } from '../../properties/cases/examine.ts';
import { pageOf } from '../../properties/cases/save.ts';
import { ExitCode } from '../shell/exit-code.ts';
import { writeText } from '../../properties/cases/files.ts';
import { crucibleCommand } from '../../properties/cases/replay-command.ts';
import { terminalOptions } from '../options/terminal-options.ts';

interface ScenarioOptions {
  readonly all?: true;
  readonly gallery?: string;
  readonly html?: string;
  readonly plan?: string;
}

export function scenarioCommand(): Command {
  return new Command('scenario')
    .summary('run a named scenario with a known outcome')
    .description(
      'Runs one of the scenarios that come with kafka-crucible, prints it step by step, and says whether its outcome ' +
        'is as expected. Without a name: lists them.',
    )
    .argument('[name]', 'which one')
    .option('--all', 'run all of them, a line each')
    .option('--gallery <DIR>', 'write all of them as web pages, with one that shows them all')
    .option('--html <FILE>', 'write the report of the one as a web page')
    .option('--plan <FILE>', 'write the plan of the one, to be changed and replayed')
    .addHelpText('after', '\nExit codes: 0 the outcome is as expected, 1 it is not, 2 bad input.')
    .action(async (name: string | undefined, options: ScenarioOptions) => {
      if (options.gallery !== undefined) process.exitCode = await writeGallery(options.gallery);
      else if (options.all === true) process.exitCode = performAll();
      else if (name === undefined) process.stdout.write(list());
      else process.exitCode = await performOne(scenarioNamed(name), options);
    });
}

/** A page for each scenario, and index.html, which shows them all. */
async function writeGallery(folder: string): Promise<ExitCode> {
  const exhibits = scenarios.map((scenario): Exhibit => {
    const { name, title, teaches, outcome } = scenario;
    const report = reportOf(scenario);
    const complaints = scenario.judge(report.result);
    return { name, title, teaches, outcome, report, complaints, pageFile: `${name}.html` };
  });
  for (const { pageFile, report } of exhibits) writeText(join(folder, pageFile), await pageOf(report));
  const index = join(folder, 'index.html');
  writeText(index, await galleryPage(exhibits));
  process.stdout.write(`${index}\n`);
  return exhibits.every(({ complaints }) => complaints.length === 0) ? ExitCode.clean : ExitCode.found;
}

function reportOf(scenario: Scenario): FailureReport<SimulatedRunResult> {
  const { planFile: _planFile, ...examined } = examine(scenario.plan, scenario.name);
  const { name, title, teaches } = scenario;
  return { ...examined, scenario: { title, teaches }, replayCommand: crucibleCommand('scenario', name) };
}

function list(): string {
  return THEMES.map((theme) => {
    const stories = scenarios.filter((scenario) => scenario.theme === theme);
    const lines = stories.flatMap(({ name, title }) => [
      `  ${picocolors.bold(name)}`,
      ...wrap(title, width() - 6).map((line) => `      ${line}`),
    ]);
    return `${picocolors.bold(theme)}\n\n${lines.join('\n')}\n`;
  }).join('\n');
}

function scenarioNamed(name: string): Scenario {
  const scenario = findScenario(name);
  if (scenario !== undefined) return scenario;
  throw new BadInput(`there is no scenario ${JSON.stringify(name)}; kafka-crucible scenario lists them`);
}

async function performOne(scenario: Scenario, options: ScenarioOptions): Promise<ExitCode> {
  const report = reportOf(scenario);
  if (options.plan !== undefined) writeText(options.plan, writePlan(scenario.plan));
  if (options.html !== undefined) writeText(options.html, await pageOf(report));
  const complaints = scenario.judge(report.result);
  process.stdout.write(
    [
      textOf(scenario),
      `${picocolors.bold('What happens')}\n`,
      terminalChronicle(report.result, terminalOptions()),
      `\n${picocolors.bold('What comes out')}\n`,
      ...wrap(scenario.outcome, width()).map((line) => `${line}\n`),
      '\n',
      brokenOrNot(report.result),
      ...complaints.map(complaintLine),
      footer(scenario, options),
    ].join(''),
  );
  return complaints.length === 0 ? ExitCode.clean : ExitCode.found;
}

function width(): number {
  return terminalOptions().width ?? 100;
}

function textOf({ title, teaches, plan }: Scenario): string {
  const { brokers, controllers } = plan.cluster;
  const set = Object.entries(plan.configuration).map(([name, value]) => `${name}=${value}`);
  const cluster = [
    count(brokers, 'broker'),
    count(controllers, 'controller'),
    ...set,
    ...plan.defects.map((defect) => `with the historical bug ${defect}`),
  ].join(', ');
  const lines = [
    picocolors.bold(title),
    '',
    ...wrap(teaches, width()),
    '',
    ...wrap(cluster, width()),
    '',
    '',
  ];
  return lines.join('\n');
}

function brokenOrNot(result: SimulatedRunResult): string {
  const violation = primaryViolation(result);
  if (violation === null) return 'No promise was broken.\n';
  const { anomaly, sentence, notPromisedBecause } = violation;
  const excuse = notPromisedBecause === undefined ? '' : ` It was not promised: ${notPromisedBecause}.`;
  const more = result.violations.length - 1;
  const lines = [
    ...wrap(`${anomaly}: ${visible(sentence)}${excuse}`, width()).map((line) => picocolors.red(line)),
    ...(more > 0 ? [`${count(more, 'more violation')} in the same run.`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function footer({ name }: Scenario, { html, plan }: ScenarioOptions): string {
  const again = crucibleCommand('scenario', name);
  const lines = [
    html === undefined ? `Draw it as a page: ${again} --html FILE` : `Its page: ${html}`,
    plan === undefined
      ? `Take its plan, to change it (replay --steps prints it again): ${again} --plan FILE`
      : `Its plan: ${plan}`,
  ];
  return `\n${lines.map((line) => `${picocolors.dim(line)}\n`).join('')}`;
}

function complaintLine(complaint: string): string {
  return `${picocolors.red('Not as expected:')} ${visible(complaint)}\n`;
}

function performAll(): ExitCode {
  let otherwise = 0;
  for (const scenario of scenarios) {
    const { complaints } = perform(scenario);
    otherwise += complaints.length === 0 ? 0 : 1;
    const mark = complaints.length === 0 ? picocolors.green('as expected') : picocolors.red('not so     ');
    process.stdout.write(`${mark}  ${scenario.name}: ${scenario.outcome}\n`);
    for (const complaint of complaints) process.stdout.write(`         ${visible(complaint)}\n`);
  }
  return otherwise === 0 ? ExitCode.clean : ExitCode.found;
}
