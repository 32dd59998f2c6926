/** The lines with which every report of a failure opens. */
import { type FailureReport } from '../analysis/failure-report.ts';
import { planSize } from '../../impl/plan/plan-size.ts';
import type { RunResult } from '../../impl/result/run-result.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';

/** What happened, in a sentence. */
export function headline(report: FailureReport): string {
  const violation = primaryViolation(report.result);
  if (violation !== null) return violation.sentence;
  return report.result.verdict === 'budget'
    ? `The run used up its budget of ${eventsOf(report.result)} before the cluster converged.`
    : 'The run violated no guarantee.';
}

/** How big the plan is, and what it was before shrinking. */
export function sizes(report: FailureReport): string {
  const now = planSize(report.plan);
  const size = `${count(now.operations, 'operation')} and ${count(now.faults, 'fault')}`;
  if (report.original === undefined) return size;
  const cost =
    report.shrink === undefined
      ? ''
      : ` in ${count(report.shrink.runs, 'run')}${shrinkTime(report.shrink.seconds)}`;
  const before = `${count(report.original.operations, 'operation')} and ${count(report.original.faults, 'fault')}`;
  return `${size}, shrunk from ${before}${cost}`;
}

/** How much a run did, as far as its target counts it; empty on a target that counts nothing. */
export function runLength({ events, virtualUs }: RunResult): string {
  const time = virtualUs === undefined ? [] : [`${(virtualUs / 1e6).toFixed(2)} s of virtual time`];
  return [...(events === undefined ? [] : [count(events, 'event')]), ...time].join(', ');
}

function eventsOf({ events }: RunResult): string {
  return events === undefined ? 'events' : `${events} events`;
}

function shrinkTime(seconds: number | null): string {
  return seconds === null ? '' : ` and ${seconds} s`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
