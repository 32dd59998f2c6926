/** Widths of the diagram, in CSS pixels. */

/** Left of the lanes, where the times stand. */
export const GUTTER = 80;

/** Width of a replica's strip beside its lane. */
export const STRIP = 26;

/** Longer than any API name of Kafka's. */
export const MAX_API = 30;
