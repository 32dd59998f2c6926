import { useMemo } from 'preact/hooks';

import type { Trace } from '../../../impl/trace/trace.ts';
import { MAX_SENTENCE, brief } from '../../text/visible-text.ts';
import { Bands } from '../bands.ts';
import { timeText, type ViewModel } from '../view-model.ts';
import { GUTTER, STRIP } from './dimensions.ts';
import type { Draw } from './drawings.ts';
import { EventRow } from './event-row.tsx';
import { Cursor, Lanes } from './lanes.tsx';
import { MessageArrow } from './message-arrow.tsx';
import { ReplicaStrip } from './replica-strip.tsx';
import type { Axis, SpaceTimeLayout } from './space-time-layout.ts';

/** What a diagram shows, by height, so that only what is in view is drawn. */
export function useBands(layout: SpaceTimeLayout) {
  return useMemo(
    () => ({
      faults: new Bands(layout.faults, (fault) => fault),
      replicas: new Bands(layout.replicas, (replica) => replica),
      silences: new Bands(layout.silences, ({ y }) => ({ fromY: y, toY: y })),
      arrows: new Bands(layout.arrows, (arrow) => arrow),
      rows: new Bands(layout.rows, ({ y }) => ({ fromY: y, toY: y })),
    }),
    [layout],
  );
}

export interface ContentsProps {
  readonly model: ViewModel;
  readonly layout: SpaceTimeLayout;
  readonly bands: ReturnType<typeof useBands>;
  readonly lanes: Trace['nodes'];
  readonly axis: Axis;
  readonly selected: number;
  /** What the search found, by seq. */
  readonly matches: ReadonlySet<number>;
  /** The host that is marked. */
  readonly node: string | null;
  readonly laneWidth: number;
  readonly width: number;
  /** The middle of a lane. */
  readonly x: (lane: number) => number;
  readonly onSelect: (seq: number) => void;
  /** What lies between is drawn, both inclusive. */
  readonly top: number;
  readonly bottom: number;
  readonly draw: Draw;
}

/** The part of the diagram between two heights. */
export function SpaceTimeContents(props: ContentsProps) {
  const { model, layout, bands, lanes, axis, selected, matches, node, laneWidth, width, x, onSelect } = props;
  const { top, bottom, draw } = props;
  const { trace } = model.data;
  return (
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
              isInStory={model.inStory.has(row.entry.seq)}
              isEvidence={model.evidence.has(row.entry.seq)}
              isFound={matches.has(row.entry.seq)}
              sentence={model.sentences.get(row.entry.seq) ?? ''}
              onSelect={onSelect}
            />
          )),
        )}
    </>
  );
}
