/** What a failure depends on, and when it was decided, in sentences. */
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import { ClusterReplay } from '../analysis/cluster-state.ts';
import { entrySentence } from './event-sentence.ts';
import { glossary } from '../analysis/glossary.ts';
import type { FailureReport } from '../analysis/failure-report.ts';
import type { CausalityPoint, ExplainedPart, Variation } from '../../impl/result/explanation.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { count } from './verdict.ts';

/** Returns no sentence where it was not measured. */
export function explanationSentences(report: FailureReport): readonly string[] {
  const trace = traceOf(report.result);
  const { explanation, causality } = report;
  const sentences: string[] = report.cannotRerun === undefined ? [] : [report.cannotRerun];
  if (explanation !== undefined) {
    const { parts, seed } = explanation;
    const named = (which: readonly ExplainedPart[]): string =>
      which.map((part) => `"${nameOf(part, trace)}"`).join(', ');
    const say = (which: readonly ExplainedPart[], how: string): void => {
      if (which.length > 0)
        sentences.push(`Irrelevant to the failure: it also fails ${how}: ${named(which)}.`);
    };
    const idle = parts.filter(({ absent }) => isIrrelevant(absent));
    const needed = parts.filter((part) => !idle.includes(part));
    if (parts.length > 0 && idle.length === 0)
      sentences.push('Without any one of its operations and faults the plan passes.');
    say(idle, 'without any of these');
    say(
      needed.filter(({ moved }) => isIrrelevant(moved)),
      'at any other time',
    );
    say(
      needed.filter(({ altered }) => isIrrelevant(altered)),
      'with other arguments',
    );
    sentences.push(`${seed.failed} of ${count(seed.runs, 'other seed')} reproduce the violation.`);
  }
  const decided = decisionIn(causality ?? []);
  const entry = decided === null ? undefined : trace.entries[decided.to.seq];
  if (decided !== null && entry !== undefined) {
    const ms = ((entry.timeUs - trace.workloadStartUs) / 1000).toFixed(1);
    sentences.push(
      `Decided at ${ms} ms: ${sentenceOf(entry, trace)}. With everything after this point re-randomised, ` +
        `${decided.from.failed} of ${decided.from.runs} runs fail just before it, ${decided.to.failed} of ${decided.to.runs} after it.`,
    );
  }
  return sentences;
}

/** None of the changed runs passed. */
function isIrrelevant(varied: Variation | undefined): boolean {
  return varied !== undefined && varied.runs > 0 && varied.failed === varied.runs;
}

interface Decision {
  readonly from: CausalityPoint;
  readonly to: CausalityPoint;
}

/** Between which two moments the share of failures grows most; null if it never grows. */
export function decisionIn(points: readonly CausalityPoint[]): Decision | null {
  const share = ({ runs, failed }: CausalityPoint): number => failed / runs;
  const growth = ({ from, to }: Decision): number => share(to) - share(from);
  let decided: Decision | null = null;
  for (const [index, to] of points.entries()) {
    const from = points[index - 1];
    if (from === undefined || from.runs === 0 || to.runs === 0) continue;
    const step = { from, to };
    if (growth(step) > 0 && (decided === null || growth(step) > growth(decided))) decided = step;
  }
  return decided;
}

/** Returns the operation or fault as the trace describes it; one that never began has only its number. */
function nameOf({ part, name }: ExplainedPart, trace: Trace): string {
  if (part === 'property') return String(name);
  const entry = trace.entries.find((each) =>
    part === 'fault'
      ? each.kind === 'fault' && each.fault === name
      : each.kind === 'history' && each.event.type === 'invoke' && each.event.op === name,
  );
  return entry === undefined ? `${part} ${name}` : sentenceOf(entry, trace);
}

function sentenceOf(entry: TraceEntry, trace: Trace): string {
  const state = new ClusterReplay();
  for (const earlier of trace.entries) {
    if (earlier.seq >= entry.seq) break;
    state.advance(earlier);
  }
  return entrySentence(entry, state, glossary(trace));
}
