import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { simulate } from '../../impl/simulated/run/simulate.ts';
import { defectCaseFile, defectCases, withoutDefect } from '../detection/defect-case.ts';
import { caseFileName, caseOf, type CorpusCase, readCase, writeCase } from './corpus-case.ts';
import { fingerprintOf, sharedMessages } from './fingerprint.ts';
import { repairCase, replayCase } from './replay-case.ts';

const versions = { kafkaCrucible: '0.1.0', node: 'v20.19.4' };

const saved = defectCases().find(({ defect }) => defect === 'no_min_insync_replicas');
if (saved === undefined) throw new Error(`${defectCaseFile('no_min_insync_replicas').href} is missing`);
const failing = caseOf(saved.plan, versions);
const holding = caseOf(withoutDefect(saved.plan), versions);

describe('a corpus case', () => {
  test('names its failure class, and is read back as it was written', () => {
    expect(failing).toMatchObject({
      expected: 'fails',
      failureClass: expect.stringMatching(/record|partition/),
    });
    expect(holding).toMatchObject({ expected: 'holds', failureClass: null });
    expect(readCase(writeCase(failing), 'case.json')).toEqual(failing);
  });

  test('that is invalid is refused with the name of the field', () => {
    const text = writeCase(failing).replace('"expected": "fails"', '"expected": "maybe"');
    expect(() => readCase(text, 'case.json')).toThrow('expected: expected "fails" or "holds", found "maybe"');
    const other = readFileSync(defectCaseFile('no_min_insync_replicas'), 'utf8');
    expect(() => readCase(other, 'case.json')).toThrow('format: expected "kafka-crucible/corpus-case"');
  });

  test('has a file name of its own for each failure class', () => {
    expect(caseFileName('no-loss lost-write record, not promised: acks=1')).toBe(
      'no-loss-lost-write-record-not-promised-acks-1.json',
    );
    const long = 'no-loss lost-write record, not promised: '.padEnd(200, 'because ');
    expect(caseFileName(`${long}acks=1`)).not.toBe(caseFileName(`${long}acks=0`));
    expect(caseFileName(`${long}acks=1`).length).toBeLessThan(120);
  });
});

describe('the replay of a case', () => {
  test('is as expected where nothing has changed', () => {
    expect(replayCase(failing)).toEqual({ outcome: 'as expected', notes: [] });
    expect(replayCase(holding)).toEqual({ outcome: 'as expected', notes: [] });
  });

  test('is `fixed` when the plan passes and still does what it did', () => {
    // Without the bug the run is the same up to the bug.
    const fixed: CorpusCase = { ...failing, plan: holding.plan };
    expect(replayCase(fixed).outcome).toBe('fixed');
  });

  test('is `fails` for a bug that is back, or another failure class', () => {
    expect(replayCase({ ...holding, plan: failing.plan })).toMatchObject({ outcome: 'fails' });
    expect(replayCase({ ...failing, failureClass: 'progress no-leader partition' })).toMatchObject({
      outcome: 'fails',
    });
  });

  test('is `stale` for a plan whose faults do not fire any more', () => {
    const elsewhere = holding.plan.faults.map((fault) => ({
      ...fault,
      at: { probe: 'unclean-leader-elected', count: 99, plusMs: 0 },
    }));
    const stale = { ...holding, plan: { ...holding.plan, faults: elsewhere } };
    expect(replayCase(stale).outcome).toBe('stale');
    expect(replayCase(stale).notes.join()).toMatch(/fault \d+ does not fire any more/);
  });

  test('is `stale` for a plan whose run has little in common with the saved one', () => {
    const another = caseOf({ ...holding.plan, operations: [] }, versions).fingerprint;
    const stale = { ...holding, fingerprint: { ...holding.fingerprint, messages: ['00000000'], hash: 'x' } };
    expect(sharedMessages(another, holding.fingerprint)).toBeLessThan(1);
    expect(replayCase(stale)).toMatchObject({ outcome: 'stale' });
  });
});

describe('the repair of a stale case', () => {
  test('drops overrides that do not occur, and finds a nearby seed under which the plan fails in its class', () => {
    const barren = barrenSeed();
    const overrides = [{ message: 'deadbeef', latencyUs: 5 }];
    const stale: CorpusCase = { ...failing, plan: { ...failing.plan, seed: barren, overrides } };
    const repaired = repairCase(stale, versions);
    expect(repaired).toMatchObject({ expected: 'fails', failureClass: failing.failureClass });
    expect(repaired?.plan.overrides).toEqual([]);
    expect(repaired === null ? null : replayCase(repaired)).toEqual({ outcome: 'as expected', notes: [] });
  });

  test('gives up when no nearby seed works', () => {
    const plan = { ...failing.plan, operations: [], faults: [] };
    expect(repairCase({ ...failing, plan }, versions)).toBeNull();
  });
});

/** A seed under which the plan happens to pass. */
function barrenSeed(): string {
  for (let n = 0; n < 200; n += 1) {
    const plan = { ...failing.plan, seed: `barren ${n}` };
    if (simulate(plan).verdict === 'passed') return plan.seed;
  }
  throw new Error('it fails under every seed');
}

test('two fingerprints of one run are equal', () => {
  expect(fingerprintOf(holding.plan).fingerprint).toEqual(holding.fingerprint);
});
