/**
 * The journal of a night: what the search has done and found, as lines of JSON that are only appended. A line is
 * complete when its line feed is on the disk. A process that is killed can leave one incomplete line at the end, which
 * is ignored.
 */
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

import { z } from 'zod';

import { planSchema } from '../../impl/plan/plan.ts';
import { acceptingFormerNames } from '../../impl/result/former-names.ts';
import { GUARANTEE_IDS } from '../../model/guarantee.ts';
import { DRAWINGS } from '../arbitraries/options.ts';
import { FAILURE_KINDS } from '../search/failure.ts';

export const JOURNAL_FORMAT = 'kafka-crucible/night-journal';
export const JOURNAL_VERSION = 1;

const count = z.int().min(0);
const counts = z.record(z.string(), count);

const beginning = z.strictObject({
  type: z.literal('begin'),
  format: z.literal(JOURNAL_FORMAT),
  version: z.literal(JOURNAL_VERSION),
  seed: z.string(),
  /** The options of every plan of the night. */
  options: z.strictObject({
    configuration: planSchema.shape.configuration,
    defects: z.array(z.string()),
    expect: z.array(z.enum(GUARANTEE_IDS)),
    transactions: z.enum(['always', 'sometimes', 'never']).exactOptional(),
    drawing: z.enum(DRAWINGS).exactOptional(),
  }),
  shard: z.strictObject({ index: count, of: z.int().min(1) }),
  versions: z.strictObject({ kafkaCrucible: z.string(), node: z.string() }),
  /** The command line. */
  command: z.string(),
  at: z.iso.datetime(),
});

const finding = z.strictObject({
  type: z.literal('finding'),
  failureClass: z.string(),
  kind: z.enum(FAILURE_KINDS),
  /** Which run of the campaign, from 0. */
  run: count,
  /** Met while another failure was shrunk: `plan` is not that of the run. */
  whileShrinking: z.literal(true).exactOptional(),
  hash: z.string().exactOptional(),
  message: z.string().exactOptional(),
  stack: z.string().exactOptional(),
  /** Null when the plan could not be generated. */
  plan: planSchema.nullable(),
});

/** The counts since the last such line. */
const counted = z.strictObject({
  type: z.literal('counted'),
  runs: count,
  events: count,
  virtualUs: count,
  /** Wall-clock time. */
  seconds: z.number().min(0),
  probes: counts,
  occurrences: counts,
  /** Runs that were made twice. */
  repeated: count,
  /** Abstract states and probes that these runs reached first, by the thousand of the night's runs. */
  newStates: z
    .array(z.strictObject({ thousand: count, digests: z.array(count).readonly() }))
    .readonly()
    .exactOptional(),
  canaries: z.strictObject({ planted: count, found: count, plantedSinceFound: count }),
});

const ending = z.strictObject({
  type: z.literal('end'),
  ended: z.enum(['runs', 'time', 'failure', 'interrupted']),
  at: z.iso.datetime(),
});

const line = acceptingFormerNames(z.discriminatedUnion('type', [beginning, finding, counted, ending]));

export type Beginning = z.infer<typeof beginning>;
export type NightFinding = z.infer<typeof finding>;
export type CountedLine = z.infer<typeof counted>;
export type JournalLine = z.infer<typeof line>;

/** Thrown for a file that is not the journal of a night. The message names the file and the line. */
export class JournalFormatError extends Error {
  constructor(file: string, sentence: string) {
    super(`${file}: ${sentence}`);
    this.name = 'JournalFormatError';
  }
}

export interface JournalText {
  readonly begin: Beginning;
  readonly lines: readonly JournalLine[];
  /** The length of the complete lines, in bytes. */
  readonly completeBytes: number;
}

/** Returns null when not even the first line is complete: the night has not begun. @throws JournalFormatError */
export function parseJournal(bytes: Buffer, file: string): JournalText | null {
  const completeBytes = bytes.lastIndexOf(0x0a) + 1;
  const texts = bytes.subarray(0, completeBytes).toString('utf8').split('\n').slice(0, -1);
  const lines = texts.map((text, index) => parseLine(text, `${file}, line ${index + 1}`));
  const [begin] = lines;
  if (begin === undefined) return null;
  if (begin.type !== 'begin')
    throw new JournalFormatError(`${file}, line 1`, 'expected the beginning of a night');
  return { begin, lines, completeBytes };
}

function parseLine(text: string, place: string): JournalLine {
  try {
    return line.parse(JSON.parse(text));
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new JournalFormatError(place, `not a line of a night's journal: ${what}`);
  }
}

/** @throws JournalFormatError, or the system's error if there is no such file. */
export function readJournal(file: string): JournalText | null {
  return parseJournal(readFileSync(file), file);
}

/** Appends lines to a journal. A line is on the disk when `append` returns. */
export class JournalWriter {
  readonly #descriptor: number;

  /** @param completeBytes the end of the last complete line of an earlier process */
  constructor(file: string, completeBytes = 0) {
    this.#descriptor = openSync(file, 'a');
    ftruncateSync(this.#descriptor, completeBytes);
  }

  append(entry: JournalLine): void {
    const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
    for (let written = 0; written < bytes.length;) written += writeSync(this.#descriptor, bytes, written);
    fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
