import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, afterEach, describe, expect, test } from 'vitest';

import { simulate } from '../../impl/simulated/run/simulate.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { eventsOf } from './first-difference.ts';
import { SecondProcess } from './second-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'crucible-second-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let second: SecondProcess | null = null;
afterEach(() => second?.close());

function entry(name: string, answer: string): URL {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, `process.on('message', (question) => { ${answer} });`);
  return pathToFileURL(file);
}

const question = { campaignSeed: 'twice', options: {}, run: 3 };
const plan = generatePlan('twice', 3);

describe('a run made a second time in another process', () => {
  test('has the same hash there: hash seed, time zone and locale make no difference', async () => {
    second = new SecondProcess(60_000);
    expect(await second.repeat(question, simulate(plan).hash, () => eventsOf(plan))).toBeNull();
  });

  test('with another hash is a failure, which names the first event that differs', async () => {
    const other = entry('other', `process.send({ hash: 'another', events: ['a', 'b', 'x'] })`);
    second = new SecondProcess(60_000, other);
    const failure = await second.repeat(question, 'this', () => ['a', 'b', 'c']);
    expect(failure).toMatchObject({ run: 3, kind: 'irreproducible' });
    expect(failure?.message).toBe(
      'The same plan gave two different runs: this, then another.\n' +
        'They agree in 2 events, the last of which is b\nThen here:  c\nand there:  x',
    );
  });

  test('waits for the run before it', async () => {
    const one = new SecondProcess(
      60_000,
      entry('one', 'process.send({ hash: `h${question.run}`, events: [] })'),
    );
    second = one;
    const both = [3, 4].map((run) => one.repeat({ ...question, run }, `h${run}`, () => []));
    expect(await Promise.all(both)).toEqual([null, null]);
  });

  test('is not interrupted by Ctrl-C', async () => {
    const file = join(folder, 'interrupted.mjs');
    const real = new URL('./second-process-entry.ts', import.meta.url);
    const interrupted = `process.prependListener('message', () => process.kill(process.pid, 'SIGINT'));`;
    writeFileSync(file, `import ${JSON.stringify(real)};\n${interrupted}`);
    second = new SecondProcess(60_000, pathToFileURL(file));
    expect(await second.repeat(question, simulate(plan).hash, () => eventsOf(plan))).toBeNull();
  });

  test('that hangs is killed with its process, and the next run gets a new process', async () => {
    second = new SecondProcess(
      6000,
      entry('hangs', 'if (question.run === 3) for (;;); process.send({ hash: "h", events: [] })'),
    );
    expect(await second.repeat(question, 'h', () => [])).toMatchObject({ kind: 'hung' });
    expect(await second.repeat({ ...question, run: 4 }, 'h', () => [])).toBeNull();
  });

  test('that crashes its process is a failure', async () => {
    second = new SecondProcess(60_000, entry('dies', 'process.exit(7)'));
    expect(await second.repeat(question, 'h', () => [])).toMatchObject({
      kind: 'crashed',
      message: 'Another process, which made the run again, ended with 7.',
    });
  });
});
