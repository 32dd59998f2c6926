import { describe, expect, test } from 'vitest';

import { HOSTILE } from '../testing/hostile-run.ts';
import { nightPage } from './night-page.ts';
import type { NightFinding, NightSummary } from './night-summary.ts';

const finding: NightFinding = {
  failureClass: 'no-loss lost-write record',
  target: 'default',
  guarantee: 'no-loss',
  anomaly: 'lost-write',
  sentence: 'v4 was acknowledged and is not there.',
  planFile: 'out/plan.json',
  reportFile: 'out/a b/report.html',
  sizeBefore: { operations: 214, faults: 7 },
  sizeAfter: { operations: 5, faults: 1 },
  firstSeen: 'tuesday',
};

const night: NightSummary = {
  format: 'kafka-crucible/night',
  version: 1,
  title: 'tuesday',
  targets: [
    {
      name: 'default',
      command: 'kafka-crucible fuzz --time 8h',
      seed: 's',
      runs: 1_000_000,
      events: 700_000_000,
      seconds: 28_800,
      virtualSeconds: 9_000_000,
    },
  ],
  findings: [finding],
  gone: [],
  probes: { 'broker-fenced': 812, 'torn-tail-cut': 0 },
};

/** What a reader sees: headings and text without the style. */
async function read(summary: NightSummary): Promise<string> {
  return (await nightPage(summary)).replace(/<style>.*?<\/style>/s, '');
}

describe('the page of a night', () => {
  test('begins with what is new, and links to its report', async () => {
    const page = await read(night);
    expect(page).toContain('<h1>tuesday: 1 new failure</h1>');
    expect(page).toContain('href="out/a%20b/report.html"');
    expect(page).toContain('shrunk from 214 operations and 7 faults to 5 operations and 1 fault');
  });

  test('tells new from old, known and gone', async () => {
    const old = { ...finding, firstSeen: 'monday', ongoing: true as const };
    const known = { ...finding, known: { reason: 'we chose acks=1', link: 'https://example.org/1' } };
    const page = await read({ ...night, findings: [finding, old, known], gone: [old] });
    expect(page).toContain('<h1>tuesday: 1 new failure, 1 still there, 1 known, 1 not met again</h1>');
    expect(page).toContain('Known: we chose acks=1');
  });

  test('says how much was tried, and how fast', async () => {
    const page = await read(night);
    expect(page).toContain('1,000,000');
    expect(page).toContain('35 runs/s');
    expect(page).toContain('104 days');
  });

  test('begins with where it should have come to and never did, and with what makes it doubtful', async () => {
    const page = await read({
      ...night,
      neverReached: ['torn-tail-cut'],
      soundnessProblems: ['shard 1/2 is missing'],
    });
    expect(page).toContain('Never reached (1)');
    expect(page.indexOf('torn-tail-cut')).toBeLessThan(page.indexOf(finding.failureClass));
    expect(page.indexOf('shard 1/2 is missing')).toBeLessThan(page.indexOf('torn-tail-cut'));
  });

  test('does not complain of a probe that nobody expected', async () => {
    const page = await read(night);
    expect(page).not.toContain('torn-tail-cut');
    expect(page).toContain('broker-fenced');
  });

  test('shows only what the night has data for', async () => {
    const page = await read(night);
    for (const title of ['Canary', 'New states', 'How soon']) expect(page).not.toContain(title);
    const whole = await read({
      ...night,
      newStates: [
        { runs: 500, states: 90 },
        { runs: 1000, states: 100 },
      ],
      detection: [{ defect: 'last_replica_standing', medianSeconds: null }],
      canary: {
        defect: 'no_min_insync_replicas',
        found: 0,
        ageSeconds: null,
        limitSeconds: 600,
        canaryMissed: true,
      },
    });
    expect(whole).toContain('10% of them came in the second half');
    expect(whole).toContain('not found');
    expect(whole).toContain('this night is inconclusive');
  });

  test('reports a missed canary where the night does, and nowhere else', async () => {
    const bird = { defect: 'no_min_insync_replicas', found: 9, ageSeconds: 700, limitSeconds: 600 };
    const shown = async (canary: NightSummary['canary']) => {
      const [, text = ''] =
        /<p class="[^"]*">([^\n]*in a share of the runs[^\n]*)<\/p>/.exec(
          await read({ ...night, ...(canary === undefined ? {} : { canary }) }),
        ) ?? [];
      return text.replaceAll(/<[^>]*>/g, '');
    };
    const name = 'no_min_insync_replicas is re-introduced in a share of the runs';
    expect(await shown(bird)).toBe(`✓ ${name}, and was found 9 times, last 11 min 40 s before the end.`);
    expect(await shown({ ...bird, ageSeconds: 0 })).toBe(
      `✓ ${name}, and was found 9 times, also in the final run.`,
    );
    expect(await shown({ ...bird, found: 0, ageSeconds: null })).toBe(
      `… ${name}, and was not found yet: this night was too short to expect it.`,
    );
    expect(await shown({ ...bird, ageSeconds: null })).toBe(
      `… ${name}, and was found 9 times, but not in every search: one was too short for it.`,
    );
    expect(await shown({ ...bird, canaryMissed: true })).toBe(
      `✕ ${name}, and was last found 11 min 40 s before the end. It should be found every 10 min 0 s: this night is inconclusive.`,
    );
  });

  test('runs nothing, whatever was found', async () => {
    const hostile = {
      ...finding,
      sentence: HOSTILE,
      failureClass: HOSTILE,
      reportFile: 'javascript:alert(1)',
    };
    const known = { ...hostile, known: { reason: HOSTILE, link: 'javascript:alert(1)' } };
    const page = await nightPage({ ...night, title: HOSTILE, findings: [hostile, known], gone: [hostile] });
    expect(page).toContain("default-src 'none'");
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img');
    expect(page).not.toContain('href="javascript:');
    expect(page.search(/[^\n\P{C}]/u)).toBe(-1);
  });
});
