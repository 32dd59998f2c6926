/**
 * How big the page of a failure is, how soon it is ready, and how it scrolls: `npm run bench:page`. It is
 * opened from disk in Chromium, as a reader would. Figures of a busy machine say little.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';

import type { Plan } from '../impl/plan/plan.ts';
import { simulate } from '../impl/simulated/run/simulate.ts';
import { generatePlan } from '../properties/arbitraries/generate.ts';
import { minimise } from '../properties/minimiser/minimise.ts';
import { withNeighbours } from '../properties/explain/nearest-passing.ts';
import { failureOf } from '../properties/minimiser/failure-of.ts';
import { WHOLE } from '../reports/analysis/excerpt.ts';
import { type FailureReport } from '../reports/analysis/failure-report.ts';
import { planSize } from '../impl/plan/plan-size.ts';
import { htmlReport } from '../reports/html/html.ts';

const CHROMIUM = '/usr/bin/chromium';
/** Each page is opened so often; the median counts. */
const OPENINGS = 5;
const FRAMES = 90;
/** Entries of the long trace, at least; more than a page carries whole would be cut. */
const LONG = 20_000;

function reportOf(plan: Plan, original?: Plan): FailureReport {
  return withNeighbours({
    plan,
    result: simulate(plan, { trace: true, history: true }),
    ...(original === undefined ? {} : { original: planSize(original) }),
    replayCommand: 'npx kafka-crucible replay plan.json',
    versions: { kafkaCrucible: 'bench', node: process.version },
  });
}

/** The first plan of a campaign whose run fails and records at least so much, and no more than a page carries. */
function failingPlan(operations: number, atLeast: number): Plan {
  for (let run = 0; run < 1000; run++) {
    const plan = generatePlan('report page', run, {
      configuration: { acks: '1' },
      operations: { min: operations, max: operations },
    });
    const { verdict, trace } = simulate(plan, { trace: true });
    const entries = trace?.entries.length ?? 0;
    if (verdict === 'violated' && entries >= atLeast && entries <= WHOLE) return plan;
  }
  throw new Error(`no plan of ${operations} operations fails with ${atLeast} recorded events`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Milliseconds between frames while the diagram is scrolled through from its top, everything shown. */
function scroll(page: Page): Promise<readonly number[]> {
  return page.evaluate(async (frames) => {
    const diagram = document.querySelector('.diagram');
    if (diagram === null) return [];
    diagram.scrollTop = 0;
    // The top is far from where the page begins, and is drawn before the reader scrolls on.
    for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
    const deltas: number[] = [];
    let last = performance.now();
    for (let frame = 0; frame < frames; frame++) {
      diagram.scrollTop += 120;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      deltas.push(now - last);
      last = now;
    }
    return deltas;
  }, FRAMES);
}

async function measure(name: string, report: FailureReport, folder: string): Promise<void> {
  const file = join(folder, `${name}.html`);
  await writeFile(file, await htmlReport(report));
  const { size } = await stat(file);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const ready: number[] = [];
    let deltas: readonly number[] = [];
    for (let opening = 0; opening < OPENINGS; opening++) {
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
      await page.goto(`${pathToFileURL(file).href}#view=steps&show=all`);
      const mark = await page.waitForFunction(() => performance.getEntriesByName('ready')[0]?.startTime);
      ready.push(Number(await mark.jsonValue()));
      if (opening === OPENINGS - 1) deltas = await scroll(page);
      await page.close();
    }
    const late = deltas.filter((delta) => delta > 34).length;
    const figures = [
      `${(report.result.trace?.entries.length ?? 0).toLocaleString('en')} recorded events`,
      `${Math.round(size / 1000)} kB`,
      `ready after ${Math.round(median(ready))} ms`,
      `scrolled at ${median(deltas).toFixed(1)} ms a frame, ${late} of ${FRAMES} frames late`,
    ];
    process.stdout.write(`${name.padEnd(8)} ${figures.join(', ')}\n`);
  } finally {
    await browser.close();
  }
}

if (existsSync(CHROMIUM)) {
  const folder = await mkdtemp(join(tmpdir(), 'kafka-crucible-bench-'));
  const found = failingPlan(60, 0);
  await measure('shrunk', reportOf(minimise(found, failureOf, { maxRuns: 2000 }).plan, found), folder);
  await measure('long', reportOf(failingPlan(320, LONG)), folder);
  await rm(folder, { recursive: true, force: true });
} else {
  process.stdout.write(`skipped: there is no ${CHROMIUM} here\n`);
}
