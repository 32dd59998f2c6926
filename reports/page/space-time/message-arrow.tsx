import { brief } from '../../text/visible-text.ts';
import { apiClass } from '../../diagram/marks.ts';
import type { Arrow } from './space-time-layout.ts';
import { ROW } from './space-time-layout.ts';
import { MAX_API } from './dimensions.ts';

/** A message that is under way for longer is named where it arrives, too: its beginning may be out of sight. */
export const LONG_ROWS = 10;

export function MessageArrow({
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
