import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';

export type Draw = (item: object, draw: () => VNode) => VNode;

/**
 * Draws each item once, until one of the inputs changes: what stays in view while the reader scrolls is the same node
 * as before, and Preact does not look at it again.
 */
export function useDrawings(inputs: readonly unknown[]): Draw {
  const drawings = useMemo(() => new WeakMap<object, VNode>(), inputs);
  return (item, draw) => {
    const drawn = drawings.get(item) ?? draw();
    drawings.set(item, drawn);
    return drawn;
  };
}
