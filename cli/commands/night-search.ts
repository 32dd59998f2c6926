/** `fuzz --night`: the unattended search. Its journal is in the folder of its findings. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import picocolors from 'picocolors';

import { CANARY_DEFECT, CANARY_EVERY, MISSED_CANARIES_LIMIT } from '../../properties/night/canary.ts';
import { goldenProblems } from '../../properties/night/golden-runs.ts';
import {
  type Beginning,
  JOURNAL_FORMAT,
  JOURNAL_VERSION,
  type JournalText,
  JournalWriter,
  readJournal,
} from '../../properties/night/journal.ts';
import {
  curveOf,
  EMPTY_RECORD,
  type NightRecord,
  soundnessProblemsOf,
  recordOf,
} from '../../properties/night/night-record.ts';
import { runNightly } from '../../properties/night/night.ts';
import { type KnownFailureClass, triage } from '../../properties/search/triage.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';
import { examineAll } from '../../properties/cases/examine-failures.ts';
import type { RunFailure } from '../../properties/search/failure.ts';
import { saveFound } from '../../properties/cases/save.ts';
import { commandLine, examinationOf, type FuzzJob } from './fuzz-job.ts';
import { filesOf } from '../../properties/cases/case-files.ts';
import { type FuzzResult, type NightVitals, speedOf, type Totals } from './fuzz-result.ts';
import { progressText, type StatusLine } from '../shell/status-line.ts';
import { crucibleVersion } from '../../properties/cases/version.ts';

const JOURNAL = 'night.jsonl';

export function journalFile(out: string): string {
  return join(out, JOURNAL);
}

export async function nightSearch(
  job: FuzzJob,
  known: readonly KnownFailureClass[],
  status: StatusLine,
  signal: AbortSignal,
): Promise<FuzzResult> {
  const { options } = job;
  const file = journalFile(options.out);
  const earlier = earlierNight(job, file);
  const begin = earlier?.begin ?? beginning(job);
  const { seed, options: planOptions, shard } = begin;
  const campaign = { ...job.campaign, seed, options: planOptions, shard };
  const golden = goldenProblems();
  if (golden.length > 0) return unsound(job, golden);

  const journal = new JournalWriter(file, earlier?.completeBytes);
  try {
    // The report of a resumed night covers all of it.
    const before = earlier === null ? null : recordOf(earlier);
    if (before === null) journal.append(begin);
    else status.say(`going on after ${before.runs} runs and ${before.findings.length} findings`);
    const isKnown = (failureClass: string): boolean =>
      known.some((entry) => entry.failureClass === failureClass);
    const say = (finding: Pick<RunFailure, 'failureClass' | 'run' | 'plan'>): void => {
      const place = saveFound(options.out, finding);
      const word = isKnown(finding.failureClass) ? 'known' : picocolors.red('found');
      status.say(`${word} ${finding.failureClass} in run ${finding.run}: ${place}`);
    };
    // The journal had them; the files may not have been written any more.
    for (const finding of before?.findings ?? []) {
      if (!existsSync(filesOf(options.out, finding).found)) saveFound(options.out, finding);
    }
    const seconds = options.time === undefined ? null : options.time - (before?.seconds ?? 0);
    await runNightly(
      { campaign: { ...campaign, seconds }, runLimitMs: options.runLimit * 1000 },
      before ?? EMPTY_RECORD,
      {
        append: (line) => journal.append(line),
        onFinding: say,
        onProgress: (progress) => status.show(progressText(progress, null)),
        signal,
      },
    );
    const record = recordOf(lines(file));
    const totals = totalsOf(record);
    const triaged = triage(failuresOf(record), known);
    const cases = await examineAll(
      triaged.fresh,
      examinationOf(job, true, speedOf(totals), status, signal),
      isKnown,
      (other) => {
        const { failureClass, kind, run, plan } = other;
        journal.append({ type: 'finding', failureClass, kind, run, whileShrinking: true, plan });
        say(other);
      },
    );
    return {
      command: commandLine({ options, campaign }),
      seed,
      options: planOptions,
      totals,
      cases,
      triaged,
      night: vitalsOf(record),
    };
  } finally {
    journal.close();
  }
}

/** Returns the journal that is in the folder already. @throws BadInput if this is not the night that goes on there. */
function earlierNight(job: FuzzJob, file: string): JournalText | null {
  const earlier = existsSync(file) ? readJournal(file) : null;
  if (earlier === null) return null;
  const { options } = job;
  if (options.resume !== true) {
    throw new BadInput(
      `${file}: a night was spent here already; --resume goes on with it, or choose another --out`,
    );
  }
  const { begin } = earlier;
  const seed = options.seed ?? begin.seed;
  const now = beginning({ ...job, campaign: { ...job.campaign, seed } });
  const same = (what: string, was: unknown, is: unknown): void => {
    if (JSON.stringify(was) === JSON.stringify(is)) return;
    throw new BadInput(
      `${file}: the night was begun with ${what} ${JSON.stringify(was)}, not ${JSON.stringify(is)}`,
    );
  };
  same('the seed', begin.seed, now.seed);
  same('the shard', begin.shard, now.shard);
  same('the options', begin.options, now.options);
  same('kafka-crucible', begin.versions.kafkaCrucible, now.versions.kafkaCrucible);
  return earlier;
}

function beginning(job: FuzzJob): Beginning {
  const { configuration = {}, defects = [], expect = [], transactions, drawing } = job.campaign.options;
  return {
    type: 'begin',
    format: JOURNAL_FORMAT,
    version: JOURNAL_VERSION,
    seed: job.campaign.seed,
    options: {
      ...{ configuration: { ...configuration }, defects: [...defects], expect: [...expect] },
      ...(transactions === undefined ? {} : { transactions }),
      ...(drawing === undefined ? {} : { drawing }),
    },
    shard: job.options.shard ?? { index: 0, of: 1 },
    versions: { kafkaCrucible: crucibleVersion(), node: process.version },
    command: commandLine(job),
    at: new Date().toISOString(),
  };
}

function lines(file: string): JournalText {
  const journal = readJournal(file);
  if (journal === null) throw new Error(`${file} has lost its beginning`);
  return journal;
}

export function failuresOf(record: NightRecord): readonly RunFailure[] {
  return record.findings.map(({ failureClass, kind, run, hash, message, stack, plan, occurrences }) => ({
    ...{ failureClass, kind, run, plan, occurrences, violations: [] },
    ...(hash === undefined ? {} : { hash }),
    ...(message === undefined ? {} : { message }),
    ...(stack === undefined ? {} : { stack }),
  }));
}

export function totalsOf(record: NightRecord): Totals {
  const { runs, events, virtualUs, seconds, probes, ended, statesUpTo } = record;
  const novelty = statesUpTo === 0 ? {} : { novelty: curveOf(record) };
  return { runs, events, virtualUs, seconds, probes, ended: ended ?? 'cut off', ...novelty };
}

export function vitalsOf(record: NightRecord, soundnessProblems: readonly string[] = []): NightVitals {
  const { canaries, secondsSinceCanary, repeated, runs, seconds } = record;
  const missed = soundnessProblemsOf(record);
  return {
    canaries,
    canary: {
      defect: CANARY_DEFECT,
      found: canaries.found,
      ageSeconds: secondsSinceCanary,
      // So long it takes to plant as many as may go unnoticed.
      limitSeconds: runs === 0 ? 0 : (MISSED_CANARIES_LIMIT * CANARY_EVERY * seconds) / runs,
      ...(missed.length === 0 ? {} : { canaryMissed: true as const }),
    },
    repeated,
    soundnessProblems: [...soundnessProblems, ...missed],
  };
}

/** A night that is not even begun. */
function unsound(job: FuzzJob, soundnessProblems: readonly string[]): FuzzResult {
  return {
    command: commandLine(job),
    seed: job.campaign.seed,
    options: job.campaign.options,
    totals: totalsOf(EMPTY_RECORD),
    cases: [],
    triaged: { known: [], unmet: [] },
    night: vitalsOf(EMPTY_RECORD, soundnessProblems),
  };
}
