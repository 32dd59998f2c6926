import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { generatePlan } from '../arbitraries/generate.ts';
import {
  type Beginning,
  type CountedLine,
  JOURNAL_FORMAT,
  JOURNAL_VERSION,
  JournalWriter,
  type NightFinding,
  parseJournal,
  readJournal,
} from './journal.ts';
import { curveOf, mergeRecords, soundnessProblemsOf, recordOf, shardProblems } from './night-record.ts';

const folder = mkdtempSync(join(tmpdir(), 'crucible-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const begin: Beginning = {
  type: 'begin',
  format: JOURNAL_FORMAT,
  version: JOURNAL_VERSION,
  seed: 'moon',
  options: { configuration: { acks: '1' }, defects: [], expect: ['no-loss'] },
  shard: { index: 0, of: 2 },
  versions: { kafkaCrucible: '0.1.0', node: 'v20.19.4' },
  command: 'kafka-crucible fuzz',
  at: '2026-03-14T22:00:00.000Z',
};

function finding(run: number, failureClass = 'no-loss lost-write record'): NightFinding {
  return { type: 'finding', failureClass, kind: 'violation', run, plan: generatePlan('moon', run) };
}

function counted(runs: number, occurrences: Record<string, number> = {}): CountedLine {
  return {
    ...{ type: 'counted', runs, events: 10 * runs, virtualUs: 1000 * runs, seconds: 5, repeated: 1 },
    ...{ probes: { 'leader-elected': runs }, occurrences },
    canaries: { planted: 2, found: 1, plantedSinceFound: 1 },
  };
}

function journal(name: string, ...lines: Parameters<JournalWriter['append']>[0][]): string {
  const file = join(folder, name);
  const writer = new JournalWriter(file);
  for (const line of lines) writer.append(line);
  writer.close();
  return file;
}

function recordIn(file: string) {
  const text = readJournal(file);
  if (text === null) throw new Error('nothing was begun');
  return recordOf(text);
}

describe('a journal', () => {
  test('adds up to the runs and the findings', () => {
    const lost = 'no-loss lost-write record';
    const file = journal('whole', begin, counted(100), finding(120), counted(50, { [lost]: 3 }));
    expect(recordIn(file)).toMatchObject({
      ...{ runs: 150, events: 1500, virtualUs: 150_000, seconds: 10, repeated: 2, ended: null },
      probes: { 'leader-elected': 150 },
      canaries: { planted: 4, found: 2, plantedSinceFound: 1 },
      findings: [{ failureClass: lost, run: 120, occurrences: 3, plan: generatePlan('moon', 120) }],
    });
  });

  test('says how many states each thousand runs reached first, over several processes', () => {
    const states = (...newStates: NonNullable<CountedLine['newStates']>): CountedLine => ({
      ...counted(900),
      newStates,
    });
    const first = states({ thousand: 0, digests: [7, 8, 9] });
    const second = states({ thousand: 0, digests: [3] }, { thousand: 1, digests: [4, 5] });
    const whole = { ...begin, shard: { index: 0, of: 1 } };
    const file = journal('states', whole, first, whole, second, counted(900));
    const record = recordIn(file);
    expect(curveOf(record)).toEqual([4, 2, 0]);
    expect(record.newStates.map(({ digests }) => digests)).toEqual([
      [7, 8, 9, 3],
      [4, 5],
    ]);
  });

  test('counts a failure once that was found again after a kill', () => {
    const file = journal(
      'again',
      begin,
      finding(7),
      finding(7),
      counted(10, { 'no-loss lost-write record': 1 }),
    );
    expect(recordIn(file).findings).toMatchObject([{ run: 7, occurrences: 1 }]);
  });

  test('can be cut off at any byte: complete lines count, and the next process appends after them', () => {
    const whole = readFileSync(journal('cut', begin, finding(7), counted(10)));
    const ends = [...whole].flatMap((byte, index) => (byte === 0x0a ? [index + 1] : []));
    for (let length = 0; length <= whole.length; length += 97) {
      const text = parseJournal(whole.subarray(0, length), 'cut');
      expect(text?.lines.length ?? 0).toBe(ends.filter((end) => end <= length).length);
    }
    const file = join(folder, 'torn');
    writeFileSync(file, whole.subarray(0, (ends[1] ?? 0) + 20));
    const writer = new JournalWriter(file, readJournal(file)?.completeBytes);
    writer.append(counted(10));
    writer.close();
    expect(readFileSync(file)).toEqual(whole);
  });

  test('that was edited is refused with the number of the line', () => {
    const file = journal('edited', begin);
    appendFileSync(file, '{"type":"counted","runs":"many"}\n');
    expect(() => readJournal(file)).toThrow(/edited, line 2: not a line of a night's journal/);
  });
});

describe('shards', () => {
  const other = { ...begin, shard: { index: 1, of: 2 } };

  test('add up to one night, which has the earliest run of each failure', () => {
    const lost = 'no-loss lost-write record';
    const one = recordIn(journal('0', begin, finding(8), counted(10, { [lost]: 2 })));
    const two = recordIn(
      journal('1', other, finding(3), finding(5, 'budget'), counted(20, { [lost]: 1, budget: 4 })),
    );
    expect(mergeRecords([one, two])).toMatchObject({
      runs: 30,
      findings: [
        { run: 3, failureClass: lost, occurrences: 3 },
        { run: 5, failureClass: 'budget', occurrences: 4 },
      ],
    });
  });

  test('say together how many states each thousand runs reached first, up to the run that all have passed', () => {
    const made = (runs: number, ...newStates: NonNullable<CountedLine['newStates']>): CountedLine => ({
      ...counted(runs),
      newStates,
    });
    const half = { ...begin, shard: { index: 0, of: 2 } };
    const one = made(1_700, { thousand: 0, digests: [1, 2] }, { thousand: 1, digests: [3] });
    const two = made(1_200, { thousand: 0, digests: [2, 4] }, { thousand: 1, digests: [1, 5, 6] });
    const records = [
      recordIn(journal('long', half, one, made(0, { thousand: 2, digests: [7] }))),
      recordIn(journal('short', other, two)),
    ];
    expect(records.map(curveOf)).toEqual([
      [3, 1],
      [5, 0],
    ]);
    // Both shards have made their halves of two thousand runs.
    expect(curveOf(mergeRecords(records))).toEqual([3, 3]);
    expect(curveOf(mergeRecords(records.slice(0, 1)))).toEqual([]);
  });

  test('of one night have the same seed and options, and none is missing', () => {
    expect(shardProblems([begin, other])).toEqual([]);
    expect(shardProblems([begin])).toEqual(['shard 1/2 is missing']);
    expect(shardProblems([begin, begin, other])).toEqual(['shard 0/2 is present 2 times']);
    expect(shardProblems([begin, { ...other, seed: 'sun' }])).toEqual([
      'shard 1/2 has the seed sun, not moon',
    ]);
  });
});

test('a night that misses its canary again and again is inconclusive', () => {
  const hearing = recordIn(journal('hearing', begin, counted(100)));
  expect(soundnessProblemsOf(hearing)).toEqual([]);
  const canaries = { planted: 30, found: 2, plantedSinceFound: 20 };
  expect(soundnessProblemsOf({ ...hearing, canaries })).toEqual([
    'a known bug was planted 20 times in a row and not detected',
  ]);
});
