/** A corpus case: one saved failure with its shrunk plan, its failure class, and a fingerprint of its run. */
import { z } from 'zod';

import { PLAN_FORMAT, type Plan, planSchema } from '../../impl/plan/plan.ts';
import { readPlan } from '../../impl/plan/plan-file.ts';
import { problemsOf } from '../../impl/plan/schema-problems.ts';
import { acceptingFormerNames } from '../../impl/result/former-names.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';
import { failureClassOf } from '../../impl/result/failure-class.ts';
import { fileNameOf } from '../cases/file-name.ts';
import { fingerprintOf, fingerprintSchema } from './fingerprint.ts';

export const CASE_FORMAT = 'kafka-crucible/corpus-case';
export const CASE_VERSION = 1;

const versions = z.strictObject({ kafkaCrucible: z.string(), node: z.string() });

const caseSchema = acceptingFormerNames(
  z.strictObject({
    format: z.literal(CASE_FORMAT),
    version: z.literal(CASE_VERSION),
    /** `fails`: in the failure class. `holds`: the plan failed once, and the cause is fixed. */
    expected: z.enum(['fails', 'holds']),
    /** Null for a plan whose cause was fixed before failure classes were recorded. */
    failureClass: z.string().nullable(),
    /** The sentence of the violation: the guarantee, and what happened instead. */
    sentence: z.string().nullable(),
    /** The versions with which the fingerprint was taken. */
    versions,
    fingerprint: fingerprintSchema,
    plan: planSchema,
  }),
);

export type CorpusCase = z.infer<typeof caseSchema>;
export type Versions = z.infer<typeof versions>;

/** Thrown for a file that is not a case. The message names the file, the fields and what was expected. */
export class CorpusFormatError extends Error {
  constructor(file: string, sentences: readonly string[]) {
    super(`${file} is not a case of a corpus:\n${sentences.map((sentence) => `  ${sentence}`).join('\n')}`);
    this.name = 'CorpusFormatError';
  }
}

/** A plan without a fingerprint that was put in the folder by hand: it must pass, and what it decided is unknown. */
export interface BarePlan {
  readonly bare: Plan;
}

/** @throws CorpusFormatError, or PlanFormatError for a bare plan. */
export function readCase(text: string, file: string): CorpusCase | BarePlan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CorpusFormatError(file, [
      `not JSON: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
  if (bareSchema.safeParse(value).success) return { bare: readPlan(text, file) };
  const parsed = caseSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error, value);
  throw new CorpusFormatError(
    file,
    problems.map(({ field, sentence }) => (field === '' ? sentence : `${field}: ${sentence}`)),
  );
}

const bareSchema = z.looseObject({ format: z.literal(PLAN_FORMAT) });

/** Makes the case of a plan from a run of it now, whether it fails or passes. */
export function caseOf(plan: Plan, found: Versions): CorpusCase {
  const { fingerprint, result } = fingerprintOf(plan);
  const failureClass = failureClassOf(result);
  return {
    format: CASE_FORMAT,
    version: CASE_VERSION,
    expected: failureClass === null ? 'holds' : 'fails',
    failureClass,
    sentence: primaryViolation(result)?.sentence ?? null,
    versions: found,
    fingerprint,
    plan,
  };
}

/** Writes a case as indented JSON, so that changes can be reviewed. */
export function writeCase(saved: CorpusCase): string {
  return `${JSON.stringify(saved, null, 2)}\n`;
}

/** Names the file of a failure class: a class that is found again is not saved again. */
export function caseFileName(failureClass: string): string {
  return `${fileNameOf(failureClass, failureClass, 100)}.json`;
}
