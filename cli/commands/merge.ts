/** `merge`: the shards of one night together. */
import { cpSync, existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import { Command } from 'commander';

import { type JournalText, readJournal } from '../../properties/night/journal.ts';
import { EMPTY_RECORD, mergeRecords, recordOf, shardProblems } from '../../properties/night/night-record.ts';
import { type KnownFailureClass, readTriage, triage } from '../../properties/search/triage.ts';
import { junitXml } from '../../reports/campaign/junit.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';
import { forOption } from '../options/for-option.ts';
import { savedCase } from '../../properties/cases/examine-failures.ts';
import type { RunFailure } from '../../properties/search/failure.ts';
import { saveFound } from '../../properties/cases/save.ts';
import type { ExitCode } from '../shell/exit-code.ts';
import {
  isFolder,
  makeFolder,
  makeWritable,
  readText,
  writeText,
  writeWhole,
} from '../../properties/cases/files.ts';
import { filesOf } from '../../properties/cases/case-files.ts';
import {
  exitCodeOf,
  type FuzzResult,
  resultAsJson,
  resultInWords,
  summaryOf,
  type Totals,
} from './fuzz-result.ts';
import { eachInAnyCase } from '../shell/in-any-case.ts';
import { crucibleCommand } from '../../properties/cases/replay-command.ts';
import {
  type ContextFiles,
  DETECTION_HELP,
  nightContext,
  nightPageIn,
  PREVIOUS_HELP,
  writeNight,
} from './night-report.ts';
import { failuresOf, journalFile, totalsOf, vitalsOf } from './night-search.ts';

interface MergeOptions extends ContextFiles {
  readonly out: string;
  readonly triage?: string;
  readonly junit?: string;
  readonly json?: true;
}

export function mergeCommand(): Command {
  return new Command('merge')
    .summary('put the shards of a night together')
    .description(
      'Reads the journals of all shards of one night, counts together what they did, and keeps one case of each ' +
        'failure. A shard that is missing is no reason to believe the others less, and every reason to say so.',
    )
    .argument('<dir...>', 'the folders in which the shards were searched')
    .option('--out <DIR>', 'where the night is put', 'crucible-out/night')
    .option('--triage <FILE>', 'failures that are known: they are reported, and do not count as found')
    .option('--junit <FILE>', 'write the result as JUnit XML too')
    .option('--previous <FILE>', PREVIOUS_HELP)
    .option('--detection <FILE>', DETECTION_HELP)
    .option('--json', 'print one JSON object on standard output instead of text')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing found, or only what is known; 1 found, 2 bad input, 3 the night is inconclusive: ' +
        'a shard is missing, was cut off or interrupted, or belongs to another night, or a known bug went unnoticed.',
    )
    .action(async (folders: readonly string[], options: MergeOptions) => {
      process.exitCode = await merge(folders, options);
    });
}

interface ShardFolder {
  readonly folder: string;
  readonly journal: JournalText;
}

async function merge(folders: readonly string[], options: MergeOptions): Promise<ExitCode> {
  const known = options.triage === undefined ? [] : readTriage(readText(options.triage), options.triage);
  const shards = folders.filter((folder) => !isEarlierNight(folder, options.out)).map(shardIn);
  if (shards.length === 0)
    throw new BadInput(`--out ${options.out}: no other folder was given; expected those of the shards`);
  const context = nightContext(options);
  const { out, junit } = options;
  makeFolder(out);
  if (junit !== undefined) forOption('--junit', () => makeWritable(junit));
  const result = resultOf(shards, known, out);
  const json = resultAsJson(result, out);
  await eachInAnyCase(
    () => writeWhole(join(out, 'summary.json'), json),
    async () => {
      await writeNight([out], { night: nightPageIn(out), context });
    },
    () => {
      if (junit !== undefined) writeText(junit, junitXml(summaryOf(result)));
    },
    () => {
      process.stdout.write(options.json === true ? json : resultInWords(result));
    },
  );
  return exitCodeOf(result);
}

/** `merge nights/* --out nights/all` names its own result when it is called again; where a shard was searched, it is one. */
function isEarlierNight(folder: string, out: string): boolean {
  return resolve(folder) === resolve(out) && !existsSync(journalFile(folder));
}

/** @throws BadInput if nothing was begun there. */
function shardIn(folder: string): ShardFolder {
  const file = journalFile(folder);
  const journal = isFolder(folder) && existsSync(file) ? readJournal(file) : null;
  if (journal === null) throw new BadInput(`${folder}: expected a folder in which fuzz --night has searched`);
  return { folder, journal };
}

/** A shard that ended so has not made the runs that were its own. */
const CUT_SHORT: Readonly<Partial<Record<Totals['ended'], string>>> = {
  'cut off': 'cut off',
  interrupted: 'interrupted',
};

/** Returns the files that the shards saved of a failure, or the plan in their journals where the files are gone. */
function bringTo(out: string, failure: RunFailure, folders: readonly string[]): void {
  const target = dirname(filesOf(out, failure).plan);
  const source = folders
    .map((folder) => dirname(filesOf(folder, failure).plan))
    .find((folder) => existsSync(folder));
  if (source !== undefined && source !== target) cpSync(source, target, { recursive: true });
  if (!existsSync(filesOf(out, failure).found)) saveFound(out, failure);
}

function resultOf(
  shards: readonly ShardFolder[],
  known: readonly KnownFailureClass[],
  out: string,
): FuzzResult {
  const problems = shardProblems(shards.map(({ journal }) => journal.begin));
  const records = shards.map(({ journal }) => recordOf(journal));
  const unfinished = shards.flatMap(({ folder }, index) => {
    const how = CUT_SHORT[records[index]?.ended ?? 'cut off'];
    return how === undefined ? [] : [`${folder} was ${how}, and not resumed`];
  });
  const record = mergeRecords(records);
  const triaged = triage(failuresOf(record), known);
  const folders = shards.map(({ folder }) => folder);
  for (const { failure } of triaged.known) bringTo(out, failure, folders);
  const cases = triaged.fresh.map((failure) => {
    bringTo(out, failure, folders);
    return savedCase(failure, out);
  });
  return {
    command: crucibleCommand('merge', ...folders),
    seed: shards[0]?.journal.begin.seed ?? '',
    options: shards[0]?.journal.begin.options ?? {},
    totals: totalsOf(record),
    cases,
    triaged,
    night: vitalsOf(record, [...problems, ...unfinished]),
    shards: shards.map(({ folder, journal: { begin } }, index) => {
      const { runs, events, virtualUs, seconds } = records[index] ?? EMPTY_RECORD;
      const { command, seed } = begin;
      return {
        name: basename(folder),
        command,
        seed,
        runs,
        events,
        seconds,
        virtualSeconds: virtualUs / 1e6,
      };
    }),
  };
}
