/** A failure as a page of text. */
import picocolors from 'picocolors';

import type { Trace } from '../../impl/trace/trace.ts';
import type { Violation } from '../../model/guarantee.ts';
import { historySentence } from '../prose/event-sentence.ts';
import { findEvidence, invocations } from '../analysis/evidence.ts';
import { explanationSentences } from '../prose/explanation.ts';
import { type FailureReport } from '../analysis/failure-report.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { guaranteeSentence } from '../prose/guarantee-sentences.ts';
import { spaceTimeText } from '../diagram/space-time-text.ts';
import { leftOut, type Story, storyOf } from '../prose/story.ts';
import { columns, split, wrap } from '../text/text-layout.ts';
import { headline, runLength, sizes } from '../prose/verdict.ts';
import { MAX_NAME, MAX_SENTENCE, brief, visible } from '../text/visible-text.ts';

export interface TerminalOptions {
  /** In columns; no line is wider. At least 40, 100 if not given. */
  readonly width?: number;
  /** ANSI colours; off if not given. */
  readonly colours?: boolean;
  /** Where the HTML report of the same failure was written. */
  readonly htmlFile?: string;
}

/** The columns of a time and the space after it. */
const TIME = 11;
const MAX_EVIDENCE = 12;

/** The whole page, with a newline at its end. Nothing that the history contains reaches the terminal unescaped. */
export function terminalReport(report: FailureReport, options: TerminalOptions = {}): string {
  const width = Math.max(40, options.width ?? 100);
  const paint = picocolors.createColors(options.colours ?? false);
  const violation = primaryViolation(report.result);
  const trace = traceOf(report.result);
  const story = storyOf(report);
  const out: string[] = [];
  const heading = (text: string): void => {
    out.push('', paint.bold(text));
  };

  if (violation === null) {
    const isKept = report.result.verdict === 'passed';
    out.push(paint.bold(isKept ? paint.green('NO VIOLATION') : paint.yellow('NO VERDICT')));
    out.push(...wrap(headline(report), width));
  } else {
    const title = `${brief(violation.anomaly, MAX_NAME)}: ${violation.guarantee} violated`;
    out.push(...wrap(title, width).map((line) => paint.bold(paint.red(line))), '');
    out.push(...wrap(brief(violation.sentence, MAX_SENTENCE), width).map((line) => paint.bold(line)));
    out.push('', ...wrap(`Guarantee: ${guaranteeSentence(violation.guarantee)}`, width));
    if (violation.notPromisedBecause !== undefined) {
      const reason = `Not guaranteed with ${brief(violation.notPromisedBecause, MAX_NAME)}; checked anyway to show the impact (--expect contract turns this off).`;
      out.push(...wrap(reason, width).map((line) => paint.yellow(line)));
    }
    const more = report.result.violations.length - 1;
    if (more > 0) out.push(`${more} more ${more === 1 ? 'violation' : 'violations'} in the same run.`);

    const evidence = evidenceLines(trace, violation, width);
    if (evidence.length > 0) heading('Evidence');
    out.push(...evidence);
  }

  heading('Story');
  out.push(
    ...storyLines(story, width, (text, kind) =>
      kind === 'violation' ? paint.red(text) : kind === 'fault' ? paint.yellow(text) : text,
    ),
  );
  out.push(...wrap(leftOut(story), width).map((line) => paint.dim(line)));

  const diagram = spaceTimeText(trace, violation, story, width);
  if (diagram.length > 0) {
    heading('Sequence diagram');
    out.push(...diagram);
  }

  const explained = explanationSentences(report);
  if (explained.length > 0) {
    heading('What the failure depends on');
    out.push(...explained.flatMap((sentence) => wrap(brief(sentence, MAX_SENTENCE), width)));
  }

  out.push('');
  for (const [name, value] of facts(report, options)) {
    const [first, ...rest] = wrap(brief(value, MAX_SENTENCE), width - TIME);
    out.push(paint.dim(name.padEnd(TIME)) + (first ?? ''));
    out.push(...rest.map((line) => ' '.repeat(TIME) + line));
  }
  heading('Replay');
  out.push(...shellLines(visible(report.replayCommand), width).map((line) => paint.cyan(line)));
  return `${out.join('\n')}\n`;
}

function timed(timeUs: number, startUs: number): string {
  const ms = (timeUs - startUs) / 1000;
  return `${ms < 0 ? 'setup' : `${ms.toFixed(1)} ms`}`.padStart(TIME - 1);
}

/** A time, and text beside it that hangs when it wraps. */
function hanging(time: string, text: string, width: number): string[] {
  return wrap(text, width - TIME).map((line, index) =>
    index === 0 ? `${time} ${line}` : `${' '.repeat(TIME)}${line}`,
  );
}

function evidenceLines(trace: Trace, violation: Violation, width: number): string[] {
  const invoked = invocations(trace.entries);
  const { entries } = findEvidence(trace, violation);
  const lines = entries
    .slice(0, MAX_EVIDENCE)
    .flatMap(({ timeUs, event }) =>
      hanging(
        timed(timeUs, trace.workloadStartUs),
        brief(historySentence(event, invoked), MAX_SENTENCE),
        width,
      ),
    );
  const rest = entries.length - MAX_EVIDENCE;
  return rest > 0 ? [...lines, `${' '.repeat(TIME)}and ${rest} more`] : lines;
}

function storyLines(
  story: Story,
  width: number,
  colour: (text: string, kind: Story['sentences'][number]['kind']) => string,
): string[] {
  return story.sentences.flatMap(({ timeMs, text, kind }) =>
    hanging(timed(timeMs * 1000, 0), brief(text, MAX_SENTENCE), width).map((line) => colour(line, kind)),
  );
}

function facts(report: FailureReport, options: TerminalOptions): readonly (readonly [string, string])[] {
  const { plan, result, versions } = report;
  return [
    ['Plan', sizes(report)],
    ['Seed', plan.seed],
    ...(result.hash === undefined ? [] : [['Run hash', `${result.hash}, ${runLength(result)}`] as const]),
    ...(plan.defects.length > 0 ? [['Defects', plan.defects.join(', ')] as const] : []),
    ['Versions', `kafka-crucible ${versions.kafkaCrucible}, Node ${versions.node}`],
    ...(report.planFile === undefined ? [] : [['Plan file', report.planFile] as const]),
    ...(options.htmlFile === undefined ? [] : [['Report', options.htmlFile] as const]),
  ];
}

/** A command cut so that it can be pasted as it stands: a backslash before each line break. */
function shellLines(command: string, width: number): string[] {
  if (columns(command) <= width) return [command];
  const lines: string[] = [];
  let line = '';
  const push = (): void => {
    if (line !== '') lines.push(line);
    line = '';
  };
  for (const word of command.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (columns(joined) <= width - 2) {
      line = joined;
      continue;
    }
    if (line !== '') line += ' ';
    push();
    const pieces = split(word, width - 2);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  push();
  return lines.map((text, index) => (index < lines.length - 1 ? `${text}\\` : text));
}
