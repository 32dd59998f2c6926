import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

import type { SpaceTimeLayout } from './space-time-layout.ts';

/** The document changes only when the reader has scrolled so far. */
const STRIDE = 240;

type Frame = RefObject<HTMLDivElement | null>;

/** Measures the visible part of a scrolled element; returns it and the listener to its scrolling. */
export function useViewport(frame: Frame) {
  const [view, setView] = useState({ top: 0, height: 800, width: 720 });
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
  const onScroll = ({ currentTarget }: { readonly currentTarget: HTMLDivElement }): void => {
    const top = Math.floor(currentTarget.scrollTop / STRIDE) * STRIDE;
    setView((now) => (now.top === top ? now : { ...now, top }));
  };
  return [view, onScroll] as const;
}

/** Scrolls the selected event into view. */
export function useScrollTo(frame: Frame, layout: SpaceTimeLayout, selected: number): void {
  useEffect(() => {
    const element = frame.current;
    const row = layout.rows.findLast(({ entry }) => entry.seq <= selected);
    if (element === null || row === undefined) return;
    const above = row.y < element.scrollTop + 40;
    const below = row.y > element.scrollTop + element.clientHeight - 90;
    if (above || below) element.scrollTop = row.y - element.clientHeight * 0.45;
  }, [layout, selected]);
}
