/** `report`: the web page of a failure that was saved earlier. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { Command } from 'commander';

import { readPlan } from '../../impl/plan/plan-file.ts';
import { type KnownFailureClass, readTriage } from '../../properties/search/triage.ts';
import type { FailureReport } from '../../reports/analysis/failure-report.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';
import { examine } from '../../properties/cases/examine.ts';
import { caseFiles } from '../../properties/cases/case-files.ts';
import { pageOf } from '../../properties/cases/save.ts';
import { ExitCode } from '../shell/exit-code.ts';
import { isFolder, readText, writeText } from '../../properties/cases/files.ts';
import {
  type ContextFiles,
  DETECTION_HELP,
  nightContext,
  PREVIOUS_HELP,
  writeNight,
} from './night-report.ts';

export function reportCommand(): Command {
  return new Command('report')
    .summary('write the web page of a saved failure')
    .description(
      'Runs saved plans again and writes the page of each: for a plan file beside it, ' +
        'for a folder of fuzz in the folder of each failure.',
    )
    .argument('<run...>', 'plan files, or the folders in which fuzz saved its failures')
    .option('--html <FILE>', 'where to write the page of a plan file')
    .option(
      '--triage <FILE>',
      'failures that are known: the page of a failure says whether it is one of them',
    )
    .option('--night <FILE>', 'write instead one page of all that the searches in these folders did')
    .option('--previous <FILE>', PREVIOUS_HELP)
    .option('--detection <FILE>', DETECTION_HELP)
    .option('--title <TEXT>', 'what the night is called (default: the time)')
    .action(async (runs: readonly string[], options: ReportOptions) => {
      process.exitCode = await report(runs, options);
    });
}

interface ReportOptions extends ContextFiles {
  readonly night?: string;
  readonly title?: string;
  readonly html?: string;
  readonly triage?: string;
}

async function report(runs: readonly string[], options: ReportOptions): Promise<ExitCode> {
  const { html, triage, night, title } = options;
  if (night !== undefined) {
    const about = { night, context: nightContext(options), ...(title === undefined ? {} : { title }) };
    for (const file of await writeNight(runs, about)) process.stdout.write(`${file}\n`);
    return ExitCode.clean;
  }
  if (html !== undefined && runs.length > 1) {
    throw new BadInput(`--html ${html}: there are ${runs.length} runs, and this names one file`);
  }
  const known = triage === undefined ? null : readTriage(readText(triage), triage);
  for (const run of runs) await writeReports(run, html, known);
  return ExitCode.clean;
}

interface Page {
  readonly planFile: string;
  readonly htmlFile: string;
}

/** @param known null: no triage file was given */
async function writeReports(
  run: string,
  html: string | undefined,
  known: readonly KnownFailureClass[] | null,
): Promise<void> {
  const pages = isFolder(run) ? pagesIn(run) : [{ planFile: run, htmlFile: besides(run) }];
  if (html !== undefined && pages.length > 1) {
    throw new BadInput(`--html ${html}: ${run} has ${pages.length} failures, and this names one file`);
  }
  for (const { planFile, htmlFile } of pages) {
    const examined = examine(readPlan(readText(planFile), planFile), planFile);
    writeText(html ?? htmlFile, await pageOf(known === null ? examined : triaged(examined, known)));
    process.stdout.write(`${html ?? htmlFile}\n`);
  }
}

function triaged(report: FailureReport, known: readonly KnownFailureClass[]): FailureReport {
  if (report.failureClass === undefined) return report;
  return {
    ...report,
    triage: known.find(({ failureClass }) => failureClass === report.failureClass) ?? 'new',
  };
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
