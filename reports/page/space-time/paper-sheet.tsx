import type { ComponentChildren } from 'preact';

/** What a page of A4 or letter has room for, and the names of the hosts above. */
export const PAPER = { width: 700, height: 930 };

export const PAPER_HEAD = 24;

export function Hatch() {
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
export function Sheet({
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
