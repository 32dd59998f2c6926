/** `corpus`: every saved failure, run again. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { Command } from 'commander';

import {
  caseFileName,
  caseOf,
  type CorpusCase,
  readCase,
  type Versions,
  writeCase,
} from '../../properties/corpus/corpus-case.ts';
import { type Outcome, repairCase, replayCase } from '../../properties/corpus/replay-case.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';
import type { ExaminedCase } from '../../properties/cases/examine-failures.ts';
import { ExitCode } from '../shell/exit-code.ts';
import { isFolder, readText, writeWhole } from '../../properties/cases/files.ts';
import type { StatusLine } from '../shell/status-line.ts';
import { crucibleVersion } from '../../properties/cases/version.ts';

interface CorpusOptions {
  readonly repair?: true;
  readonly accept?: true;
  readonly json?: true;
}

export function corpusCommand(): Command {
  return new Command('corpus')
    .summary('run every saved failure again')
    .description(
      'Replays the cases that fuzz --corpus has kept. A case that is kept for a failure must fail so; one that is ' +
        'fixed must hold, and still do what it did when it was saved: one that does not is stale, and proves nothing.',
    )
    .argument('<dir>', 'the folder of the cases')
    .option('--repair', 'give stale cases their meaning back where that is possible, and plans a fingerprint')
    .option('--accept', 'from now on, cases that were fixed are to hold')
    .option('--json', 'print one JSON array on standard output instead of text')
    .addHelpText(
      'after',
      '\nExit codes: 0 every case is as expected, 1 one is fixed, stale or fails otherwise, 2 bad input.',
    )
    .action((folder: string, options: CorpusOptions) => {
      process.exitCode = replayCorpus(folder, options);
    });
}

interface Row {
  readonly file: string;
  readonly outcome: Outcome | 'repaired' | 'accepted' | 'bare';
  readonly notes: readonly string[];
}

function replayCorpus(folder: string, options: CorpusOptions): ExitCode {
  const files = isFolder(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  if (files.length === 0) throw new BadInput(`${folder}: expected a folder with the cases of a corpus`);
  const rows = files.sort().map((name) => rowOf(join(folder, name), options));
  process.stdout.write(options.json === true ? `${JSON.stringify(rows, null, 2)}\n` : inWords(rows));
  const good = rows.every(({ outcome }) => ['as expected', 'repaired', 'accepted'].includes(outcome));
  return good ? ExitCode.clean : ExitCode.found;
}

function rowOf(file: string, { repair, accept }: CorpusOptions): Row {
  const saved = readCase(readText(file), file);
  if ('bare' in saved) {
    if (repair !== true)
      return { file, outcome: 'bare', notes: ['it has no fingerprint; --repair gives it one'] };
    const named = caseOf(saved.bare, versions());
    writeWhole(file, writeCase(named));
    return { file, outcome: 'repaired', notes: [`it ${named.expected}, and has a fingerprint now`] };
  }
  const { outcome, notes } = replayCase(saved);
  if (outcome === 'fixed' && accept === true) {
    const holding: CorpusCase = {
      ...caseOf(saved.plan, versions()),
      failureClass: saved.failureClass,
      sentence: saved.sentence,
    };
    writeWhole(file, writeCase(holding));
    return { file, outcome: 'accepted', notes: [...notes, 'from now on it is to hold'] };
  }
  if (outcome !== 'stale') return { file, outcome, notes };
  const repaired = repairCase(saved, versions());
  if (repaired === null) {
    return { file, outcome, notes: [...notes, 'no seed nearby gives it its meaning back'] };
  }
  if (repair !== true) return { file, outcome, notes: [...notes, '--repair gives it its meaning back'] };
  writeWhole(file, writeCase(repaired));
  return {
    file,
    outcome: 'repaired',
    notes: [...notes, `with the seed ${repaired.plan.seed} it means what it did`],
  };
}

function inWords(rows: readonly Row[]): string {
  const lines = rows.map(({ file, outcome, notes }) =>
    [`${outcome.padEnd(11)} ${file}`, ...notes.map((note) => `            ${note}`)].join('\n'),
  );
  const counts = [...new Set(rows.map(({ outcome }) => outcome))].map(
    (outcome) => `${rows.filter((row) => row.outcome === outcome).length} ${outcome}`,
  );
  return `${lines.join('\n')}\n${counts.join(', ')}.\n`;
}

function versions(): Versions {
  return { kafkaCrucible: crucibleVersion(), node: process.version };
}

/**
 * Keeps what a search has found: one file for each failure class, and what is there already stays. A case says how a run ends:
 * of one that throws, hangs or comes out differently there is none.
 */
export function keepInCorpus(folder: string, cases: readonly ExaminedCase[], status: StatusLine): void {
  for (const { failure, rendered, planFile } of cases) {
    if (rendered === null) {
      status.say(
        `not kept in the corpus, for its run has no end that a replay could have: ${failure.failureClass} (${failure.kind}), ${planFile}`,
      );
      continue;
    }
    const kept = caseOf(rendered.report.plan, versions());
    if (kept.failureClass === null) continue;
    const file = join(folder, caseFileName(kept.failureClass));
    if (existsSync(file)) {
      status.say(`${kept.failureClass} is in the corpus already: ${file}`);
      continue;
    }
    writeWhole(file, writeCase(kept));
    status.say(`kept in the corpus: ${file}`);
  }
}
