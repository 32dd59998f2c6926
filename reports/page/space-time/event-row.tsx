import type { TraceEntry } from '../../../impl/trace/trace.ts';
import { visible } from '../../text/visible-text.ts';
import type { Row } from './space-time-layout.ts';
import { ROW } from './space-time-layout.ts';
import { GUTTER } from './dimensions.ts';

/** About as wide as a character of a label. */
export const CHARACTER = 6.4;

export function EventRow({
  row,
  x,
  hit,
  width,
  time,
  isInStory,
  isEvidence,
  isFound,
  sentence,
  onSelect,
}: {
  readonly row: Row;
  readonly x: (lane: number) => number;
  readonly hit: { readonly left: number; readonly width: number };
  readonly width: number;
  readonly time: string;
  readonly isInStory: boolean;
  readonly isEvidence: boolean;
  readonly isFound: boolean;
  readonly sentence: string;
  readonly onSelect: (seq: number) => void;
}) {
  const { entry, y, lane, label } = row;
  // What would run out of the diagram is written on the other side of its lane.
  const isCut = lane !== null && x(lane) + 9 + label.length * CHARACTER > width;
  return (
    <g
      class={`event event-${entry.kind} ${isInStory ? 'is-in-story' : ''} ${isEvidence ? 'is-evidence' : ''} ${isFound ? 'is-found' : ''}`}
      onClick={() => onSelect(entry.seq)}
    >
      <title>{sentence}</title>
      <rect class="event-hit" x={hit.left} width={hit.width} y={y - ROW / 2} height={ROW} />
      <text class="event-time" x={GUTTER - 8} y={y + 4} text-anchor="end">
        {time}
      </text>
      {lane === null ? (
        <>
          <line class="event-line" x1={GUTTER} x2={width} y1={y} y2={y} />
          <text class="event-label" x={GUTTER + 8} y={y - 5}>
            {visible(label)}
          </text>
        </>
      ) : (
        <>
          {isFound && <circle class="found-ring" cx={x(lane)} cy={y} r={9} />}
          <path class="event-mark" d={markOf(entry.kind)(x(lane), y)} />
          {label !== '' && (
            <text
              class="event-label"
              x={isCut ? x(lane) - 9 : x(lane) + 9}
              y={y + 4}
              text-anchor={isCut ? 'end' : 'start'}
            >
              {visible(label)}
            </text>
          )}
        </>
      )}
    </g>
  );
}

export type Mark = (x: number, y: number) => string;

export const circle =
  (r: number): Mark =>
  (x, y) =>
    `M${x - r} ${y} a${r} ${r} 0 1 0 ${2 * r} 0 a${r} ${r} 0 1 0 ${-2 * r} 0 z`;

export const square: Mark = (x, y) => `M${x - 4} ${y - 4} h8 v8 h-8 z`;

export const diamond: Mark = (x, y) => `M${x} ${y - 6} l6 6 l-6 6 l-6 -6 z`;

export const triangle: Mark = (x, y) => `M${x} ${y - 5} l5 9 h-10 z`;

export const cross: Mark = (x, y) => `M${x - 5} ${y - 5} l10 10 m0 -10 l-10 10`;

export const MARKS: Readonly<Record<TraceEntry['kind'], Mark>> = {
  'message-sent': circle(2),
  'message-delivered': circle(2),
  'message-lost': circle(2),
  timer: circle(2.5),
  fault: cross,
  node: cross,
  history: circle(4.5),
  probe: circle(2.5),
  append: square,
  truncate: diamond,
  'log-start': diamond,
  'high-watermark': triangle,
  'open-transactions': triangle,
  'transaction-state': square,
  role: circle(4),
  'leader-isr': circle(3),
  'partition-state': square,
  violation: cross,
};

/** A trace may come from a version that knows more kinds than this page. */
export function markOf(kind: string): Mark {
  return new Map<string, Mark>(Object.entries(MARKS)).get(kind) ?? circle(2.5);
}
