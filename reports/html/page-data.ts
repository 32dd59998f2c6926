/** What the page of a failure is given: everything that it shows, and nothing that it would have to find out. */
import type { Trace } from '../../impl/trace/trace.ts';
import type { Plan } from '../../impl/plan/plan.ts';
import { findDefect } from '../../impl/simulated/defects/index.ts';
import { PROBES } from '../../impl/simulated/catalogue/probes.ts';
import type { Violation } from '../../model/guarantee.ts';
import { causalPast } from '../analysis/causal-past.ts';
import { type ConfiguredProperty, configurationDifference } from '../analysis/configuration-difference.ts';
import { excerpt } from '../analysis/excerpt.ts';
import { diagramSteps } from '../diagram/diagram-steps.ts';
import { glossary } from '../analysis/glossary.ts';
import { explanationSentences } from '../prose/explanation.ts';
import { findEvidence } from '../analysis/evidence.ts';
import { type Comparison, compare } from '../prose/comparison.ts';
import { type ContractSummary, contractSummary } from '../prose/contract-summary.ts';
import { type FailureReport } from '../analysis/failure-report.ts';
import type { CausalityPoint } from '../../impl/result/explanation.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { furtherReading, type Reference, referenceTo } from '../prose/further-reading.ts';
import { guaranteeSentence } from '../prose/guarantee-sentences.ts';
import { type Story, leftOut, storyOf } from '../prose/story.ts';
import { count, headline, runLength, sizes } from '../prose/verdict.ts';

export interface PageData {
  /** What happened, in a sentence. */
  readonly headline: string;
  /** What the page is: above everything, and in the title of its window. */
  readonly title: string;
  /** What a staged run was to show; null for any other. */
  readonly teaches: string | null;
  /** Null for a run that never came to rest and broke no promise. */
  readonly violation: Violation | null;
  readonly promise: string | null;
  /** How many violations the run had besides this one. */
  readonly otherViolations: number;
  readonly plan: Plan;
  readonly trace: Trace;
  /** Entries that were recorded and that the page does not carry, because there are too many. */
  readonly cutEntries: number;
  readonly story: Story;
  readonly leftOut: string;
  /** What the failure depends on, a sentence each; empty where it was not measured. */
  readonly explanation: readonly string[];
  /** Seqs, ascending: the events of the story, and the messages between. */
  readonly storySteps: readonly number[];
  /** Seqs, ascending: what led to the violation or, where there is none, the events of the story. */
  readonly causalPast: readonly number[];
  readonly evidence: {
    /** Where there is no violation, the end of the story. */
    readonly violationSeq: number;
    readonly seqs: readonly number[];
    readonly offsets: readonly number[];
    readonly ops: readonly number[];
    /** Offset and value of each send of the evidence that was acknowledged. */
    readonly acknowledged: readonly (readonly [offset: number, value: string])[];
  };
  /** Null where no contract speaks of what was broken. */
  readonly contract: ContractSummary | null;
  readonly reading: readonly Reference[];
  readonly defects: readonly DefectTold[];
  readonly comparisons: readonly Comparison[];
  readonly causality: readonly CausalityPoint[];
  readonly probes: readonly ProbeTold[];
  readonly configuration: readonly ConfiguredProperty[];
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly replayCommand: string;
}

/** A historical bug that the plan re-introduces. */
export interface DefectTold {
  readonly slug: string;
  readonly title: string;
  readonly versions: string;
  readonly how: string;
  readonly ids: readonly (Reference | string)[];
}

export interface ProbeTold {
  readonly name: string;
  readonly meaning: string;
  readonly hits: number;
}

/** What the page is called. A staged run is no failure, whatever it breaks: that is what it shows. */
export function pageTitle({ result, scenario }: FailureReport): string {
  if (scenario !== undefined) return `scenario: ${scenario.title}`;
  if (result.verdict === 'passed') return 'report of a run that kept every promise';
  return primaryViolation(result) === null ? 'report of a run without end' : 'failure report';
}

function failureClassText(failureClass: string, triage: FailureReport['triage']): string {
  if (triage === undefined) return failureClass;
  if (triage === 'new') return `${failureClass} (new: the triage file does not know it)`;
  const { reason, link, who, when } = triage;
  return `${failureClass} (known: ${reason}; ${who}, ${when}, ${link})`;
}

/** The story, and the messages that connect it, whole: a diagram that fits on a screen. */
function stepsOf(trace: Trace, violation: Violation | null, story: Story): ReadonlySet<number> {
  const words = glossary(trace);
  const steps = diagramSteps(trace, violation, story, words, Infinity);
  return new Set(
    steps.flatMap((entry) => {
      const isMessage = entry.kind === 'message-delivered' || entry.kind === 'message-lost';
      const sent = isMessage ? words.messages.get(entry.message) : undefined;
      return sent === undefined ? [entry.seq] : [sent.seq, entry.seq];
    }),
  );
}

export function pageData(report: FailureReport): PageData {
  const { plan, result, versions } = report;
  const violation = primaryViolation(result);
  const trace = traceOf(result);
  const story = storyOf(report);
  const evidence = violation === null ? null : findEvidence(trace, violation);
  const lastSeq = trace.entries.at(-1)?.seq ?? 0;
  const centre = evidence?.violationSeq ?? story.sentences.at(-1)?.seq ?? lastSeq;
  const steps = new Set([...stepsOf(trace, violation, story), centre]);
  const past = violation === null ? steps : causalPast(trace, violation);
  const needed = new Set([
    ...past,
    ...steps,
    ...(evidence?.seqs ?? []),
    ...story.sentences.map(({ seq }) => seq),
  ]);
  const carried = excerpt(trace, centre, needed);
  return {
    title: pageTitle(report),
    teaches: report.scenario?.teaches ?? null,
    headline: headline(report),
    violation,
    promise: violation === null ? null : guaranteeSentence(violation.guarantee),
    otherViolations: Math.max(0, result.violations.length - 1),
    plan,
    trace: carried.trace,
    cutEntries: carried.leftOut,
    story,
    leftOut: leftOut(story),
    explanation: explanationSentences(report),
    storySteps: [...steps].sort((a, b) => a - b),
    causalPast: [...past].sort((a, b) => a - b),
    evidence: {
      violationSeq: centre,
      seqs: [...(evidence?.seqs ?? [])],
      offsets: [...(evidence?.offsets ?? [])],
      ops: [...(evidence?.ops ?? [])],
      acknowledged: [...(evidence?.acknowledged ?? [])],
    },
    contract: violation === null ? null : contractSummary(plan, violation),
    reading: violation === null ? [] : furtherReading(violation),
    defects: plan.defects.map(defectTold),
    comparisons:
      violation === null
        ? []
        : (report.neighbours ?? []).map((neighbour) =>
            compare(neighbour.change, trace, neighbour.trace, violation.place),
          ),
    causality: report.causality ?? [],
    probes: probesTold(result.probes ?? {}),
    configuration: configurationDifference(plan.configuration),
    facts: [
      ['Plan', sizes(report)],
      ...(report.failureClass === undefined
        ? []
        : [['Failure class', failureClassText(report.failureClass, report.triage)] as const]),
      ['Seed', plan.seed],
      ...(result.hash === undefined ? [] : [['Run hash', result.hash] as const]),
      ...(runLength(result) === '' ? [] : [['Run', runLength(result)] as const]),
      ...(report.speed === undefined ? [] : [['Search', searchSpeed(report.speed)] as const]),
      ...(report.planFile === undefined ? [] : [['Plan file', report.planFile] as const]),
      ['Versions', `kafka-crucible ${versions.kafkaCrucible}, Node ${versions.node}`],
    ],
    replayCommand: report.replayCommand,
  };
}

function searchSpeed({ runsPerSecond, eventsPerSecond }: NonNullable<FailureReport['speed']>): string {
  return `${count(Math.round(runsPerSecond), 'run')} and ${count(Math.round(eventsPerSecond), 'event')} a second`;
}

function defectTold(slug: string): DefectTold {
  const defect = findDefect(slug);
  const { title = slug, versions = '', how = '', ids = [] } = defect ?? {};
  return { slug, title, versions, how, ids: ids.map((id) => referenceTo(id) ?? id) };
}

/** The rare ones first: what every run does says nothing of this one. */
function probesTold(hits: Readonly<Record<string, number>>): readonly ProbeTold[] {
  const meanings = new Map<string, string>(Object.entries(PROBES));
  return Object.entries(hits)
    .map(([name, times]) => ({ name, meaning: meanings.get(name) ?? '', hits: times }))
    .sort((a, b) => a.hits - b.hits || (a.name < b.name ? -1 : 1));
}
