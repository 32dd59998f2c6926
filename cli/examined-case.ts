/** What is done with a failure that a search found: it is shrunk, run once more with everything recorded, and saved. */
import { existsSync, rmSync } from 'node:fs';

import { readPlan, writePlan } from '../impl/plan/plan-file.ts';
import type { SimulatedRunResult } from '../impl/result/run-result.ts';
import type { Plan } from '../impl/plan/plan.ts';
import type { DistinctFailure } from '../properties/search/explorer.ts';
import { type OtherFailure, PlanHolds } from '../properties/minimiser/minimise.ts';
import { type FailureKind, kindOfFailureClass, THROWN_KINDS } from '../properties/search/worker-chunk.ts';
import { ShrinkHangs, shrinkInThread } from '../properties/search/worker-pool.ts';
import type { Shrunk } from '../properties/minimiser/worker-shrink.ts';
import { type FailureReport, planSize } from '../reports/analysis/failure-report.ts';
import { examine, saveCase } from './case-file.ts';
import { readText, writeWhole } from './shell/files.ts';
import { filesOf } from './commands/fuzz-job.ts';
import { grouped, type StatusLine } from './shell/status-line.ts';

/** A failure, and the plan that was seen to fail so. Without one, not even the plan could be made. */
export interface FoundFailure extends DistinctFailure {
  readonly plan: Plan | null;
}

export interface ExaminedCase {
  readonly failure: DistinctFailure;
  /** Somebody interrupted while it was shrunk: whoever goes on shrinks it again. */
  readonly unfinished?: true;
  readonly planFile: string;
  /** Null when the harness itself failed, and there is no run to tell of. */
  readonly told: { readonly report: FailureReport<SimulatedRunResult>; readonly htmlFile: string } | null;
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
  /** Whether the search was given a triage file: then what is examined is new. */
  readonly hasTriage: boolean;
  /** How fast the search went. */
  readonly speed: FailureReport['speed'];
  /** Whether a case that lies there already is taken as it is. */
  readonly keepSaved: boolean;
  readonly status: StatusLine;
  /** In seconds: how long one run may take. */
  readonly runLimit: number;
  /** Ends the shrinking, and nothing else. */
  readonly signal: AbortSignal;
}

/** A plan whose runs differ, or do not end, has nothing that a smaller plan could be held against. */
const CANNOT_BE_SHRUNK: ReadonlySet<FailureKind> = new Set(['irreproducible', 'hung', 'crashed']);

/** Null when it is the making of the plan that fails. */
export function planOrNull(make: () => Plan): Plan | null {
  try {
    return make();
  } catch {
    return null;
  }
}

/** Saves the plan as it was found. What is returned is where. */
export function saveFound(out: string, failure: Pick<FoundFailure, 'failureClass' | 'run' | 'plan'>): string {
  const { found } = filesOf(out, failure);
  if (failure.plan !== null) writeWhole(found, writePlan(failure.plan));
  return found;
}

/**
 * Examines failures in their order, and after them those that were met while these were shrunk, unless
 * `skip` knows them. `onOther` hears of each of those before it is examined.
 */
export async function examineAll(
  failures: readonly FoundFailure[],
  examination: Examination,
  skip: (failureClass: string) => boolean,
  onOther: (failure: FoundFailure) => void,
): Promise<readonly ExaminedCase[]> {
  const cases: ExaminedCase[] = [];
  const waiting = [...failures];
  const seen = new Set(failures.map(({ failureClass }) => failureClass));
  for (let failure = waiting.shift(); failure !== undefined; failure = waiting.shift()) {
    const { examined, others } = await examineFailure(failure, examination);
    const marker = filesOf(examination.out, failure).unfinished;
    // All that belongs to the case is written by now.
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

function otherFailure(run: number, failureClass: string, plan: Plan): FoundFailure {
  const kind = kindOfFailureClass(failureClass);
  return { run, kind, failureClass, violations: [], occurrences: 0, plan };
}

async function examineFailure(
  failure: FoundFailure,
  examination: Examination,
): Promise<{ readonly examined: ExaminedCase; readonly others: readonly OtherFailure[] }> {
  const { out, shrinkTime, runLimit, pinned, threads, status, signal, speed } = examination;
  const files = filesOf(out, failure);
  const { plan } = failure;
  if (plan === null || CANNOT_BE_SHRUNK.has(failure.kind)) {
    return { examined: { failure, planFile: files.found, told: null }, others: [] };
  }
  if (examination.keepSaved && existsSync(files.plan) && !existsSync(files.unfinished))
    return { examined: savedCase(failure, out), others: [] };

  writeWhole(files.unfinished, UNFINISHED);
  const shrunk = await shrunkOrWhyNot(
    shrinkInThread(plan, {
      budgetMs: shrinkTime * 1000,
      runLimitMs: runLimit * 1000,
      threads,
      explain: !THROWN_KINDS.has(failure.kind),
      pinned,
      signal,
      onProgress: ({ pass, runs, operations, faults }) =>
        status.show(`shrinking: ${operations} operations, ${faults} faults, ${grouped(runs)} runs (${pass})`),
    }),
  );
  if ('kind' in shrunk) {
    status.say(`${failure.failureClass} in run ${failure.run}: ${shrunk.message}`);
    return {
      examined: { failure: { ...failure, ...shrunk }, planFile: files.found, told: null },
      others: [],
    };
  }
  status.say(shrunk.sentence);
  const { others } = shrunk;
  if (THROWN_KINDS.has(failure.kind)) {
    writeWhole(files.plan, writePlan(shrunk.plan));
    return { examined: { failure, planFile: files.plan, told: null }, others };
  }
  const report = examine(shrunk.plan, files.plan, {
    original: planSize(plan),
    ...shrunk.insight,
    shrink: { runs: shrunk.runs, seconds: Math.round((shrunk.seconds ?? 0) * 10) / 10 },
    ...(speed === undefined ? {} : { speed }),
    ...(examination.hasTriage ? { triage: 'new' as const } : {}),
  });
  await saveCase(report, files);
  return { examined: { failure, planFile: files.plan, told: { report, htmlFile: files.html } }, others };
}

/** What a folder says of itself while its plan is being shrunk, and after that was interrupted. */
const UNFINISHED = 'The plan here is not as short as it may become: shrinking it was not finished.\n';

const HOLDS_NOW: Pick<DistinctFailure, 'kind' | 'message'> = {
  kind: 'irreproducible',
  message:
    'It failed when it was found, and did not when it was run again: one plan gave two different runs.',
};

/** Why a plan could not be shrunk is a finding by itself: a night goes on, and tells it. */
async function shrunkOrWhyNot(
  shrinking: Promise<Shrunk>,
): Promise<Shrunk | Pick<DistinctFailure, 'kind' | 'message'>> {
  try {
    return await shrinking;
  } catch (error) {
    if (error instanceof PlanHolds) return HOLDS_NOW;
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

/** A failure that was shrunk and saved earlier; as it was found, if it was not shrunk. */
export function savedCase(failure: FoundFailure, out: string): ExaminedCase {
  const files = filesOf(out, failure);
  const planFile = [files.plan, files.found].find((file) => existsSync(file));
  if (planFile === undefined || THROWN_KINDS.has(failure.kind) || CANNOT_BE_SHRUNK.has(failure.kind)) {
    return { failure, planFile: planFile ?? files.found, told: null };
  }
  const report = examine(readPlan(readText(planFile), planFile), planFile, {
    ...(failure.plan === null ? {} : { original: planSize(failure.plan) }),
  });
  if (report.failureClass === undefined)
    return { failure: { ...failure, ...HOLDS_NOW }, planFile, told: null };
  return { failure, planFile, told: { report, htmlFile: files.html } };
}
