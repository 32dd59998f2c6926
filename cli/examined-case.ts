/** What is done with a failure that a search found: it is shrunk, run once more with everything recorded, and saved. */
import { writePlan } from '../impl/plan-file.ts';
import type { DistinctFailure, Exploration } from '../properties/explorer.ts';
import { planOf } from '../properties/guidance/origin.ts';
import { shrinkInThread } from '../properties/worker-pool.ts';
import { type FailureReport, planSize } from '../reports/failure-report.ts';
import { examine, saveCase } from './case-file.ts';
import { writeText } from './files.ts';
import { filesOf, type FuzzJob } from './fuzz-job.ts';
import { grouped, type StatusLine } from './status-line.ts';

export interface ExaminedCase {
  readonly failure: DistinctFailure;
  readonly planFile: string;
  /** Null when the harness itself failed, and there is no run to tell of. */
  readonly told: { readonly report: FailureReport; readonly htmlFile: string } | null;
}

/** An interrupted `signal` ends the shrinking, and nothing else. */
export async function examineFailure(
  job: FuzzJob,
  failure: DistinctFailure,
  exploration: Exploration,
  status: StatusLine,
  signal: AbortSignal,
): Promise<ExaminedCase> {
  const files = filesOf(job, failure);
  // A plan whose runs differ has nothing that a smaller plan could be held against.
  if (failure.kind === 'irreproducible') return { failure, planFile: files.found, told: null };

  const plan = planOf(job.seed, failure.run, job.planOptions, failure.origin ?? null);
  const shrunk = await shrinkInThread(plan, {
    budgetMs: job.options.shrinkTime * 1000,
    pinned: job.pinned,
    signal,
    onProgress: ({ pass, runs, operations, faults }) =>
      status.show(`shrinking: ${operations} operations, ${faults} faults, ${grouped(runs)} runs (${pass})`),
  });
  status.say(shrunk.sentence);
  if (failure.kind === 'error') {
    writeText(files.plan, writePlan(shrunk.plan));
    return { failure, planFile: files.plan, told: null };
  }
  const { runs, events, seconds } = exploration;
  const report = examine(shrunk.plan, files.plan, {
    original: planSize(plan),
    shrink: { runs: shrunk.runs, seconds: Math.round((shrunk.seconds ?? 0) * 10) / 10 },
    ...(seconds > 0 ? { speed: { runsPerSecond: runs / seconds, eventsPerSecond: events / seconds } } : {}),
  });
  await saveCase(report, files);
  return { failure, planFile: files.plan, told: { report, htmlFile: files.html } };
}
