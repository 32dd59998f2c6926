/** The files of one case, and the folder in which they lie. */
import { join } from 'node:path';

import type { RunFailure } from '../search/failure.ts';
import { fileNameOf } from './file-name.ts';

export interface CaseFiles {
  /** The plan that the search found, before shrinking. */
  readonly found: string;
  readonly plan: string;
  readonly html: string;
  readonly history: string;
  /** Exists as long as the plan may become shorter. */
  readonly unfinished: string;
}

/** The files of the case in a folder. */
export function caseFiles(folder: string): CaseFiles {
  return {
    found: join(folder, 'plan-as-found.json'),
    plan: join(folder, 'plan.json'),
    html: join(folder, 'report.html'),
    history: join(folder, 'history.jsonl'),
    unfinished: join(folder, 'unfinished.txt'),
  };
}

/**
 * The files of a failure in the output folder of a search. The folder is named after the failure class, so that a
 * second search of the same campaign writes to the same place. The key in the name stands for the part of the class
 * that the name leaves out: two failures of one run have two folders.
 */
export function filesOf(out: string, failure: Pick<RunFailure, 'failureClass' | 'run'>): CaseFiles {
  const { failureClass, run } = failure;
  const [broken = ''] = failureClass.split(',');
  return caseFiles(join(out, `${fileNameOf(broken, failureClass, 60)}-run-${run}`));
}
