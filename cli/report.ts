/** `report`: the web page of a failure that was saved earlier. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { Command } from 'commander';

import { readPlan } from '../impl/plan-file.ts';
import { htmlReport } from '../reports/html.ts';
import { BadInput } from './bad-input.ts';
import { caseFiles, examine } from './case-file.ts';
import { ExitCode } from './exit-code.ts';
import { isFolder, readText, writeText } from './files.ts';

export function reportCommand(): Command {
  return new Command('report')
    .summary('write the web page of a saved failure')
    .description(
      'Runs saved plans again and writes the page of each: for a plan file beside it, ' +
        'for a folder of fuzz in the folder of each failure.',
    )
    .argument('<run>', 'a plan file, or the folder in which fuzz saved its failures')
    .option('--html <FILE>', 'where to write the page of a plan file')
    .action(async (run: string, options: { readonly html?: string }) => {
      process.exitCode = await writeReports(run, options.html);
    });
}

async function writeReports(run: string, html: string | undefined): Promise<ExitCode> {
  const plans = isFolder(run) ? plansIn(run) : [run];
  if (html !== undefined && plans.length > 1) {
    throw new BadInput(`--html ${html}: ${run} has ${plans.length} failures, and this names one file`);
  }
  for (const planFile of plans) {
    const report = examine(readPlan(readText(planFile), planFile), planFile);
    const page =
      html ??
      planFile.replace(/(plan)?(-as-found)?(\.json)?$/, '') + (isFolder(run) ? 'report.html' : '.html');
    writeText(page, await htmlReport(report));
    process.stdout.write(`${page}\n`);
  }
  return ExitCode.clean;
}

/** The plan of each failure: the shrunk one, or the one that was found if shrinking was cut off. */
function plansIn(folder: string): readonly string[] {
  const candidates = [
    folder,
    ...readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name))
      .sort(),
  ];
  const plans = candidates.flatMap((candidate) => {
    const { plan, found } = caseFiles(candidate);
    return [plan, found].filter((file) => existsSync(file)).slice(0, 1);
  });
  if (plans.length === 0) throw new BadInput(`${folder}: expected a folder in which fuzz saved a failure`);
  return plans;
}
