/** The triage file: the failures that a team knows, with reasons, so that a search speaks up about new ones only. */
import { z } from 'zod';

import { problemsOf } from '../../impl/plan/schema-problems.ts';

export const TRIAGE_FORMAT = 'kafka-crucible/triage';
export const TRIAGE_VERSION = 1;

const knownBucket = z.strictObject({
  /** As a search prints it: `no-loss lost-write record, not promised: acks=1`. */
  bucket: z.string().min(1),
  /** Why it is accepted for now. */
  reason: z.string().min(1),
  /** Where it is being dealt with. */
  link: z.url(),
  /** Who decided so. */
  who: z.string().min(1),
  /** The day on which it was decided: `2026-03-14`. */
  when: z.iso.date(),
});

const triageSchema = z.strictObject({
  format: z.literal(TRIAGE_FORMAT),
  version: z.literal(TRIAGE_VERSION),
  known: z.array(knownBucket),
});

export type KnownBucket = z.infer<typeof knownBucket>;

/** A file that is no triage file. The message names the file, the fields and what was expected. */
export class TriageFormatError extends Error {
  constructor(file: string, sentences: readonly string[]) {
    super(`${file} is not a triage file:\n${sentences.map((sentence) => `  ${sentence}`).join('\n')}`);
    this.name = 'TriageFormatError';
  }
}

/**
 * @param file its name, for messages only
 * @throws TriageFormatError also when a bucket stands there twice: of two reasons nobody knows which counts.
 */
export function readTriage(text: string, file: string): readonly KnownBucket[] {
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
  const twice = known.filter(({ bucket }, index) => known.findIndex((one) => one.bucket === bucket) < index);
  if (twice.length > 0) {
    throw new TriageFormatError(
      file,
      twice.map(({ bucket }) => `${JSON.stringify(bucket)} stands there twice`),
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
  /** Met, and known. */
  readonly known: readonly { readonly failure: Failure; readonly entry: KnownBucket }[];
  /** Met, and not in the file. */
  readonly fresh: readonly Failure[];
  /** In the file, and not met: mended, or merely not found this time. */
  readonly unmet: readonly KnownBucket[];
}

export function triage<Failure extends { readonly signature: string }>(
  failures: readonly Failure[],
  entries: readonly KnownBucket[],
): Triaged<Failure> {
  const byBucket = new Map(entries.map((entry) => [entry.bucket, entry]));
  const met = new Set(failures.map(({ signature }) => signature));
  return {
    known: failures.flatMap((failure) => {
      const entry = byBucket.get(failure.signature);
      return entry === undefined ? [] : [{ failure, entry }];
    }),
    fresh: failures.filter(({ signature }) => !byBucket.has(signature)),
    unmet: entries.filter(({ bucket }) => !met.has(bucket)),
  };
}
