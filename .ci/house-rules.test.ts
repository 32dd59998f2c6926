/** The linter's rules, each shown to bite: a file that breaks it is planted in a copy of the house. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const ROOT = new URL('..', import.meta.url).pathname;
const FOLDERS = ['model', 'impl', 'reports', 'properties', 'scenarios', 'cli'];
const findings = z.object({
  diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })),
});

interface Planted {
  readonly path: string;
  readonly text: string;
}

/** What is planted in both halves of the fence. */
const FORBIDDEN: readonly (readonly [text: string, rule: string])[] = [
  ['export const now = Date.now();', 'no-restricted-globals'],
  ['export const now = new Date();', 'no-restricted-globals'],
  ['export const now = performance.now();', 'no-restricted-globals'],
  ['export const draw = Math.random();', 'no-restricted-properties'],
  ['export const clock = globalThis.Date;', 'no-restricted-properties'],
  ['setTimeout(() => {}, 1);', 'no-restricted-globals'],
  ['setInterval(() => {}, 1);', 'no-restricted-globals'],
  ['setImmediate(() => {});', 'no-restricted-globals'],
  ['queueMicrotask(() => {});', 'no-restricted-globals'],
  ['export const later = Promise.resolve(1);', 'no-restricted-globals'],
  ['export async function later() {}', 'synchronous'],
  ['export const uuid = crypto.randomUUID();', 'no-restricted-globals'],
  ["export { createHash } from 'node:crypto';", 'no-restricted-imports'],
  ["import { hrtime } from 'process';\nexport const now = hrtime();", 'no-restricted-imports'],
  ['export const home = process.env.HOME;', 'no-restricted-globals'],
  ['export const names = (o: object) => { for (const name in o) return name; };', 'defined-order'],
];

const WRONG_WAY: readonly (readonly [folder: string, text: string])[] = [
  ['model/guarantees', "import '../../impl/plan/plan.ts';"],
  ['impl', "import '../reports/terminal/terminal.ts';"],
  ['impl/simulated/kernel', "export * from '../../../cli/main.ts';"],
  ['reports', "export const plan = () => import('../properties/search/explorer.ts');"],
  ['properties', "import type { Scenario } from '../scenarios/index.ts';\nexport type Mine = Scenario;"],
  ['scenarios', "export { version } from '../cli/shell/version.ts';"],
  ['model', "import '../index.ts';"],
];

const RIGHT_WAY: readonly (readonly [folder: string, text: string])[] = [
  ['cli', "import '../model/history/history.ts';\nimport '../scenarios/index.ts';"],
  ['impl/simulated/kernel', "import '../../../model/history/history.ts';\nimport './scheduler.ts';"],
  ['reports', "import '../impl/plan/plan.ts';"],
];

const CLOCK = 'export const now = performance.now();';
const planted = new Map<string, Planted>();

/** A file of its own for each case, so that one run of the linter judges them all. */
function plant(folder: string, text: string, ending = '.ts'): string {
  const path = `${folder}/planted-${planted.size}${ending}`;
  planted.set(path, { path, text });
  return path;
}

const wrongWay = WRONG_WAY.map(([folder, text]) => [plant(folder, text), text] as const);
const wrongWayInTest = plant('model', "import '../impl/plan/plan.ts';", '.test.ts');
const rightWay = RIGHT_WAY.map(([folder, text]) => [plant(folder, text), text] as const);
const forbidden = ['model', 'impl/simulated/kernel'].flatMap((folder) =>
  FORBIDDEN.map(([text, rule]) => [folder, text, rule, plant(folder, text)] as const),
);
const clockInTest = plant('impl/simulated/kernel', CLOCK, '.test.ts');
const clockOutside = ['impl', 'properties', 'cli'].map((folder) => plant(folder, CLOCK));

const broken = new Map<string, Set<string>>();

beforeAll(() => {
  const house = mkdtempSync(join(tmpdir(), 'house-rules-'));
  for (const file of ['.oxlintrc.json', 'tsconfig.json', '.ci/house-rules.mjs']) {
    cpSync(join(ROOT, file), join(house, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(house, 'node_modules'));
  for (const { path, text } of planted.values()) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), text);
  }
  const { stdout } = spawnSync('node_modules/.bin/oxlint', ['--format', 'json', ...FOLDERS], {
    cwd: house,
    encoding: 'utf8',
  });
  for (const { code, filename } of findings.parse(JSON.parse(stdout)).diagnostics) {
    const rule = code.replace(/^.*\((.*)\)$/, '$1');
    broken.set(filename, (broken.get(filename) ?? new Set()).add(rule));
  }
  rmSync(house, { recursive: true, force: true });
});

/** The names of the rules that a planted file breaks. */
function brokenRules(path: string): readonly string[] {
  return [...(broken.get(path) ?? [])].sort();
}

describe('imports point left', () => {
  test.each(wrongWay)('%s may not say %s', (path) => {
    expect(brokenRules(path)).toEqual(['import-direction']);
  });

  test('nor may a test', () => {
    expect(brokenRules(wrongWayInTest)).toEqual(['import-direction']);
  });

  test.each(rightWay)('%s may say %s', (path) => {
    expect(brokenRules(path)).toEqual([]);
  });
});

describe('a run is a function of its plan', () => {
  test.each(forbidden)('%s/ may not say %s', (_folder, _text, rule, path) => {
    expect(brokenRules(path)).toContain(rule);
  });

  test('a test may ask what time it is', () => {
    expect(brokenRules(clockInTest)).toEqual([]);
  });

  test('so may everything outside the fence', () => {
    expect(clockOutside.flatMap(brokenRules)).toEqual([]);
  });
});
