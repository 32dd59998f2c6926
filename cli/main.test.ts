/** The command as a shell sees it: exit codes, what is printed where, and what lies on the disk afterwards. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { readPlan, writePlan } from '../impl/plan/plan-file.ts';
import { generatePlan } from '../properties/arbitraries/generate.ts';
import { scenarios } from '../scenarios/index.ts';
import { crucibleProcess, type ProcessOutcome } from './testing/crucible-process.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'crucible-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `whenSaid`: sends SIGINT as soon as standard error has this text. */
function crucible(args: readonly string[], whenSaid?: string, cwd = ROOT): Promise<ProcessOutcome> {
  if (whenSaid === undefined) return crucibleProcess(args, { cwd });
  return crucibleProcess(args, { cwd, once: { said: whenSaid, act: (child) => void child.kill('SIGINT') } });
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Options for a configuration in which records are lost at once: no acknowledgement waits for a replica. */
const RECKLESS = ['acks=0', 'min.insync.replicas=1', 'unclean.leader.election.enable=true'].flatMap(
  (setting) => ['--set', setting],
);

const found = z.object({
  verdict: z.literal('violated'),
  runs: z.number(),
  violations: z
    .array(z.object({ planFile: z.string(), reportFile: z.string(), hash: z.string(), runIndex: z.number() }))
    .min(1),
});

describe('a search that finds something', () => {
  const out = join(folder, 'out');
  let outcome: ProcessOutcome;
  let planFile = '';
  let hash = '';

  beforeAll(async () => {
    outcome = await crucible([
      ...['fuzz', '--runs', '100', '--seed', 'reckless', '--workers', '1', '--shrink-time', '2s'],
      ...[...RECKLESS, '--expect', 'no-loss', '--out', out, '--json'],
    ]);
    const summary = found.parse(JSON.parse(outcome.stdout));
    planFile = summary.violations[0]?.planFile ?? '';
    hash = summary.violations[0]?.hash ?? '';
  });

  test('exits with 1, and prints one JSON object and nothing else on standard output', () => {
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/^kafka-crucible fuzz --runs 100 --seed reckless /);
  });

  test('leaves the plan as it was found, the shrunk one, its history and its page', () => {
    const [name = ''] = readdirSync(out).filter((entry) => entry.startsWith('no-loss-'));
    expect(readdirSync(join(out, name)).sort()).toEqual([
      'history.jsonl',
      'plan-as-found.json',
      'plan.json',
      'report.html',
    ]);
    const operations = (plan: string): number =>
      readPlan(readFileSync(join(out, name, plan), 'utf8'), plan).operations.length;
    expect(operations('plan.json')).toBeLessThan(operations('plan-as-found.json'));
    expect(existsSync(join(out, 'summary.json'))).toBe(true);
  });

  test('can be replayed: the same events, the same hash, the same failure', async () => {
    const replayed = await crucible(['replay', planFile, '--json']);
    expect(replayed.code).toBe(1);
    expect(JSON.parse(replayed.stdout)).toMatchObject({ verdict: 'violated', hash });
  });

  test('is reported as a story by replay', async () => {
    const { code, stdout } = await crucible(['replay', planFile]);
    expect(code).toBe(1);
    expect(stdout).toContain('no-loss violated');
    // A long command goes on in the next line.
    expect(stdout.replaceAll(/\\\n\s*/g, '')).toContain(`npx kafka-crucible replay ${planFile}`);
  });

  test('leaves a history that check judges in the same way', async () => {
    const { code, stdout } = await crucible(['check', join(planFile, '../history.jsonl'), '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'violated', violations: [{ guarantee: 'no-loss' }] });
  });

  test('can have its pages written again', async () => {
    const { code, stdout } = await crucible(['report', out]);
    expect(code).toBe(0);
    expect(readFileSync(stdout.trim(), 'utf8')).toMatch(/^<!doctype html>/);
  });

  test('has pages that say whether the triage file knows the failure', async () => {
    const file = join(folder, 'triage-of-pages.json');
    const shown = async (failureClass: string): Promise<unknown> => {
      const entry = {
        failureClass,
        reason: 'a wish',
        link: 'https://example.org/7',
        who: 'Ada',
        when: '2026-03-14',
      };
      writeFileSync(file, JSON.stringify({ format: 'kafka-crucible/triage', version: 1, known: [entry] }));
      const { code, stdout } = await crucible(['report', planFile, '--triage', file]);
      expect(code).toBe(0);
      return new Map(factsOn(readFileSync(stdout.trim(), 'utf8'))).get('Failure class');
    };
    const failureClass = String(await shown('something else')).replace(/ \(new: .*\)$/, '');
    expect(failureClass).toMatch(/^no-loss /);
    expect(await shown(failureClass)).toBe(
      `${failureClass} (known: a wish; Ada, 2026-03-14, https://example.org/7)`,
    );
  });
});

/** Returns the facts above the command on the page of a failure. */
function factsOn(html: string): readonly (readonly [name: string, value: string])[] {
  const [, packed = ''] = /data-encoding="gzip-base64"[^>]*>([^<]*)</.exec(html) ?? [];
  const data = gunzipSync(Buffer.from(packed, 'base64')).toString('utf8');
  return z.object({ facts: z.array(z.tuple([z.string(), z.string()])) }).parse(JSON.parse(data)).facts;
}

describe('a history that Jepsen recorded', () => {
  const aborted = [
    '{:index 0, :time 0, :process 0, :type :invoke, :f :txn, :value [[:send 1 1] [:poll]]}',
    '{:index 1, :time 1000, :process 0, :type :fail, :f :txn, :value [[:send 1 [0 1]] [:poll]]}',
    '{:index 2, :time 2000, :process 1, :type :invoke, :f :poll, :value [[:poll]]}',
    '{:index 3, :time 3000, :process 1, :type :ok, :f :poll, :value [[:poll {1 [[0 1]]}]]}',
  ].join('\n');

  test('is judged under the configuration that is given with it', async () => {
    const edn = file('aborted.edn', aborted);
    const committed = await crucible(['check', edn, '--set', 'isolation.level=read_committed']);
    expect(committed.stdout).toContain('G1a: atomic-transactions violated');
    expect(committed.code).toBe(1);
    expect(await crucible(['check', edn])).toMatchObject({ code: 0 });
  });
});

describe('a search that finds nothing', () => {
  test('exits with 0 and says what it has cost', async () => {
    const args = ['fuzz', '--runs', '2', '--seed', 'calm', '--workers', '1', '--expect', 'contract'];
    const { code, stdout } = await crucible([...args, '--out', join(folder, 'calm')]);
    expect(stdout).toMatch(/^2 runs: nothing found\. .* of virtual time in /);
    expect(stdout).toContain('Seed calm');
    expect(code).toBe(0);
  });

  test('ends in order on Ctrl-C, with 130', async () => {
    const args = [
      'fuzz',
      '--time',
      '60s',
      '--seed',
      'calm',
      '--expect',
      'contract',
      '--out',
      join(folder, 'calm'),
    ];
    const { code, stdout } = await crucible(args, 'kafka-crucible fuzz');
    expect(stdout).toContain('interrupted: nothing found.');
    expect(code).toBe(130);
  });
});

describe('two strategies that hunt the same bugs', () => {
  test('are shown side by side for the bugs that were hunted before Ctrl-C', async () => {
    const [soon, late] = ['truncate_to_hw_on_become_follower', 'later_batch_begins_empty_partition'];
    const { code, stdout } = await crucible(
      [
        ...['hunt', '--compare', 'uniform,guided', '--defect', soon, '--defect', late],
        ...['--seeds', '2', '--workers', '1', '--runs', '2000'],
      ],
      'guided',
    );
    expect(stdout).toMatch(/^bug +uniform +runs +seconds +guided +runs +seconds +ratio$/m);
    expect(stdout).toMatch(new RegExp(`^${soon} +\\d of 2 .* \\d of 2 `, 'm'));
    expect(stdout).toContain('Interrupted: 1 of 2 bugs were hunted with both strategies.');
    expect(code).toBe(130);
  });
});

describe.concurrent('a hunt that is not whole leaves DEFECTS.md as it was', () => {
  const quick = ['hunt', '--write', '--seeds', '1', '--runs', '1', '--workers', '1'];

  async function huntBeside(
    args: readonly string[],
    whenSaid?: string,
  ): Promise<ProcessOutcome & { left: string }> {
    const cwd = mkdtempSync(join(folder, 'hunt-'));
    writeFileSync(join(cwd, 'DEFECTS.md'), 'as it was');
    const outcome = await crucible([...quick, ...args], whenSaid, cwd);
    return { ...outcome, left: readFileSync(join(cwd, 'DEFECTS.md'), 'utf8') };
  }

  test('of one bug: refused', async () => {
    const { code, stdout, stderr, left } = await huntBeside(['--defect', 'unclean_election']);
    expect(stderr).toMatch(
      /^--write with --defect: DEFECTS\.md covers every bug.* leave out --write, or --defect\n$/,
    );
    expect(left).toBe('as it was');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('of two strategies, too', async () => {
    const compared = ['--compare', 'uniform,guided', '--defect', 'unclean_election'];
    const { code, stdout, stderr } = await huntBeside(compared);
    expect(stderr).toContain('--write with --defect and --compare: ');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('on Ctrl-C, which is reported', async () => {
    const { code, stderr, left } = await huntBeside([], 'truncate_to_hw_on_become_follower');
    expect(stderr).toContain('Interrupted: DEFECTS.md is not written.\n');
    expect(left).toBe('as it was');
    expect(code).toBe(130);
  });
});

describe('every order in a tiny cluster', () => {
  const out = join(folder, 'exhaust');
  const counted = z.object({
    ended: z.string(),
    states: z.number(),
    uniqueStates: z.number(),
    depth: z.number(),
    statesPerSecond: z.number(),
    violations: z.array(z.object({ planFile: z.string() })),
  });

  test('with nothing to find: it is complete, and says how much it was', async () => {
    const { code, stdout } = await crucible(['exhaust', '--out', out, '--json']);
    expect(counted.parse(JSON.parse(stdout))).toMatchObject({
      ended: 'complete',
      uniqueStates: 69,
      violations: [],
    });
    expect(code).toBe(0);
  });

  test('with a re-introduced bug: a plan that replay runs again', async () => {
    const bug = ['--fault', 'power-loss', '--sends', '0', '--defect', 'raft-ack-before-fsync'];
    const { code, stdout } = await crucible(['exhaust', ...bug, '--out', out, '--json']);
    const [violation] = counted.parse(JSON.parse(stdout)).violations;
    expect(code).toBe(1);
    const replayed = await crucible(['replay', violation?.planFile ?? '']);
    expect(replayed.stdout).toContain('without the committed record');
    expect(replayed.code).toBe(1);
  });
});

/** Every option of `exhaust` that says what the tiny cluster is, some with the value that they have anyway. */
const TINY = [
  ...['--brokers', '2', '--sends', '1', '--moves', '1', '--fault', 'crash', '--restart-after', '5'],
  ...['--config', file('tiny.properties', 'acks=1'), '--set', 'acks=1', '--defect', 'unclean_election'],
  ...['--expect', 'no-loss'],
];

describe.concurrent('bad input ends with 2, says what was expected, and shows no stack', () => {
  const plan = generatePlan('cli', 0);
  const text = writePlan(plan);
  const good = writePlan({ ...plan, operations: [], faults: [] });
  const header = '{"format":"kafka-crucible/history","version":1,"configuration":{},"topics":[]}';

  test.each<[string, () => readonly string[], string]>([
    ['an unknown command', () => ['fuz'], "unknown command 'fuz'"],
    ['an unknown option', () => ['fuzz', '--run', '5'], "unknown option '--run'"],
    ['a number that is none', () => ['fuzz', '--runs', 'many'], 'expected a whole number from 1'],
    ['an unknown scenario', () => ['scenario', 'happy-end'], 'kafka-crucible scenario lists them'],
    ['an unknown property', () => ['fuzz', '--set', 'ack=1'], 'Did you mean acks?'],
    ['an unknown defect', () => ['fuzz', '--defect', 'KAFKA-0'], 'kafka-crucible defects lists them'],
    ['a guided night', () => ['fuzz', '--night', '--strategy', 'guided'], 'leave out --night, --shard and'],
    ['a guided shard', () => ['fuzz', '--shard', '0/2', '--strategy', 'guided'], '--strategy guided'],
    ['a guided night that goes on', () => ['fuzz', '--resume', '--strategy', 'guided'], '--strategy guided'],
    [
      'a missing configuration',
      () => ['fuzz', '--config', join(folder, 'none')],
      'none: there is no such file',
    ],
    ['a place that cannot be written', () => ['fuzz', '--out', join(file('plain', ''), 'out')], 'no folder'],
    [
      'a plan that is cut off',
      () => ['replay', file('cut.json', text.slice(0, 500))],
      'cut.json is not a plan',
    ],
    [
      'a plan from a newer version',
      () => ['replay', file('new.json', text.replace('"version": 1', '"version": 99'))],
      'version 99 was written by a newer kafka-crucible',
    ],
    [
      'a plan with an unknown field',
      () => ['replay', file('odd.json', text.replace('"seed"', '"colour": "red",\n  "seed"'))],
      'colour: there is no such field',
    ],
    [
      'a plan with a broker that does not exist',
      () => ['replay', file('far.json', crashOf(good, 'broker-9'))],
      'faults[0].node: there is no node "broker-9"',
    ],
    [
      'a plan whose order means nothing any more',
      () => ['replay', file('stale.json', writePlan({ ...plan, order: [{ step: 0, take: '00000000' }] }))],
      'at step 0 there is no 00000000 to take',
    ],
    [
      'a fault that exhaust does not know',
      () => ['exhaust', '--fault', 'rust'],
      'expected one of crash, power-loss, shutdown, found rust',
    ],
    [
      'a strategy that is to be compared with itself',
      () => ['hunt', '--compare', 'swarm,swarm'],
      'expected two of uniform, swarm, guided with a comma between them, found swarm,swarm',
    ],
    [
      'a strategy beside two that are to be compared',
      () => ['hunt', '--compare', 'uniform,guided', '--strategy', 'swarm'],
      '--compare with --strategy: ',
    ],
    [
      "options of the tiny cluster for a plan of one's own",
      () => ['exhaust', '--plan', file('own.json', good), '--out', join(folder, 'own'), ...TINY],
      '--plan with --brokers, --sends, --moves, --fault, --restart-after, --config, --set, --defect, --expect: ',
    ],
    [
      'a history with a bad line',
      () => ['check', file('h2.jsonl', `${header}\n{"type":"ok","op":1}\n`)],
      'h2.jsonl, line 2, f: ',
    ],
    [
      'a history of Jepsen with a bad line',
      () => ['check', file('h3.edn', '{:process 0, :type :ok')],
      'h3.edn, line 1: column 23: expected "}"',
    ],
    [
      'a configuration for a history that has one',
      () => ['check', file('h4.jsonl', header), '--set', 'acks=1'],
      'the header of others says it all',
    ],
    [
      'a report of nothing',
      () => ['report', mkdtempSync(join(folder, 'empty-'))],
      'expected a folder in which fuzz',
    ],
  ])('%s', async (_what, args, words) => {
    const { code, stdout, stderr } = await crucible(args());
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe.concurrent('pages', () => {
  test('scenario --gallery writes a page of each and one of all', async () => {
    const out = join(folder, 'gallery');
    const { code, stdout } = await crucible(['scenario', '--gallery', out]);
    expect(stdout).toBe(`${join(out, 'index.html')}\n`);
    expect(code).toBe(0);
    const index = readFileSync(join(out, 'index.html'), 'utf8');
    for (const { name } of scenarios) {
      expect(index).toContain(`href="${name}.html"`);
      expect(existsSync(join(out, `${name}.html`))).toBe(true);
    }
  }, 180_000);

  test('report --night makes one page of what searches did, and knows the night before', async () => {
    const found = join(folder, 'night-found');
    const search = ['fuzz', '--set', 'acks=1', '--seed', 'night', '--workers', '1', '--shrink-time', '1s'];
    await crucible([...search, '--out', found]);
    const pages = [1, 2].map((night) => join(folder, `night-${night}.html`));
    const night = (number: number): readonly string[] => [
      ...['report', found, '--night', pages[number - 1] ?? ''],
      ...['--title', `night ${number}`],
    ];
    await crucible(night(1));
    const { code } = await crucible([...night(2), '--previous', join(folder, 'night-1.json')]);
    expect(code).toBe(0);
    const [one, two] = pages.map((page) => readFileSync(page, 'utf8'));
    expect(one).toMatch(/night 1: \d new failure/);
    expect(two).toMatch(/night 2: \d still there/);
    const [, link] = /href="(night-found\/[^"]*report\.html)"/.exec(two ?? '') ?? [];
    expect(existsSync(join(folder, link ?? 'none'))).toBe(true);
  }, 180_000);
});

describe.concurrent('a run without a violation is described, too', () => {
  const decision =
    /controller-1 fences broker-1.*the controller elects broker-2 leader of orders-0 in epoch 1/s;

  test('as a scenario, and as the plan of one', async () => {
    const planFile = join(folder, 'lost-and-returns.json');
    const run = await crucible(['scenario', 'broker-is-lost-and-returns', '--plan', planFile]);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(decision);
    expect(run.stdout).not.toContain('Not as expected');

    const replayed = await crucible(['replay', planFile, '--steps']);
    expect(replayed.code).toBe(0);
    expect(replayed.stdout).toMatch(decision);
    expect(replayed.stdout).toContain('No promise was broken');
  });
});

function crashOf(plan: string, node: string): string {
  return plan.replace(
    '"faults": []',
    `"faults": [{"id":0,"at":{"ms":1},"kind":"crash","node":"${node}","restartAfterMs":1}]`,
  );
}

describe.concurrent('what lists things', () => {
  test('hunt --help lists the exit codes, of Ctrl-C and of bad input, too', async () => {
    const { stdout } = await crucible(['hunt', '--help']);
    expect(stdout).toMatch(/Exit codes: 0 every bug was found .*; 1 .*; 2 bad input, 130 interrupted\./);
  });

  test.each([
    ['--help'],
    ['fuzz', '--help'],
    ['exhaust', '--help'],
    ['--version'],
    ['defects'],
    ['properties'],
    ['scenario'],
  ])('%s exits with 0', async (...args) => {
    const { code, stdout } = await crucible(args);
    expect(stdout).not.toBe('');
    expect(code).toBe(0);
  });
});
