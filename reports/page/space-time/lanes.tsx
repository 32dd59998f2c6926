import { ROW } from './space-time-layout.ts';
import type { SpaceTimeLayout } from './space-time-layout.ts';

export function Cursor({
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

export function Lanes({
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
