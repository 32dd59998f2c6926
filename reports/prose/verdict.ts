/** The lines with which every report of a failure opens. */
import { type FailureReport, planSize, primaryViolation } from '../analysis/failure-report.ts';

/** What happened, in a sentence. */
export function headline(report: FailureReport): string {
  const violation = primaryViolation(report.result);
  if (violation !== null) return violation.sentence;
  return report.result.verdict === 'budget'
    ? `The run used up its budget of ${report.result.events} events before it came to rest.`
    : 'The run broke no promise.';
}

/** How big the plan is, and what it was before shrinking. */
export function sizes(report: FailureReport): string {
  const now = planSize(report.plan);
  const size = `${count(now.operations, 'operation')} and ${count(now.faults, 'fault')}`;
  if (report.original === undefined) return size;
  const cost =
    report.shrink === undefined
      ? ''
      : ` in ${count(report.shrink.runs, 'run')} and ${report.shrink.seconds} s`;
  const before = `${count(report.original.operations, 'operation')} and ${count(report.original.faults, 'fault')}`;
  return `${size}, shrunk from ${before}${cost}`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
