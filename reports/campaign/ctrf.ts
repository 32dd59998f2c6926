/** A campaign in the Common Test Report Format: what held and what broke, for tools that read JSON. */
import { testCases } from './campaign-cases.ts';
import type { CampaignSummary } from './campaign-summary.ts';
import { visible } from '../text/visible-text.ts';

export interface CtrfOrigin {
  /** The version of kafka-crucible. */
  readonly version: string;
  /** When the campaign began, in milliseconds since 1970. */
  readonly startedAtMs: number;
}

export interface CtrfTest {
  readonly name: string;
  readonly status: 'passed' | 'failed';
  /** In milliseconds; the campaign's own, for all promises are judged at once. */
  readonly duration: number;
  readonly suite: readonly string[];
  readonly message?: string;
  readonly trace?: string;
  readonly extra?: Readonly<Record<string, string | number>>;
}

export interface CtrfReport {
  readonly reportFormat: 'CTRF';
  readonly specVersion: '0.0.0';
  readonly results: {
    readonly tool: { readonly name: string; readonly version: string };
    readonly summary: Readonly<
      Record<'tests' | 'passed' | 'failed' | 'pending' | 'skipped' | 'other' | 'start' | 'stop', number>
    >;
    readonly tests: readonly CtrfTest[];
    readonly extra: Readonly<Record<string, string | number>>;
  };
}

/** To be given to `JSON.stringify`. */
export function ctrfReport(summary: CampaignSummary, { version, startedAtMs }: CtrfOrigin): CtrfReport {
  const duration = Math.round(summary.seconds * 1000);
  const tests = testCases(summary).map(({ suite, name, outcome }): CtrfTest => {
    const test = { name: visible(name), duration, suite: ['kafka-crucible', suite] };
    if (outcome.is === 'passed') return { ...test, status: 'passed' };
    if (outcome.is === 'error') {
      const trace = outcome.details.map(visible).join('\n');
      return {
        ...test,
        status: 'failed',
        message: visible(outcome.message),
        ...(trace === '' ? {} : { trace }),
      };
    }
    const { violation } = outcome;
    return {
      ...test,
      status: 'failed',
      message: visible(violation.sentence),
      trace: [`Plan: ${violation.planFile}`, `Report: ${violation.reportFile}`].map(visible).join('\n'),
      extra: { hash: violation.hash, runIndex: violation.runIndex },
    };
  });
  const failed = tests.filter(({ status }) => status === 'failed').length;
  return {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    results: {
      tool: { name: 'kafka-crucible', version },
      summary: {
        tests: tests.length,
        passed: tests.length - failed,
        failed,
        pending: 0,
        skipped: 0,
        other: 0,
        start: startedAtMs,
        stop: startedAtMs + duration,
      },
      tests,
      extra: {
        command: visible(summary.command),
        seed: visible(summary.seed),
        runs: summary.runs,
        events: summary.events,
        virtualSeconds: summary.virtualSeconds,
      },
    },
  };
}
