/** `replay`: one saved plan, run again, and what it does. */
import { Command, Option } from 'commander';

import { readPlan } from '../../impl/plan/plan-file.ts';
import type { SimulatedRunResult } from '../../impl/result/run-result.ts';
import { failureClassOf } from '../../impl/result/failure-class.ts';
import type { FailureReport } from '../../reports/analysis/failure-report.ts';
import { terminalChronicle } from '../../reports/terminal/terminal-chronicle.ts';
import { terminalReport } from '../../reports/terminal/terminal.ts';
import { examine } from '../../properties/cases/examine.ts';
import { historyText, pageOf } from '../../properties/cases/save.ts';
import { ExitCode } from '../shell/exit-code.ts';
import { readText, writeText } from '../../properties/cases/files.ts';
import { terminalOptions } from '../options/terminal-options.ts';

interface ReplayOptions {
  readonly html?: string;
  readonly history?: string;
  readonly steps?: true;
  /** The former name of `steps`. */
  readonly tell?: true;
  readonly json?: true;
}

export function replayCommand(): Command {
  return new Command('replay')
    .summary('run a saved plan again')
    .description(
      'Runs a plan: the same events in the same order as ever. Prints the story if a promise breaks.',
    )
    .argument('<plan>', 'a plan file, as written by fuzz or by hand')
    .option('--html <FILE>', 'write the report as a web page')
    .option('--history <FILE>', 'write what every client saw, as JSON lines')
    .option('--steps', 'print the whole run step by step, whether it violates a guarantee or not')
    .addOption(new Option('--tell', 'the former name of --steps').hideHelp())
    .option('--json', 'print one JSON object on standard output instead of text')
    .addHelpText('after', '\nExit codes: 0 every promise was kept, 1 one was broken, 2 bad input.')
    .action(async (planFile: string, options: ReplayOptions) => {
      process.exitCode = await replay(planFile, options);
    });
}

async function replay(planFile: string, options: ReplayOptions): Promise<ExitCode> {
  const report = examine(readPlan(readText(planFile), planFile), planFile);
  if (options.html !== undefined) writeText(options.html, await pageOf(report));
  if (options.history !== undefined) writeText(options.history, historyText(report));
  if (options.json === true) process.stdout.write(replayJson(report));
  else {
    if (options.tell === true) process.stderr.write('--tell is now called --steps\n');
    if (options.steps === true || options.tell === true)
      process.stdout.write(`${terminalChronicle(report.result, terminalOptions())}\n`);
    process.stdout.write(replayInWords(report, options.html));
  }
  return report.result.verdict === 'passed' ? ExitCode.clean : ExitCode.found;
}

/** The story of a run that failed, a line for one that did not. */
function replayInWords(report: FailureReport<SimulatedRunResult>, htmlFile?: string): string {
  const { verdict, hash, events, virtualUs } = report.result;
  if (verdict !== 'passed') return terminalReport(report, terminalOptions(htmlFile));
  const time = (virtualUs / 1e6).toFixed(2);
  return `No promise was broken. ${events} events, ${time} s of virtual time, run hash ${hash}.\n`;
}

function replayJson({ planFile, result }: FailureReport): string {
  const { verdict, violations, hash, events, virtualUs } = result;
  const summary = {
    plan: planFile,
    verdict,
    failureClass: failureClassOf(result),
    hash,
    events,
    virtualUs,
    violations,
  };
  return `${JSON.stringify(summary, null, 2)}\n`;
}
