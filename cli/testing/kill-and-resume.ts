/**
 * Kills a night again and again, at random moments and as rudely as can be, lets it go on, and looks at what is left:
 * `npx tsx cli/testing/kill-and-resume.ts [KILLS] [SEED]`. The test does it a few times, this a hundred.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import seedrandom from 'seedrandom';

import { readPlan } from '../../impl/plan/plan-file.ts';
import { readJournal } from '../../properties/night/journal.ts';
import { recordOf } from '../../properties/night/night-record.ts';
import { journalFile } from '../commands/night-search.ts';
import { packaged } from './packaged.ts';

/** A configuration that loses records soon, so that there is something to find and to shrink. */
const RECKLESS = ['acks=0', 'min.insync.replicas=1', 'unclean.leader.election.enable=true'];

export interface KilledNight {
  readonly kills: number;
  /** How many runs the journal had after each kill, and in the end. */
  readonly runs: readonly number[];
  /** Every failure that was reported on standard error. */
  readonly reported: readonly string[];
  /** Findings that were lost and files that could not be read; empty if all is well. */
  readonly problems: readonly string[];
  /** How the night that was let end did end. */
  readonly exitCode: number | null;
}

/** At most `longestMs` lie between a start, or the first thing written after it, and the kill. */
export async function killAndResume(kills: number, seed: string, longestMs: number): Promise<KilledNight> {
  const out = mkdtempSync(join(tmpdir(), 'crucible-kill-'));
  const random = seedrandom(seed);
  const args = [
    ...['fuzz', '--resume', '--seed', seed, '--workers', '1', '--out', out, '--shrink-time', '1s'],
    ...RECKLESS.flatMap((setting) => ['--set', setting]),
  ];
  const reported: string[] = [];
  const problems: string[] = [];
  const runs: number[] = [];
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      const child = start([...args, '--time', '1h'], (failureClass) => reported.push(failureClass));
      // Every second one is killed wherever it is, the others when they have got on.
      if (kill % 2 === 0) await grown(out, child);
      await new Promise((resolve) => setTimeout(resolve, random() * longestMs));
      child.kill('SIGKILL');
      await closed(child);
      problems.push(...problemsIn(out, reported).map((problem) => `after kill ${kill}: ${problem}`));
      runs.push(runsIn(out));
    }
    // The time is up before it goes on: what was found is shrunk, and the night ends.
    const last = start([...args, '--time', '1ms'], (failureClass) => reported.push(failureClass));
    const exitCode = await closed(last);
    problems.push(...problemsIn(out, reported));
    runs.push(runsIn(out));
    if (!existsSync(join(out, 'summary.json'))) problems.push('there is no summary');
    return { kills, runs, reported: [...new Set(reported)], problems, exitCode };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function start(args: readonly string[], onFound: (failureClass: string) => void): ChildProcess {
  const child = spawn(process.execPath, [join(packaged(), 'dist/cli/main.js'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  let rest = '';
  child.stderr?.on('data', (part: Buffer) => {
    const lines = (rest + part.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const failureClass = /^found (.*) in run \d+: /.exec(line)?.[1];
      if (failureClass !== undefined) onFound(failureClass);
    }
  });
  return child;
}

/** Waits until the journal is longer than it is now, or the process has ended. */
async function grown(out: string, child: ChildProcess): Promise<void> {
  const size = (): number => (existsSync(journalFile(out)) ? statSync(journalFile(out)).size : 0);
  const before = size();
  while (size() <= before && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function closed(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve));
}

function problemsIn(out: string, reported: readonly string[]): readonly string[] {
  const problems: string[] = [];
  const tried = (what: string, action: () => void): void => {
    try {
      action();
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  tried('journal', () => {
    const found = foundIn(out);
    for (const failureClass of new Set(reported))
      if (!found.has(failureClass)) problems.push(`${failureClass} is lost`);
  });
  for (const entry of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    const file = join(out, entry);
    if (/plan[^/]*\.json$/.test(entry)) tried(entry, () => readPlan(readFileSync(file, 'utf8'), entry));
    else if (entry.endsWith('.json')) tried(entry, () => JSON.parse(readFileSync(file, 'utf8')));
  }
  return problems;
}

function foundIn(out: string): ReadonlySet<string> {
  const journal = existsSync(journalFile(out)) ? readJournal(journalFile(out)) : null;
  return new Set(journal === null ? [] : recordOf(journal).findings.map(({ failureClass }) => failureClass));
}

function runsIn(out: string): number {
  const journal = existsSync(journalFile(out)) ? readJournal(journalFile(out)) : null;
  return journal === null ? 0 : recordOf(journal).runs;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [kills = '100', seed = 'kill'] = process.argv.slice(2);
  const night = await killAndResume(Number(kills), seed, 4000);
  process.stdout.write(`${JSON.stringify(night, null, 2)}\n`);
  process.exitCode = night.problems.length === 0 ? 0 : 1;
}
