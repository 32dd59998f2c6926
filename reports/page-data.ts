/** What the page of a failure is given: everything that it shows, and nothing that it would have to find out. */
import type { Trace } from '../impl/simulated/world/trace.ts';
import type { Plan } from '../impl/plan.ts';
import type { Violation } from '../model/guarantee.ts';
import { causalPast } from './causal-past.ts';
import { type ConfiguredProperty, configurationDifference } from './configuration-difference.ts';
import { findEvidence } from './evidence.ts';
import { type FailureReport, primaryViolation, traceOf } from './failure-report.ts';
import { promiseOf } from './promises.ts';
import { type Story, leftOut, tellStory } from './story.ts';
import { headline, sizes } from './verdict.ts';

export interface PageData {
  /** What happened, in a sentence. */
  readonly headline: string;
  /** Null for a run that never came to rest and broke no promise. */
  readonly violation: Violation | null;
  readonly promise: string | null;
  /** How many violations the run had besides this one. */
  readonly otherViolations: number;
  readonly plan: Plan;
  readonly trace: Trace;
  readonly story: Story;
  readonly leftOut: string;
  /** Seqs, ascending. */
  readonly causalPast: readonly number[];
  readonly evidence: {
    readonly violationSeq: number;
    readonly seqs: readonly number[];
    readonly offsets: readonly number[];
    readonly ops: readonly number[];
    /** Offset and value of each send of the evidence that was acknowledged. */
    readonly acknowledged: readonly (readonly [offset: number, value: string])[];
  };
  readonly configuration: readonly ConfiguredProperty[];
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly replayCommand: string;
}

export function pageData(report: FailureReport): PageData {
  const { plan, result, versions } = report;
  const violation = primaryViolation(result);
  const trace = traceOf(result);
  const story = tellStory(report);
  const evidence = violation === null ? null : findEvidence(trace, violation);
  const lastSeq = trace.entries.at(-1)?.seq ?? 0;
  return {
    headline: headline(report),
    violation,
    promise: violation === null ? null : promiseOf(violation.guarantee),
    otherViolations: Math.max(0, result.violations.length - 1),
    plan,
    trace,
    story,
    leftOut: leftOut(story),
    causalPast: violation === null ? [] : [...causalPast(trace, violation)].sort((a, b) => a - b),
    evidence: {
      violationSeq: evidence?.violationSeq ?? lastSeq,
      seqs: [...(evidence?.seqs ?? [])],
      offsets: [...(evidence?.offsets ?? [])],
      ops: [...(evidence?.ops ?? [])],
      acknowledged: [...(evidence?.acknowledged ?? [])],
    },
    configuration: configurationDifference(plan.configuration),
    facts: [
      ['Plan', sizes(report)],
      ['Seed', plan.seed],
      ['Run hash', result.hash],
      ['Run', `${result.events} events, ${(result.virtualUs / 1e6).toFixed(2)} s of virtual time`],
      ...(plan.defects.length > 0 ? [['Defects put back', plan.defects.join(', ')] as const] : []),
      ...(report.planFile === undefined ? [] : [['Plan file', report.planFile] as const]),
      ['Versions', `kafka-crucible ${versions.kafkaCrucible}, Node ${versions.node}`],
    ],
    replayCommand: report.replayCommand,
  };
}
