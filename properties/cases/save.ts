/** Saves a case: the plan, its history, and its page. */
import { writePlan } from '../../impl/plan/plan-file.ts';
import { historyHeader, writeHistoryLine } from '../../model/history/history-file.ts';
import type { FailureReport } from '../../reports/analysis/failure-report.ts';
import { htmlReport } from '../../reports/html/html.ts';
import { withNeighbours } from '../explain/nearest-passing.ts';
import { type CaseFiles, filesOf } from './case-files.ts';
import { writeWhole } from './files.ts';
import type { RunFailure } from '../search/failure.ts';

/** @throws BadInput if a file cannot be written. */
export async function saveCase(report: FailureReport, files: CaseFiles): Promise<void> {
  writeWhole(files.history, historyText(report));
  writeWhole(files.html, await pageOf(report));
  // The plan is written last: a folder with a plan holds a complete case.
  writeWhole(files.plan, writePlan(report.plan));
}

/** Saves the plan as it was found; returns the path of its file. @throws BadInput if it cannot be written. */
export function saveFound(out: string, failure: Pick<RunFailure, 'failureClass' | 'run' | 'plan'>): string {
  const { found } = filesOf(out, failure);
  if (failure.plan !== null) writeWhole(found, writePlan(failure.plan));
  return found;
}

/** Renders the page of a failure, with the nearest passing plans, which only the page shows. */
export function pageOf(report: FailureReport): Promise<string> {
  return htmlReport(withNeighbours(report));
}

/** The history that clients saw in the run, in the format that `check` reads. */
export function historyText({ plan, result }: FailureReport): string {
  const { configuration, topics, expect } = plan;
  const lines = [
    historyHeader({ configuration, topics, expect, coordinatorChanges: 'recorded' }),
    ...(result.history ?? []).map(writeHistoryLine),
  ];
  return `${lines.join('\n')}\n`;
}
