/**
 * A small space-time diagram as a picture: hosts from left to right, time downwards, nothing to click. The
 * picture is one with words: every step has its own in a title.
 */
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import type { Violation } from '../../model/guarantee.ts';
import { ClusterReplay } from '../analysis/cluster-state.ts';
import { diagramSteps, lanesOf } from './diagram-steps.ts';
import { entrySentence } from '../prose/event-sentence.ts';
import { glossary } from '../analysis/glossary.ts';
import { type Markup, markup } from '../html/markup.ts';
import { apiClass } from './marks.ts';
import { shortLabel } from '../prose/short-label.ts';
import type { Story } from '../prose/story.ts';
import { MAX_SENTENCE, brief, shortened, visible } from '../text/visible-text.ts';

const LANE = 108;
const GUTTER = 70;
const ROW = 24;
const HEAD = 34;
const MAX_LABEL = 26;

/** Null where there is nothing to draw. */
export function spaceTimeSvg(
  trace: Trace,
  violation: Violation | null,
  story: Story,
  title: string,
): Markup | null {
  const words = glossary(trace);
  const steps = diagramSteps(trace, violation, story, words);
  const involved = new Set(steps.flatMap((step) => lanesOf(step, trace, words)));
  const lanes = trace.nodes.map(({ name }) => name).filter((name) => involved.has(name));
  if (steps.length === 0 || lanes.length === 0) return null;

  const width = GUTTER + lanes.length * LANE + 40;
  const height = HEAD + steps.length * ROW + 10;
  const x = (host: string): number => GUTTER + LANE * (lanes.indexOf(host) + 0.5);
  const sentences = sentencesOf(trace, new Set(steps.map(({ seq }) => seq)), words);
  const windows = faultWindows(steps).map(
    ({ hosts, from, to }) =>
      markup`${hosts
        .filter((host) => involved.has(host))
        .map(
          (host) =>
            markup`<rect class="still-fault" x="${x(host) - LANE / 2 + 4}" width="${LANE - 8}" y="${HEAD + (from + 0.5) * ROW}" height="${(to - from) * ROW}"/>`,
        )}`,
  );
  const drawn = steps.map((entry, index) => {
    const y = HEAD + (index + 0.5) * ROW;
    const ms = (entry.timeUs - trace.workloadStartUs) / 1000;
    const time = markup`<text class="event-time" x="${GUTTER - 8}" y="${y + 4}" text-anchor="end">${
      ms < 0 ? 'setup' : `${ms.toFixed(0)} ms`
    }</text>`;
    const title = markup`<title>${sentences.get(entry.seq) ?? ''}</title>`;
    if (entry.kind === 'message-delivered' || entry.kind === 'message-lost') {
      const sent = words.messages.get(entry.message);
      if (sent === undefined) return markup``;
      const [from, to] = [x(sent.from), x(sent.to)];
      const lost = entry.kind === 'message-lost';
      const end = lost ? from + (to - from) * 0.62 : to;
      const direction = Math.sign(to - from);
      const head = lost
        ? markup`<path class="message-cross" d="M${end - 5} ${y - 5} l10 10 m0 -10 l-10 10"/>`
        : markup`<path class="message-head" d="M${end - direction * 9} ${y - 4} L${end - direction} ${y} L${end - direction * 9} ${y + 4}${sent.type === 'request' ? ' Z' : ''}"/>`;
      const name = `${sent.api}${sent.type === 'response' ? ' reply' : ''}${lost ? ' lost' : ''}`;
      return markup`<g class="message message-${sent.type} ${apiClass(sent.api)}${lost ? ' message-lost' : ''}">${title}${time}<line class="message-line" x1="${from}" y1="${y}" x2="${end}" y2="${y}"/>${head}<text class="message-label" x="${(from + to) / 2}" y="${y - 4}" text-anchor="middle">${visible(shortened(name, MAX_LABEL))}</text></g>`;
    }
    const label = visible(shortened(shortLabel(entry, words), MAX_LABEL));
    const marks = lanesOf(entry, trace, words).map((host, nth) => {
      const left = x(host);
      const isCut = left + 9 + label.length * 6.4 > width;
      const text =
        nth > 0
          ? markup``
          : markup`<text class="event-label" x="${isCut ? left - 9 : left + 9}" y="${y + 4}" text-anchor="${isCut ? 'end' : 'start'}">${label}</text>`;
      return markup`<path class="event-mark" d="${MARKS[entry.kind]?.(left, y) ?? dot(left, y)}"/>${text}`;
    });
    return markup`<g class="event event-${entry.kind}">${title}${time}${marks}</g>`;
  });
  return markup`<svg class="still" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${visible(title)}">
<g class="lanes">${lanes.map((lane) => markup`<line x1="${x(lane)}" x2="${x(lane)}" y1="${HEAD - 8}" y2="${height}"/>`)}</g>
${lanes.map((lane) => markup`<text class="still-lane" x="${x(lane)}" y="16" text-anchor="middle">${visible(shortened(lane, 18))}</text>`)}
${windows}
${drawn}
</svg>`;
}

interface FaultWindow {
  readonly hosts: readonly string[];
  /** Rows, from the one in which the fault begins to the one in which it ends. */
  readonly from: number;
  readonly to: number;
}

function faultWindows(steps: readonly TraceEntry[]): readonly FaultWindow[] {
  return steps.flatMap((entry, from): readonly FaultWindow[] => {
    if (entry.kind !== 'fault' || entry.phase !== 'begin') return [];
    const to = steps.findIndex(
      (later, index) =>
        index > from && later.kind === 'fault' && later.phase === 'end' && later.fault === entry.fault,
    );
    return [{ hosts: entry.nodes, from, to: to < 0 ? steps.length : to }];
  });
}

type Mark = (x: number, y: number) => string;

const dot: Mark = (x, y) => `M${x - 3.5} ${y} a3.5 3.5 0 1 0 7 0 a3.5 3.5 0 1 0 -7 0 z`;
const cross: Mark = (x, y) => `M${x - 5} ${y - 5} l10 10 m0 -10 l-10 10`;
const square: Mark = (x, y) => `M${x - 4} ${y - 4} h8 v8 h-8 z`;
const diamond: Mark = (x, y) => `M${x} ${y - 6} l6 6 l-6 6 l-6 -6 z`;

const MARKS: Readonly<Record<string, Mark | undefined>> = {
  fault: cross,
  node: cross,
  append: square,
  'partition-state': square,
  truncate: diamond,
  'log-start': diamond,
};

function sentencesOf(
  trace: Trace,
  seqs: ReadonlySet<number>,
  words: ReturnType<typeof glossary>,
): ReadonlyMap<number, string> {
  const state = new ClusterReplay();
  const sentences = new Map<number, string>();
  for (const entry of trace.entries) {
    if (seqs.has(entry.seq)) {
      sentences.set(entry.seq, brief(entrySentence(entry, state, words), MAX_SENTENCE));
    }
    state.advance(entry);
  }
  return sentences;
}
