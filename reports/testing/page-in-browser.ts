/// <reference lib="dom" />
/** Opens the page of a failure in a real browser, for the tests of one file. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

import type { TraceEntry } from '../../impl/trace/trace.ts';
import { type FailureReport } from '../analysis/failure-report.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { htmlReport } from '../html/html.ts';
import { exampleReport } from './example-run.ts';
import { type Opened, type Opening, RealBrowser } from './real-browser.ts';

/** Opens the page of a report, in a window of its own. */
export type OpenReport = (report: FailureReport, opening?: Opening) => Promise<Opened>;

/** Starts a browser before the tests of the suite and closes it after them. */
export function pageInBrowser(): { readonly open: OpenReport; readonly browser: () => RealBrowser } {
  let browser: RealBrowser;
  beforeAll(async () => {
    browser = await RealBrowser.launch();
  });
  afterAll(() => browser?.close());
  return {
    open: async (report, opening = {}) =>
      browser.open(await htmlReport(report), { until: '.explorer', ...opening }),
    browser: () => browser,
  };
}

/** The sentence of the step that is selected. */
export const status = (page: Page): Promise<string> => page.locator('.dock-sentence').innerText();

/** The example with everything that another part of the harness may find out. */
export function completeReport(): FailureReport {
  const report = exampleReport();
  const trace = traceOf(report.result);
  // A run in which the leader lived: nothing was truncated.
  const passing = trace.entries.filter(
    ({ kind }) => !['fault', 'node', 'truncate', 'violation'].includes(kind),
  );
  return {
    ...report,
    failureClass: 'no-loss lost-write record, not promised: acks=1',
    neighbours: [{ change: 'without the fault "broker-1 crashes"', trace: { ...trace, entries: passing } }],
    causality: [
      { seq: 20, runs: 40, failed: 2 },
      { seq: 66, runs: 40, failed: 37 },
      { seq: 110, runs: 40, failed: 40 },
    ],
    irrelevant: { operations: [4], faults: [] },
  };
}

/** The example, with so many deliveries before the violation. */
export function longReport(length: number): FailureReport {
  const report = exampleReport();
  const trace = traceOf(report.result);
  const last = trace.entries.length - 1;
  const filler: TraceEntry[] = Array.from({ length }, (_, index) => ({
    kind: 'append',
    node: 'broker-3',
    topic: 'other',
    partition: index % 3,
    records: [{ offset: Math.floor(index / 3), leaderEpoch: 0, value: `w${index}` }],
    seq: last + index,
    timeUs: trace.entries[last]?.timeUs ?? 0,
    cause: null,
  }));
  const end = trace.entries
    .slice(last)
    .map((entry, index) => ({ ...entry, seq: last + filler.length + index }));
  const entries = [...trace.entries.slice(0, last), ...filler, ...end];
  return { ...report, result: { ...report.result, trace: { ...trace, entries } } };
}
