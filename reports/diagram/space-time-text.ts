/** A space-time diagram in characters: a column for each host, a row for each step of the story. */
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import type { Violation } from '../../model/guarantee.ts';
import { diagramSteps, lanesOf } from './diagram-steps.ts';
import { glossary, type Glossary } from '../analysis/glossary.ts';
import { shortLabel } from '../prose/short-label.ts';
import type { Story } from '../prose/story.ts';
import { columns, fitted } from '../text/text-layout.ts';
import { visible } from '../text/visible-text.ts';

const MIN_LANE = 10;
const TIME = 10;

/**
 * The rows, none wider than `width`; empty where the lanes do not fit. Messages are drawn on one row
 * at the time of their arrival; one that is lost ends in an x.
 */
export function spaceTimeText(
  trace: Trace,
  violation: Violation | null,
  story: Story,
  width: number,
): string[] {
  const words = glossary(trace);
  const steps = diagramSteps(trace, violation, story, words);
  const involved = new Set(steps.flatMap((step) => lanesOf(step, trace, words)));
  const lanes = trace.nodes.map(({ name }) => name).filter((name) => involved.has(name));
  const laneWidth = Math.min(20, Math.floor((width - TIME) / Math.max(1, lanes.length)));
  if (lanes.length < 2 || laneWidth < MIN_LANE) return [];

  const header = ' '.repeat(TIME) + lanes.map((lane) => centred(visible(lane), laneWidth)).join('');
  const rows = steps.flatMap((entry) => {
    const drawn = drawStep(entry, lanes, laneWidth, trace, words);
    return drawn === null ? [] : [time(trace, entry) + drawn];
  });
  return [header, ...rows].map((row) => row.trimEnd());
}

function time(trace: Trace, entry: TraceEntry): string {
  const ms = (entry.timeUs - trace.workloadStartUs) / 1000;
  return `${(ms < 0 ? 'setup' : ms.toFixed(1)).padStart(TIME - 1)} `;
}

function centred(text: string, width: number): string {
  const shown = fitted(text, Math.min(width - 1, columns(text)));
  const left = Math.max(0, Math.floor((width - columns(shown)) / 2));
  return fitted(' '.repeat(left) + shown, width);
}

function drawStep(
  entry: TraceEntry,
  lanes: readonly string[],
  laneWidth: number,
  trace: Trace,
  words: Glossary,
): string | null {
  if (entry.kind === 'message-delivered' || entry.kind === 'message-lost') {
    const sent = words.messages.get(entry.message);
    if (sent === undefined) return null;
    const from = lanes.indexOf(sent.from);
    const to = lanes.indexOf(sent.to);
    if (from < 0 || to < 0 || from === to) return null;
    return drawArrow(
      from,
      to,
      shortLabel(entry, words),
      entry.kind === 'message-lost',
      lanes.length,
      laneWidth,
    );
  }
  const marked = new Set(lanesOf(entry, trace, words).map((lane) => lanes.indexOf(lane)));
  const label = visible(tightLabel(entry, words));
  return lanes
    .map((_, lane) =>
      centred(
        marked.has(lane) ? `[${fitted(label, Math.min(columns(label), laneWidth - 3))}]` : '│',
        laneWidth,
      ),
    )
    .join('');
}

/** A lane may have no more than ten columns. */
function tightLabel(entry: TraceEntry, words: Glossary): string {
  if (entry.kind === 'fault') return faultLabel(entry);
  if (entry.kind !== 'partition-state') return shortLabel(entry, words);
  return entry.leader === null ? 'no lead' : `L${entry.leader} e${entry.leaderEpoch}`;
}

function faultLabel(entry: Extract<TraceEntry, { kind: 'fault' }>): string {
  const [node] = entry.nodes;
  if (node !== undefined && entry.sentence.startsWith(`${node} `))
    return entry.sentence.slice(node.length + 1);
  return entry.phase === 'begin' ? 'FAULT' : 'healed';
}

function drawArrow(
  from: number,
  to: number,
  label: string,
  lost: boolean,
  lanes: number,
  laneWidth: number,
): string {
  const middle = (lane: number): number => lane * laneWidth + Math.floor((laneWidth - 1) / 2);
  const cells: string[] = Array.from({ length: lanes * laneWidth }, () => ' ');
  for (let lane = 0; lane < lanes; lane++) cells[middle(lane)] = '│';
  const left = Math.min(middle(from), middle(to));
  const right = Math.max(middle(from), middle(to));
  for (let at = left + 1; at < right; at++) cells[at] = '─';
  const head = lost ? 'x' : to > from ? '>' : '<';
  const headAt = to > from ? right - 1 : left + 1;
  cells[headAt] = head;
  const name = fitted(visible(label), Math.min(columns(visible(label)), right - left - 5));
  const start = left + Math.max(2, Math.floor((right - left - columns(name)) / 2));
  Array.from(columns(name) === name.length ? name : '').forEach((character, index) => {
    cells[start + index] = character;
  });
  return cells.join('');
}
