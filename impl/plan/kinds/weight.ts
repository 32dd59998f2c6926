/** Weights compare two forms of an operation or a fault: the minimiser prefers the lighter one. 0 is the plainest form. */

/** A less plain kind of something outweighs every millisecond. */
export const KIND_WEIGHT = 1e9;

export function positionWeight(position: 'earliest' | 'latest' | number): number {
  if (position === 'earliest') return 0;
  return position === 'latest' ? 1 : 2 + position;
}

/** A node that stays down until the faults are over is the plainest. */
export function restartWeight(restartAfterMs: number | null): number {
  return restartAfterMs === null ? 0 : 1 + restartAfterMs;
}
