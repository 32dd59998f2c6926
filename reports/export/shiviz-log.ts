/** A trace as a log that ShiViz reads with its default pattern: host, vector clock, and what happened. */
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import { glossary } from '../analysis/glossary.ts';
import { hostOf } from '../analysis/host-of-entry.ts';
import { visible } from '../text/visible-text.ts';

/** @param sentences what happened, by seq */
export function shivizLog(
  trace: Trace,
  entries: readonly TraceEntry[],
  sentences: ReadonlyMap<number, string>,
): string {
  const words = glossary(trace);
  const clocks = new Map<string, Map<string, number>>();
  const sentAt = new Map<number, ReadonlyMap<string, number>>();
  const lines: string[] = [];
  for (const entry of entries) {
    const host = hostOf(entry, trace, words)?.replaceAll(/\s/g, '_');
    if (host === undefined) continue;
    const clock = clocks.get(host) ?? new Map<string, number>();
    clocks.set(host, clock);
    if (entry.kind === 'message-delivered') {
      for (const [other, time] of sentAt.get(entry.message) ?? []) {
        clock.set(other, Math.max(time, clock.get(other) ?? 0));
      }
    }
    clock.set(host, (clock.get(host) ?? 0) + 1);
    if (entry.kind === 'message-sent') sentAt.set(entry.message, new Map(clock));
    lines.push(`${visible(host)} ${JSON.stringify(Object.fromEntries(clock))}`);
    lines.push(visible(sentences.get(entry.seq) ?? entry.kind));
  }
  return `${lines.join('\n')}\n`;
}
