/** Examines the failures that a search found: each is shrunk, run once more with everything recorded, and saved. */
import { existsSync, rmSync } from 'node:fs';

import { readPlan, writePlan } from '../../impl/plan/plan-file.ts';
import type { Plan } from '../../impl/plan/plan.ts';
import type { SimulatedRunResult } from '../../impl/result/run-result.ts';
import { type FailureReport } from '../../reports/analysis/failure-report.ts';
import { planSize } from '../../impl/plan/plan-size.ts';
import { type OtherFailure, PlanHolds, type Progress } from '../minimiser/minimise.ts';
import type { Shrunk } from './shrink-task.ts';
import { type FailureKind, kindOfFailureClass, type RunFailure, THROWN_KINDS } from '../search/failure.ts';
import { ShrinkHangs, shrinkInThread } from './shrink-thread.ts';
import { filesOf } from './case-files.ts';
import { examine } from './examine.ts';
import { readText, writeWhole } from './files.ts';
import { saveCase } from './save.ts';

export interface ExaminedCase {
  readonly failure: RunFailure;
  /** Shrinking was interrupted: a search that resumes shrinks the plan again. */
  readonly unfinished?: true;
  readonly planFile: string;
  /** Null when the harness itself failed, and there is no run to report. */
  readonly rendered: { readonly report: FailureReport<SimulatedRunResult>; readonly htmlFile: string } | null;
}

/** Where and how cases are made. */
export interface Examination {
  readonly out: string;
  /** In seconds, for each failure. */
  readonly shrinkTime: number;
  /** Properties that the user chose. */
  readonly pinned: readonly string[];
  /** How many candidates are tried at once. */
  readonly threads: number;
  /** Whether the search was given a triage file: the failures examined are the new ones. */
  readonly hasTriage: boolean;
  /** How fast the search went. */
  readonly speed: FailureReport['speed'];
  /** Whether a case that was saved earlier is kept as it is. */
  readonly keepSaved: boolean;
  /** In seconds: how long one run may take. */
  readonly runLimit: number;
  /** Ends the shrinking, and nothing else. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Called with a sentence about each failure that was shrunk, or could not be. */
  readonly onSentence: (sentence: string) => void;
}

/** Failures whose plans cannot be shrunk: their runs differ or do not end, so that a smaller plan could not be compared. */
const CANNOT_BE_SHRUNK: ReadonlySet<FailureKind> = new Set(['irreproducible', 'hung', 'crashed']);

/**
 * Examines failures in their order, and after them the other failures that shrinking met, unless `skip` excludes their
 * class. `onOther` is called with each of those before it is examined.
 */
export async function examineAll(
  failures: readonly RunFailure[],
  examination: Examination,
  skip: (failureClass: string) => boolean,
  onOther: (failure: RunFailure) => void,
): Promise<readonly ExaminedCase[]> {
  const cases: ExaminedCase[] = [];
  const waiting = [...failures];
  const seen = new Set(failures.map(({ failureClass }) => failureClass));
  for (let failure = waiting.shift(); failure !== undefined; failure = waiting.shift()) {
    const { examined, others } = await examineFailure(failure, examination);
    const marker = filesOf(examination.out, failure).unfinished;
    // All files of the case are written by now.
    if (!examination.signal.aborted) rmSync(marker, { force: true });
    const unfinished = existsSync(marker);
    cases.push(unfinished ? { ...examined, unfinished } : examined);
    for (const { failureClass, plan } of others) {
      if (seen.has(failureClass) || skip(failureClass)) continue;
      seen.add(failureClass);
      const other = otherFailure(failure.run, failureClass, plan);
      onOther(other);
      waiting.push(other);
    }
  }
  return cases;
}

function otherFailure(run: number, failureClass: string, plan: Plan): RunFailure {
  const kind = kindOfFailureClass(failureClass);
  return { run, kind, failureClass, violations: [], occurrences: 0, plan };
}

async function examineFailure(
  failure: RunFailure,
  examination: Examination,
): Promise<{ readonly examined: ExaminedCase; readonly others: readonly OtherFailure[] }> {
  const { out, shrinkTime, runLimit, pinned, threads, signal, speed } = examination;
  const files = filesOf(out, failure);
  const { plan } = failure;
  if (plan === null || CANNOT_BE_SHRUNK.has(failure.kind)) {
    return { examined: { failure, planFile: files.found, rendered: null }, others: [] };
  }
  if (examination.keepSaved && existsSync(files.plan) && !existsSync(files.unfinished))
    return { examined: savedCase(failure, out), others: [] };

  writeWhole(files.unfinished, UNFINISHED);
  const shrunk = await shrunkOrReason(
    shrinkInThread(plan, {
      budgetMs: shrinkTime * 1000,
      runLimitMs: runLimit * 1000,
      threads,
      explain: !THROWN_KINDS.has(failure.kind),
      pinned,
      signal,
      onProgress: examination.onProgress,
    }),
  );
  if ('kind' in shrunk) {
    examination.onSentence(`${failure.failureClass} in run ${failure.run}: ${shrunk.message}`);
    return {
      examined: { failure: { ...failure, ...shrunk }, planFile: files.found, rendered: null },
      others: [],
    };
  }
  examination.onSentence(shrunk.sentence);
  const { others } = shrunk;
  if (THROWN_KINDS.has(failure.kind)) {
    writeWhole(files.plan, writePlan(shrunk.plan));
    return { examined: { failure, planFile: files.plan, rendered: null }, others };
  }
  const report = examine(shrunk.plan, files.plan, {
    original: planSize(plan),
    ...shrunk.insight,
    shrink: { runs: shrunk.runs, seconds: Math.round((shrunk.seconds ?? 0) * 10) / 10 },
    ...(speed === undefined ? {} : { speed }),
    ...(examination.hasTriage ? { triage: 'new' as const } : {}),
  });
  await saveCase(report, files);
  return { examined: { failure, planFile: files.plan, rendered: { report, htmlFile: files.html } }, others };
}

/** The marker in the folder of a case while its plan is being shrunk, and after shrinking was interrupted. */
const UNFINISHED = 'The plan here is not as short as it may become: shrinking it was not finished.\n';

const PASSES_NOW: Pick<RunFailure, 'kind' | 'message'> = {
  kind: 'irreproducible',
  message:
    'It failed when it was found, and did not when it was run again: one plan gave two different runs.',
};

/** A plan that cannot be shrunk does not end a night: the reason becomes the failure. */
async function shrunkOrReason(
  shrinking: Promise<Shrunk>,
): Promise<Shrunk | Pick<RunFailure, 'kind' | 'message'>> {
  try {
    return await shrinking;
  } catch (error) {
    if (error instanceof PlanHolds) return PASSES_NOW;
    if (error instanceof ShrinkHangs) {
      return {
        kind: 'hung',
        message: `While it was shrunk, a run took longer than ${error.runLimitMs / 1000} s.`,
      };
    }
    const said = error instanceof Error ? error.message : String(error);
    return { kind: 'crashed', message: `The thread in which it was shrunk died: ${said}` };
  }
}

/** Reads a failure that was shrunk and saved earlier; if it was not shrunk, as it was found. */
export function savedCase(failure: RunFailure, out: string): ExaminedCase {
  const files = filesOf(out, failure);
  const planFile = [files.plan, files.found].find((file) => existsSync(file));
  if (planFile === undefined || THROWN_KINDS.has(failure.kind) || CANNOT_BE_SHRUNK.has(failure.kind)) {
    return { failure, planFile: planFile ?? files.found, rendered: null };
  }
  const report = examine(readPlan(readText(planFile), planFile), planFile, {
    ...(failure.plan === null ? {} : { original: planSize(failure.plan) }),
  });
  if (report.failureClass === undefined)
    return { failure: { ...failure, ...PASSES_NOW }, planFile, rendered: null };
  return { failure, planFile, rendered: { report, htmlFile: files.html } };
}
