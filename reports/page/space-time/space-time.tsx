import range from 'lodash/range.js';
import { useMemo, useRef } from 'preact/hooks';

import type { Plan } from '../../../impl/plan/plan.ts';
import type { TraceEntry } from '../../../impl/trace/trace.ts';
import { MAX_NAME, brief } from '../../text/visible-text.ts';
import { usePaper } from '../paper.ts';
import type { ViewModel } from '../view-model.ts';
import { SpaceTimeContents, useBands } from './contents.tsx';
import { GUTTER } from './dimensions.ts';
import { useDrawings } from './drawings.ts';
import { Legend } from './legend.tsx';
import { Hatch, PAPER, PAPER_HEAD, Sheet } from './paper-sheet.tsx';
import { type Axis, lanesFor, layOut } from './space-time-layout.ts';
import { useScrollTo, useViewport } from './viewport.ts';

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

const MIN_LANE = 80;
const MAX_LANE = 190;
/** Room for what is written right of the last lane. */
const LABEL = 36;
/** Drawn beyond the visible part, so that scrolling shows no holes. */
const MARGIN = 600;
/** Events, at most, that are printed: some twenty pages. */
const PRINTED = 1_000;

/** Messages between hosts; only what is in view is in the document. */
export function SpaceTime(props: Props) {
  const { model, shown, axis, selected, hidden, found, node, onSelect, onNode } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [view, onScroll] = useViewport(frame);
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

  const bands = useBands(layout);
  useScrollTo(frame, layout, selected);
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
  const label = `${layout.rows.length} events and ${layout.arrows.length} messages between ${lanes.length} hosts, from top to bottom. The steps below describe each one in words.`;
  const isTooLong = layout.rows.length > PRINTED;
  const contents = {
    model,
    layout,
    bands,
    lanes,
    axis,
    selected,
    matches,
    node,
    laneWidth,
    width,
    x,
    onSelect,
  };

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
        onScroll={onScroll}
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
              <SpaceTimeContents {...contents} top={top} bottom={top + sheet} draw={(_, draw) => draw()} />
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
            <SpaceTimeContents
              {...contents}
              top={view.top - MARGIN}
              bottom={view.top + view.height + MARGIN}
              draw={drawn}
            />
          </svg>
        )}
      </div>
      {drawn(layout, () => (
        <Legend layout={layout} />
      ))}
    </div>
  );
}

/** What happens to one message, or to connections, is over when it has happened. */
function momentaryFaults({ faults }: Plan): ReadonlySet<number> {
  return new Set(
    faults.flatMap(({ id, kind }) => (kind === 'message' || kind === 'break-connections' ? [id] : [])),
  );
}
