/** The linter's rules of architecture, each shown to bite: a file that breaks it is planted in an empty copy of the tree. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { LAYERS } from './architecture.mjs';

const ROOT = new URL('..', import.meta.url).pathname;
const FOLDERS = ['model', 'impl', 'reports', 'properties', 'scenarios', 'cli'];
const findings = z.object({
  diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })),
});

interface Planted {
  readonly path: string;
  readonly text: string;
}

/** Texts that are refused in model/ and in impl/simulated/, each with the rule that refuses it. */
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
  ['scenarios', "export { randomSeed } from '../cli/options/seed.ts';"],
  ['model', "import '../index.ts';"],
  ['impl/kafka', "import type { World } from '../simulated/kernel/world.ts';\nexport type Mine = World;"],
  ['impl/trace', "import '../simulated/kernel/world.ts';"],
  ['impl/simulated/kernel', "import '../catalogue/probes.ts';"],
  ['impl/simulated/kernel', "import '../../kafka/api.ts';"],
  ['impl/simulated/kernel', "import '../../../model/history/history.ts';"],
  ['impl/simulated/kernel', "import '../../plan/plan.ts';"],
  ['impl/trial', "import '../simulated/kernel/world.ts';"],
  ['impl/simulated/rules', "export type { PartitionLog } from '../log/partition-log.ts';"],
  ['impl/simulated/log', "export type Broker = import('../broker/broker.ts').Broker;"],
  ['impl/simulated/unheard-of', "import '../kernel/world.ts';"],
  ['reports/analysis', "import '../page/app.tsx';"],
  ['model/ledger', "import '../guarantees/no-loss.ts';"],
  ['properties/guidance', "import '../search/explorer.ts';"],
  ['cli/shell', "import '../commands/fuzz.ts';"],
  ['impl/unheard-of', "import '../simulated/kernel/world.ts';"],
];

const RIGHT_WAY: readonly (readonly [folder: string, text: string])[] = [
  ['cli/commands', "import '../../model/history/history.ts';\nimport '../../scenarios/index.ts';"],
  ['impl/simulated/kernel', "import '../../assert.ts';\nimport './scheduler.ts';"],
  ['reports/analysis', "import '../../impl/plan/plan.ts';"],
  ['impl/simulated/broker', "import '../log/partition-log.ts';\nimport '../../kafka/api.ts';"],
  ['impl/simulated/run', "import '../kernel/world.ts';\nimport '../broker/broker.ts';"],
];

/** Two files each that import each other; the second import is of a type only. */
const CYCLES: readonly (readonly [folder: string, allowed: boolean, one: string, other: string])[] = [
  ['impl/simulated/broker', false, 'one', 'other'],
  ['impl/simulated/kernel', true, 'context', 'host'],
  ['model/ledger', true, 'transaction', 'ledger-record'],
];

const FIXTURE = "import './testing/fixture.ts';";

const CLOCK = 'export const now = performance.now();';
const planted = new Map<string, Planted>();

/** Plants a file of its own for each case, so that one run of the linter checks them all. */
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

const fixtureInProduct = plant('impl/simulated/broker', FIXTURE);
const fixtureInTest = plant('impl/simulated/broker', FIXTURE, '.test.ts');
const fixtureInFixture = plant('impl/simulated/broker/testing', "import './fixture.ts';");
const upwardInTest = plant('impl/simulated/net', "import '../broker/broker.ts';", '.test.ts');

for (const [folder, , one, other] of CYCLES) {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    const path = `${folder}/${from}.ts`;
    const text = `import type { Type as Other } from './${to}.ts';\nexport interface Type { readonly other: Other }`;
    planted.set(path, { path, text });
  }
}

const broken = new Map<string, Set<string>>();

beforeAll(() => {
  const tree = mkdtempSync(join(tmpdir(), 'architecture-'));
  for (const file of ['.oxlintrc.json', 'tsconfig.json', '.ci/architecture.mjs']) {
    cpSync(join(ROOT, file), join(tree, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  for (const { path, text } of planted.values()) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const { stdout } = spawnSync('node_modules/.bin/oxlint', ['--format', 'json', ...FOLDERS], {
    cwd: tree,
    encoding: 'utf8',
  });
  for (const { code, filename } of findings.parse(JSON.parse(stdout)).diagnostics) {
    const rule = code.replace(/^.*\((.*)\)$/, '$1');
    broken.set(filename, (broken.get(filename) ?? new Set()).add(rule));
  }
  rmSync(tree, { recursive: true, force: true });
});

/** The names of the rules that a planted file breaks. */
function brokenRules(path: string): readonly string[] {
  return [...(broken.get(path) ?? [])].sort();
}

describe('imports point left', () => {
  test.each(wrongWay)('%s may not contain %s', (path) => {
    expect(brokenRules(path)).toEqual(['import-direction']);
  });

  test('a test may not import what lies to the right of its top-level folder', () => {
    expect(brokenRules(wrongWayInTest)).toEqual(['import-direction']);
  });

  test('a test may import any folder inside its top-level folder', () => {
    expect(brokenRules(upwardInTest)).toEqual([]);
  });

  test.each(rightWay)('%s may contain %s', (path) => {
    expect(brokenRules(path)).toEqual([]);
  });
});

describe('layers', () => {
  test.each(Object.entries(LAYERS))('every layer of %s/ is a file or folder', (folder, layers) => {
    expect(layers.filter((layer) => !existsSync(join(ROOT, folder, layer)))).toEqual([]);
  });
});

describe('cycles', () => {
  test.each(CYCLES)('of types in %s are allowed: %s', (folder, allowed, one, other) => {
    const expected = allowed ? [] : ['no-cycle'];
    expect(brokenRules(`${folder}/${one}.ts`)).toEqual(expected);
    expect(brokenRules(`${folder}/${other}.ts`)).toEqual(expected);
  });
});

describe('fixtures do not ship', () => {
  test('a file that ships may not import a fixture', () => {
    expect(brokenRules(fixtureInProduct)).toEqual(['no-fixture-in-product']);
  });

  test('a test and another fixture may', () => {
    expect([fixtureInTest, fixtureInFixture].flatMap(brokenRules)).toEqual([]);
  });
});

describe('a run is a function of its plan', () => {
  test.each(forbidden)('%s/ may not contain %s', (_folder, _text, rule, path) => {
    expect(brokenRules(path)).toContain(rule);
  });

  test('a test may read the time', () => {
    expect(brokenRules(clockInTest)).toEqual([]);
  });

  test('a file outside model and impl/simulated may read the time', () => {
    expect(clockOutside.flatMap(brokenRules)).toEqual([]);
  });
});
