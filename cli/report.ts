/** `report`: the web page of a failure that was saved earlier. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { Command } from 'commander';

import { readPlan } from '../impl/plan-file.ts';
import { BadInput } from './bad-input.ts';
import { caseFiles, examine, pageOf } from './case-file.ts';
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

interface Page {
  readonly planFile: string;
  readonly htmlFile: string;
}

async function writeReports(run: string, html: string | undefined): Promise<ExitCode> {
  const pages = isFolder(run) ? pagesIn(run) : [{ planFile: run, htmlFile: besides(run) }];
  if (html !== undefined && pages.length > 1) {
    throw new BadInput(`--html ${html}: ${run} has ${pages.length} failures, and this names one file`);
  }
  for (const { planFile, htmlFile } of pages) {
    const report = examine(readPlan(readText(planFile), planFile), planFile);
    writeText(html ?? htmlFile, await pageOf(report));
    process.stdout.write(`${html ?? htmlFile}\n`);
  }
  return ExitCode.clean;
}

function besides(planFile: string): string {
  return `${planFile.replace(/\.json$/, '')}.html`;
}

/** For each failure the shrunk plan, or the one that was found if shrinking was cut off. */
function pagesIn(folder: string): readonly Page[] {
  const inner = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
    .sort();
  const pages = [folder, ...inner].flatMap((candidate) => {
    const { plan, found, html } = caseFiles(candidate);
    const planFile = [plan, found].find((file) => existsSync(file));
    return planFile === undefined ? [] : [{ planFile, htmlFile: html }];
  });
  if (pages.length === 0) throw new BadInput(`${folder}: expected a folder in which fuzz saved a failure`);
  return pages;
}
