import range from 'lodash/range.js';
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

import type { Plan } from '../../impl/plan/plan.ts';
import type { TraceEntry } from '../../impl/trace/trace.ts';
import { MAX_NAME, MAX_SENTENCE, brief, visible } from '../text/visible-text.ts';
import { Bands } from './bands.ts';
import { usePaper } from './paper.ts';
import { apiClass, epochClass } from '../diagram/marks.ts';
import {
  type Arrow,
  type Axis,
  lanesFor,
  layOut,
  type ReplicaStretch,
  type Row,
  LABEL_HEIGHT,
  ROW,
  type SpaceTimeLayout,
} from './space-time-layout.ts';
import { timeText, type ViewModel } from './view-model.ts';

interface Props {
  readonly model: ViewModel;
  readonly shown: readonly TraceEntry[];
  readonly axis: Axis;
  readonly selected: number;
  readonly hidden: ReadonlySet<string>;
  /** What the search found, by seq. */
  readonly found: readonly number[];
  /** The host that is marked. */
  readonly node: string | null;
  readonly onSelect: (seq: number) => void;
  readonly onNode: (node: string) => void;
}

const GUTTER = 80;
const MIN_LANE = 80;
const MAX_LANE = 190;
/** Room for what is written right of the last lane. */
const LABEL = 36;
/** Width of a replica's strip beside its lane. */
const STRIP = 26;
/** Longer than any API name of Kafka's. */
const MAX_API = 30;
/** About as wide as a character of a label. */
const CHARACTER = 6.4;
/** A message that is under way for longer is named where it arrives, too: its beginning may be out of sight. */
const LONG_ROWS = 10;
/** Drawn beyond the visible part, so that scrolling shows no holes. */
const MARGIN = 600;
/** The document changes only when the reader has scrolled so far. */
const STRIDE = 240;
/** What a page of A4 or letter has room for, and the names of the hosts above. */
const PAPER = { width: 700, height: 930 };
const PAPER_HEAD = 24;
/** Events, at most, that are printed: some twenty pages. */
const PRINTED = 1_000;

/** Messages between hosts; only what is in view is in the document. */
export function SpaceTime(props: Props) {
  const { model, shown, axis, selected, hidden, found, node, onSelect, onNode } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800, width: 720 });
  const { trace, violation } = model.data;
  const partition = violation?.place ?? model.partitions[0] ?? null;
  const focus = model.data.evidence.offsets[0] ?? null;
  const lanes = useMemo(
    () => lanesFor(trace, shown, model.words).filter(({ name }) => !hidden.has(name)),
    [trace, shown, model, hidden],
  );
  const matches = useMemo(() => new Set(found), [found]);
  const momentary = useMemo(() => momentaryFaults(model.data.plan), [model]);
  const layout = useMemo(
    () => layOut({ ...trace, nodes: lanes }, shown, model.words, partition, axis, focus, momentary),
    [trace, lanes, shown, model, partition, axis, focus, momentary],
  );

  const bands = useMemo(
    () => ({
      faults: new Bands(layout.faults, (fault) => fault),
      replicas: new Bands(layout.replicas, (replica) => replica),
      silences: new Bands(layout.silences, ({ y }) => ({ fromY: y, toY: y })),
      arrows: new Bands(layout.arrows, (arrow) => arrow),
      rows: new Bands(layout.rows, ({ y }) => ({ fromY: y, toY: y })),
    }),
    [layout],
  );

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = (): void => {
      setView({ top: element.scrollTop, height: element.clientHeight, width: element.clientWidth });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = frame.current;
    const row = layout.rows.findLast(({ entry }) => entry.seq <= selected);
    if (element === null || row === undefined) return;
    const above = row.y < element.scrollTop + 40;
    const below = row.y > element.scrollTop + element.clientHeight - 90;
    if (above || below) element.scrollTop = row.y - element.clientHeight * 0.45;
  }, [layout, selected]);

  const laneWidth = Math.min(
    MAX_LANE,
    Math.max(MIN_LANE, (view.width - GUTTER - LABEL) / Math.max(1, lanes.length)),
  );
  const width = GUTTER + laneWidth * lanes.length + LABEL;
  const x = (lane: number): number => GUTTER + laneWidth * (lane + 0.5);
  const drawn = useDrawings([model, layout, axis, laneWidth, selected, matches]);
  const onPaper = usePaper();
  // What is too wide is printed smaller, and more of it.
  const sheet = Math.floor(PAPER.height * Math.max(1, width / PAPER.width)) - PAPER_HEAD;
  const label = `${layout.rows.length} events and ${layout.arrows.length} messages between ${lanes.length} hosts, from top to bottom. The steps below tell each one in words.`;
  const isTooLong = layout.rows.length > PRINTED;
  const contents = (top: number, bottom: number, draw: Draw) => (
    <>
      {bands.faults.between(top, bottom).map(({ lane, fromY, toY, sentence }) => (
        <rect
          key={`fault ${lane} ${fromY}`}
          class="fault-window"
          x={x(lane) - laneWidth / 2 + 3}
          width={laneWidth - 6}
          y={fromY}
          height={Math.max(4, toY - fromY)}
          fill="url(#hatch)"
        >
          <title>{brief(sentence, MAX_SENTENCE)}</title>
        </rect>
      ))}
      {lanes.map(({ name }, lane) =>
        name === node ? (
          <rect
            key={name}
            class="lane-marked"
            x={x(lane) - laneWidth / 2}
            width={laneWidth}
            y={0}
            height={layout.height}
          />
        ) : null,
      )}
      <Cursor layout={layout} selected={selected} width={width} />
      <Lanes layout={layout} count={lanes.length} x={x} />
      {bands.replicas
        .between(top, bottom)
        .map((stretch) =>
          draw(stretch, () => (
            <ReplicaStrip
              key={`replica ${stretch.lane} ${stretch.fromY}`}
              stretch={stretch}
              offsets={layout.offsets}
              left={x(stretch.lane) - STRIP - 9}
            />
          )),
        )}
      {bands.silences.between(top, bottom).map(({ y, us }) => (
        <g key={`silence ${y}`} class="silence">
          <line x1={GUTTER} x2={width} y1={y} y2={y} />
          <text x={GUTTER + 6} y={y - 4}>
            {us >= 1e6 ? `${(us / 1e6).toFixed(1)} s` : `${(us / 1000).toFixed(1)} ms`} later
          </text>
        </g>
      ))}
      {bands.arrows
        .between(top, bottom)
        .map((arrow) =>
          draw(arrow, () => (
            <MessageArrow
              key={`message ${arrow.message}`}
              arrow={arrow}
              x={x}
              laneWidth={laneWidth}
              isSelected={arrow.sentSeq === selected || arrow.arrivalSeq === selected}
              sentence={model.sentences.get(arrow.arrivalSeq) ?? ''}
            />
          )),
        )}
      {bands.rows
        .between(top, bottom)
        .map((row) =>
          draw(row, () => (
            <EventRow
              key={row.entry.seq}
              row={row}
              x={x}
              hit={
                axis === 'depth' && row.lane !== null
                  ? { left: x(row.lane) - laneWidth / 2, width: laneWidth }
                  : { left: 0, width }
              }
              width={width}
              time={
                axis === 'order' || (axis === 'time' && row.label !== '') || row.entry.seq === selected
                  ? timeText(row.entry.timeUs, trace.workloadStartUs)
                  : ''
              }
              isTold={model.told.has(row.entry.seq)}
              isEvidence={model.evidence.has(row.entry.seq)}
              isFound={matches.has(row.entry.seq)}
              sentence={model.sentences.get(row.entry.seq) ?? ''}
              onSelect={onSelect}
            />
          )),
        )}
    </>
  );

  return (
    <div class={`pane pane-diagram ${isTooLong ? 'is-too-long' : ''}`}>
      {isTooLong && (
        <p class="only-paper quiet">
          The diagram is left out on paper: {layout.rows.length} events would fill it for dozens of pages.
          Show the causal past only, or filter, and print again.
        </p>
      )}
      <div
        class="diagram"
        ref={frame}
        tabIndex={0}
        role="region"
        aria-label="Space-time diagram"
        onScroll={({ currentTarget }) => {
          const top = Math.floor(currentTarget.scrollTop / STRIDE) * STRIDE;
          setView((now) => (now.top === top ? now : { ...now, top }));
        }}
      >
        <div class="lane-names" style={{ width: `${width}px` }}>
          <span class="lane-time" style={{ width: `${GUTTER}px` }}>
            {axis === 'time' ? 'time' : 'event'}
          </span>
          {lanes.map(({ name, role }) => (
            <button
              key={name}
              type="button"
              class={`lane-name lane-${role}`}
              style={{ width: `${laneWidth}px` }}
              aria-pressed={name === node}
              title="Mark this host, and put it into the link"
              onClick={() => onNode(name)}
            >
              <bdi>{brief(name, MAX_NAME)}</bdi>
            </button>
          ))}
        </div>
        {onPaper && !isTooLong ? (
          range(0, layout.height, sheet).map((top) => (
            <Sheet key={top} top={top} width={width} height={Math.min(sheet, layout.height - top)}>
              {contents(top, top + sheet, (_, draw) => draw())}
              <rect class="head-on-paper" y={top - PAPER_HEAD} width={width} height={PAPER_HEAD} />
              {lanes.map(({ name }, lane) => (
                <text key={name} class="lane-on-paper" x={x(lane)} y={top - 8} text-anchor="middle">
                  {brief(name, MAX_NAME)}
                </text>
              ))}
            </Sheet>
          ))
        ) : (
          <svg width={width} height={layout.height} role="img" aria-label={label}>
            <Hatch />
            {contents(view.top - MARGIN, view.top + view.height + MARGIN, drawn)}
          </svg>
        )}
      </div>
      {drawn(layout, () => (
        <Legend layout={layout} />
      ))}
    </div>
  );
}

function Hatch() {
  return (
    <defs>
      <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="hatch-ground" width="6" height="6" />
        <line class="hatch-line" x1="0" y1="0" x2="0" y2="6" />
      </pattern>
    </defs>
  );
}

/** A part of the diagram that fits on a page of paper, under the names of its hosts. */
function Sheet({
  top,
  width,
  height,
  children,
}: {
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly children: ComponentChildren;
}) {
  return (
    <svg
      class="sheet"
      width={width}
      height={height + PAPER_HEAD}
      viewBox={`0 ${top - PAPER_HEAD} ${width} ${height + PAPER_HEAD}`}
    >
      <Hatch />
      {children}
    </svg>
  );
}

type Draw = (item: object, draw: () => VNode) => VNode;

/**
 * Draws each item once, until one of the inputs changes: what stays in view while the reader scrolls is the same node
 * as before, and Preact does not look at it again.
 */
function useDrawings(inputs: readonly unknown[]): Draw {
  const drawings = useMemo(() => new WeakMap<object, VNode>(), inputs);
  return (item, draw) => {
    const drawn = drawings.get(item) ?? draw();
    drawings.set(item, drawn);
    return drawn;
  };
}

/** What happens to one message, or to connections, is over when it has happened. */
function momentaryFaults({ faults }: Plan): ReadonlySet<number> {
  return new Set(
    faults.flatMap(({ id, kind }) => (kind === 'message' || kind === 'break-connections' ? [id] : [])),
  );
}

function Cursor({
  layout,
  selected,
  width,
}: {
  readonly layout: SpaceTimeLayout;
  readonly selected: number;
  readonly width: number;
}) {
  const row = layout.rows.findLast(({ entry }) => entry.seq <= selected);
  if (row === undefined) return null;
  return (
    <g class="cursor">
      <rect x={0} width={width} y={row.y - ROW / 2 + 1} height={ROW - 2} rx={4} />
      <path d={`M2 ${row.y - 5} l7 5 l-7 5 z`} />
    </g>
  );
}

function Lanes({
  layout,
  count,
  x,
}: {
  readonly layout: SpaceTimeLayout;
  readonly count: number;
  readonly x: (lane: number) => number;
}) {
  return (
    <g class="lanes">
      {Array.from({ length: count }, (_, lane) => (
        <line key={lane} x1={x(lane)} x2={x(lane)} y1={0} y2={layout.height} />
      ))}
      {layout.outages.map(({ lane, fromY, toY, status }) => (
        <line
          key={`${lane} ${fromY}`}
          class={`outage outage-${status}`}
          x1={x(lane)}
          x2={x(lane)}
          y1={fromY}
          y2={toY}
        >
          <title>{status}</title>
        </line>
      ))}
    </g>
  );
}

/** How far a replica's log and high watermark reach, from left to right; its colour is the leader epoch. */
function ReplicaStrip({
  stretch,
  offsets,
  left,
}: {
  readonly stretch: ReplicaStretch;
  readonly offsets: SpaceTimeLayout['offsets'];
  readonly left: number;
}) {
  const { fromY, toY, role, leaderEpoch, logEndOffset, highWatermark, lastStableOffset } = stretch;
  const reach = (offset: number): number =>
    left +
    (STRIP * (Math.min(Math.max(offset, offsets.from), offsets.to) - offsets.from)) /
      (offsets.to - offsets.from);
  const end = reach(logEndOffset);
  const committed = reach(highWatermark);
  return (
    <g class={`strip strip-${role} ${epochClass(leaderEpoch)}`}>
      <rect x={left} width={Math.max(1, end - left)} y={fromY} height={Math.max(1, toY - fromY)} />
      {role === 'leader' && <line class="strip-leads" x1={left - 2} x2={left - 2} y1={fromY} y2={toY} />}
      <line class="strip-end" x1={end} x2={end} y1={fromY} y2={toY} />
      <line class="strip-committed" x1={committed} x2={committed} y1={fromY} y2={toY} />
      {lastStableOffset !== null && (
        <line
          class="strip-stable"
          x1={reach(lastStableOffset)}
          x2={reach(lastStableOffset)}
          y1={fromY}
          y2={toY}
        />
      )}
      {stretch.epochBegins && toY - fromY >= LABEL_HEIGHT && leaderEpoch !== null && (
        <text class="strip-label" x={left - 4} y={fromY + 10} text-anchor="end">
          e{leaderEpoch}
        </text>
      )}
      <title>
        {`${role === 'none' ? 'no role' : role}, epoch ${leaderEpoch ?? 'unknown'}, log end offset ${logEndOffset}, high watermark ${highWatermark}, last stable offset ${lastStableOffset ?? highWatermark}`}
      </title>
    </g>
  );
}

function MessageArrow({
  arrow,
  x,
  laneWidth,
  isSelected,
  sentence,
}: {
  readonly arrow: Arrow;
  readonly x: (lane: number) => number;
  readonly laneWidth: number;
  readonly isSelected: boolean;
  readonly sentence: string;
}) {
  const direction = arrow.to > arrow.from ? 1 : -1;
  const startX = x(arrow.from) + direction * 5;
  const wholeX = x(arrow.to) - direction * 6;
  const reach = arrow.lost ? 0.62 : 1;
  const endX = startX + (wholeX - startX) * reach;
  const endY = arrow.fromY + (arrow.toY - arrow.fromY) * reach;
  const length = Math.hypot(endX - startX, endY - arrow.fromY) || 1;
  const ux = (endX - startX) / length;
  const uy = (endY - arrow.fromY) / length;
  // A lost message ends halfway: its name stays with the sender.
  const labelX = x(arrow.from) + direction * laneWidth * (arrow.lost ? 0.3 : 0.5);
  const labelY = arrow.fromY + ((labelX - startX) / (wholeX - startX || 1)) * (arrow.toY - arrow.fromY);
  const name = `${brief(arrow.api, MAX_API)}${arrow.type === 'response' ? ' reply' : ''}`;
  const head = (side: number): string => `${endX - ux * 8 - uy * 4 * side} ${endY - uy * 8 + ux * 4 * side}`;
  return (
    <g
      class={`message message-${arrow.type} ${apiClass(arrow.api)} ${arrow.lost ? 'message-lost' : ''} ${arrow.duplicate ? 'message-duplicate' : ''} ${isSelected ? 'is-selected' : ''}`}
    >
      <title>{sentence}</title>
      <line class="message-line" x1={startX} y1={arrow.fromY} x2={endX} y2={endY} />
      {arrow.lost ? (
        <path class="message-cross" d={`M${endX - 5} ${endY - 5} l10 10 m0 -10 l-10 10`} />
      ) : (
        <path
          class="message-head"
          d={`M${head(1)} L${endX} ${endY} L${head(-1)}${arrow.type === 'request' ? ' Z' : ''}`}
        />
      )}
      <text class="message-label" x={labelX} y={labelY - 4} text-anchor="middle">
        {name}
        {arrow.lost ? ' lost' : ''}
        {arrow.duplicate ? ' again' : ''}
      </text>
      {!arrow.lost && arrow.toY - arrow.fromY > LONG_ROWS * ROW && (
        <text
          class="message-label"
          x={endX - direction * 10}
          y={endY - 8}
          text-anchor={direction > 0 ? 'end' : 'start'}
        >
          {name}
        </text>
      )}
    </g>
  );
}

function EventRow({
  row,
  x,
  hit,
  width,
  time,
  isTold,
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
  readonly isTold: boolean;
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
      class={`event event-${entry.kind} ${isTold ? 'is-told' : ''} ${isEvidence ? 'is-evidence' : ''} ${isFound ? 'is-found' : ''}`}
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

type Mark = (x: number, y: number) => string;

const circle =
  (r: number): Mark =>
  (x, y) =>
    `M${x - r} ${y} a${r} ${r} 0 1 0 ${2 * r} 0 a${r} ${r} 0 1 0 ${-2 * r} 0 z`;
const square: Mark = (x, y) => `M${x - 4} ${y - 4} h8 v8 h-8 z`;
const diamond: Mark = (x, y) => `M${x} ${y - 6} l6 6 l-6 6 l-6 -6 z`;
const triangle: Mark = (x, y) => `M${x} ${y - 5} l5 9 h-10 z`;
const cross: Mark = (x, y) => `M${x - 5} ${y - 5} l10 10 m0 -10 l-10 10`;

const MARKS: Readonly<Record<TraceEntry['kind'], Mark>> = {
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
function markOf(kind: string): Mark {
  return new Map<string, Mark>(Object.entries(MARKS)).get(kind) ?? circle(2.5);
}

function Legend({ layout }: { readonly layout: SpaceTimeLayout }) {
  return (
    <ul class="legend" aria-label="Legend">
      {layout.apis.map((api) => (
        <li key={api}>
          <svg width="34" height="12" aria-hidden="true">
            <g class={`message ${apiClass(api)}`}>
              <line class="message-line" x1="0" y1="6" x2="28" y2="6" />
              <path class="message-head" d="M25 2 L33 6 L25 10 Z" />
            </g>
          </svg>
          <bdi>{brief(api, MAX_API)}</bdi>
        </li>
      ))}
      <li>
        <svg width="20" height="12" aria-hidden="true">
          <g class="message message-lost">
            <path class="message-cross" d="M5 1 l10 10 m0 -10 l-10 10" />
          </g>
        </svg>
        lost
      </li>
      {layout.faults.length > 0 && (
        <li>
          <svg width="20" height="12" aria-hidden="true">
            <rect class="fault-window" width="20" height="12" fill="url(#hatch)" />
          </svg>
          fault in force
        </li>
      )}
      <li>
        <svg width="30" height="12" aria-hidden="true">
          <g class="strip strip-leader epoch-0">
            <rect x="3" width="24" y="0" height="12" />
            <line class="strip-leads" x1="1" x2="1" y1="0" y2="12" />
            <line class="strip-end" x1="27" x2="27" y1="0" y2="12" />
            <line class="strip-committed" x1="16" x2="16" y1="0" y2="12" />
          </g>
        </svg>
        log: high watermark dashed, log end solid,{' '}
        {layout.replicas.some(({ lastStableOffset }) => lastStableOffset !== null)
          ? 'last stable offset dotted, '
          : ''}
        colour by leader epoch, bar on the left while leading
      </li>
    </ul>
  );
}
