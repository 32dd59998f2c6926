import { epochClass } from '../../diagram/marks.ts';
import type { ReplicaStretch, SpaceTimeLayout } from './space-time-layout.ts';
import { LABEL_HEIGHT } from './space-time-layout.ts';
import { STRIP } from './dimensions.ts';

/** How far a replica's log and high watermark reach, from left to right; its colour is the leader epoch. */
export function ReplicaStrip({
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
