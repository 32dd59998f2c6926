import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { simulate } from './simulate.ts';
import { GOLDEN_PLANS, titleOf } from './testing/example-plans.ts';

describe('golden hashes', () => {
  const file = new URL('golden-hashes.json', import.meta.url);
  const committed = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));

  test.runIf(process.env['UPDATE_GOLDEN'] === '1')('are written again on request', () => {
    const hashes = Object.fromEntries(GOLDEN_PLANS.map((plan) => [titleOf(plan), simulate(plan).hash]));
    writeFileSync(file, `${JSON.stringify(hashes, null, 2)}\n`);
  });

  test
    .skipIf(process.env['UPDATE_GOLDEN'] === '1')
    .each(GOLDEN_PLANS.map((plan) => [titleOf(plan), plan] as const))('%s', (title, plan) => {
    const advice =
      `the run of plan "${title}" has changed. If the simulation was meant to change, ` +
      'run this test once with UPDATE_GOLDEN=1 and commit golden-hashes.json with the change.';
    expect(simulate(plan).hash, advice).toBe(committed[title]);
  });

  test('there is exactly one for each plan', () => {
    expect(Object.keys(committed)).toEqual(GOLDEN_PLANS.map(titleOf));
  });
});

test('runs are the same in another process with another time zone, language and hash seed', () => {
  const plans = GOLDEN_PLANS.slice(2, 9);
  const program = `
    import { simulate } from './impl/simulated/run/simulate.ts';
    let text = '';
    process.stdin.setEncoding('utf8').on('data', (part) => (text += part));
    process.stdin.on('end', () => console.log(JSON.stringify(JSON.parse(text).map((plan) => simulate(plan).hash))));
  `;
  const flags = [
    '--hash-seed=12345',
    '--random-seed=99',
    '--import',
    'tsx',
    '--input-type=module',
    '--eval',
    program,
  ];
  const output = execFileSync(process.execPath, flags, {
    cwd: new URL('../../..', import.meta.url),
    input: JSON.stringify(plans),
    encoding: 'utf8',
    env: {
      ...process.env,
      TZ: 'Asia/Kathmandu',
      LANG: 'tr_TR.UTF-8',
      LC_ALL: 'tr_TR.UTF-8',
      NODE_OPTIONS: '',
    },
  });
  expect(JSON.parse(output)).toEqual(plans.map((plan) => simulate(plan).hash));
});
