/** One failing plan on disk: the plan, its history, and the page that tells its story. */
import { join } from 'node:path';

import type { Plan } from '../impl/plan/plan.ts';
import { writePlan } from '../impl/plan/plan-file.ts';
import type { SimulatedRunResult } from '../impl/result/run-result.ts';
import { simulate } from '../impl/simulated/run/simulate.ts';
import { historyHeader, writeHistoryLine } from '../model/history/history-file.ts';
import type { FailureReport } from '../reports/analysis/failure-report.ts';
import { withNeighbours } from '../properties/explain/nearest-passing.ts';
import { failureClassOf } from '../impl/result/failure-class.ts';
import { htmlReport } from '../reports/html/html.ts';
import { writeWhole } from './shell/files.ts';
import { replayCommand } from './shell/replay-command.ts';
import { crucibleVersion } from './shell/version.ts';

export interface CaseFiles {
  /** As the search found it, before shrinking. */
  readonly found: string;
  readonly plan: string;
  readonly html: string;
  readonly history: string;
  /** There as long as the plan may become shorter. */
  readonly unfinished: string;
}

/** Where everything of one case lies in a folder. */
export function caseFiles(folder: string): CaseFiles {
  return {
    found: join(folder, 'plan-as-found.json'),
    plan: join(folder, 'plan.json'),
    html: join(folder, 'report.html'),
    history: join(folder, 'history.jsonl'),
    unfinished: join(folder, 'unfinished.txt'),
  };
}

/** What is known of a failing plan besides itself. */
export type Provenance = Pick<
  FailureReport,
  'original' | 'shrink' | 'speed' | 'planFile' | 'causality' | 'irrelevant' | 'explanation' | 'triage'
>;

/** Runs the plan once more with everything recorded. */
export function examine(
  plan: Plan,
  planFile: string,
  provenance: Provenance = {},
): FailureReport<SimulatedRunResult> {
  const result = simulate(plan, { trace: true, history: true });
  const failureClass = failureClassOf(result);
  return {
    plan,
    result,
    ...(failureClass === null ? {} : { failureClass }),
    ...provenance,
    planFile,
    replayCommand: replayCommand(planFile),
    versions: { kafkaCrucible: crucibleVersion(), node: process.version },
  };
}

/** @throws BadInput if a file cannot be written. */
export async function saveCase(report: FailureReport, files: CaseFiles): Promise<void> {
  writeWhole(files.history, historyText(report));
  writeWhole(files.html, await pageOf(report));
  // The last one: where it is, the case is complete.
  writeWhole(files.plan, writePlan(report.plan));
}

/** The page of a failure, with what is found out for it alone: which plans near to it pass. */
export function pageOf(report: FailureReport): Promise<string> {
  return htmlReport(withNeighbours(report));
}

/** What every client saw in the run, in the format that `check` reads. */
export function historyText({ plan, result }: FailureReport): string {
  const { configuration, topics, expect } = plan;
  const lines = [
    historyHeader({ configuration, topics, expect, coordinatorChanges: 'recorded' }),
    ...(result.history ?? []).map(writeHistoryLine),
  ];
  return `${lines.join('\n')}\n`;
}
