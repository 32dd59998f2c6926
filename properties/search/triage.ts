/** The triage file: the failure classes that a team accepts for now, with reasons, so that a search reports new ones only. */
import { z } from 'zod';

import { problemsOf } from '../../impl/plan/schema-problems.ts';
import { acceptingFormerNames } from '../../impl/result/former-names.ts';

export const TRIAGE_FORMAT = 'kafka-crucible/triage';
export const TRIAGE_VERSION = 1;

const knownFailureClass = acceptingFormerNames(
  z.strictObject({
    /** The failure class as a search prints it: `no-loss lost-write record, not promised: acks=1`. */
    failureClass: z.string().min(1),
    /** Why it is accepted for now. */
    reason: z.string().min(1),
    /** The issue in which it is tracked. */
    link: z.url(),
    /** The person who accepted it. */
    who: z.string().min(1),
    /** The day on which it was accepted: `2026-03-14`. */
    when: z.iso.date(),
  }),
);

const triageSchema = z.strictObject({
  format: z.literal(TRIAGE_FORMAT),
  version: z.literal(TRIAGE_VERSION),
  known: z.array(knownFailureClass),
});

export type KnownFailureClass = z.infer<typeof knownFailureClass>;

/** A file that is no triage file. The message names the file, the fields and what was expected. */
export class TriageFormatError extends Error {
  constructor(file: string, sentences: readonly string[]) {
    super(`${file} is not a triage file:\n${sentences.map((sentence) => `  ${sentence}`).join('\n')}`);
    this.name = 'TriageFormatError';
  }
}

/**
 * @param file its name, for messages only
 * @throws TriageFormatError also for a failure class with two entries, because it is unclear which reason counts.
 */
export function readTriage(text: string, file: string): readonly KnownFailureClass[] {
  const value = parse(text, file);
  const parsed = triageSchema.safeParse(value);
  if (!parsed.success) {
    const problems = problemsOf(parsed.error, value);
    throw new TriageFormatError(
      file,
      problems.map(({ field, sentence }) => (field === '' ? sentence : `${field}: ${sentence}`)),
    );
  }
  const { known } = parsed.data;
  const twice = known.filter(
    ({ failureClass }, index) => known.findIndex((one) => one.failureClass === failureClass) < index,
  );
  if (twice.length > 0) {
    throw new TriageFormatError(
      file,
      twice.map(({ failureClass }) => `${JSON.stringify(failureClass)} has two entries`),
    );
  }
  return known;
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TriageFormatError(file, [`no JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

export interface Triaged<Failure> {
  /** Found, and in the file. */
  readonly known: readonly { readonly failure: Failure; readonly entry: KnownFailureClass }[];
  /** Found, and not in the file. */
  readonly fresh: readonly Failure[];
  /** In the file, and not found: fixed, or only not found this time. */
  readonly unmet: readonly KnownFailureClass[];
}

export function triage<Failure extends { readonly failureClass: string }>(
  failures: readonly Failure[],
  entries: readonly KnownFailureClass[],
): Triaged<Failure> {
  const byFailureClass = new Map(entries.map((entry) => [entry.failureClass, entry]));
  const met = new Set(failures.map(({ failureClass }) => failureClass));
  return {
    known: failures.flatMap((failure) => {
      const entry = byFailureClass.get(failure.failureClass);
      return entry === undefined ? [] : [{ failure, entry }];
    }),
    fresh: failures.filter(({ failureClass }) => !byFailureClass.has(failureClass)),
    unmet: entries.filter(({ failureClass }) => !met.has(failureClass)),
  };
}
