/** A run as lines of text, a time beside each. */
import picocolors from 'picocolors';

import type { RunResult } from '../../impl/result/run-result.ts';
import { chronicle, type ChronicleLine } from '../prose/chronicle.ts';
import { wrap } from '../text/text-layout.ts';
import { brief, MAX_SENTENCE } from '../text/visible-text.ts';

/** The columns of a time and the space after it. */
const TIME = 11;

/** With a newline at its end. Nothing that the history contains reaches the terminal unescaped. */
export function terminalChronicle(
  result: RunResult,
  { width = 100, colours = false }: { readonly width?: number; readonly colours?: boolean } = {},
): string {
  const paint = picocolors.createColors(colours);
  const colour: Record<ChronicleLine['kind'], (text: string) => string> = {
    fault: paint.yellow,
    cluster: paint.cyan,
    data: String,
    client: paint.green,
  };
  const { faultPhase, livenessPhase, untoldPartitions } = chronicle(result);
  const lines = ({ timeMs, text, kind }: ChronicleLine): readonly string[] =>
    wrap(brief(text, MAX_SENTENCE), width - TIME).map((line, index) => {
      const time = timeMs < 0 ? 'setup' : `${timeMs.toFixed(1)} ms`;
      const margin = (index === 0 ? time : '').padStart(TIME - 1);
      return `${margin} ${colour[kind](line)}`;
    });
  const aside = (text: string): readonly string[] =>
    wrap(text, width - TIME).map((line) => `${' '.repeat(TIME)}${paint.dim(line)}`);
  const out = [
    ...faultPhase.flatMap(lines),
    ...aside('Liveness phase: all faults are healed, and everything is read again.'),
    ...livenessPhase.flatMap(lines),
  ];
  if (untoldPartitions > 0) {
    const rest = `What happened to ${untoldPartitions} more partitions is not shown.`;
    out.push(...aside(rest));
  }
  return `${out.join('\n')}\n`;
}
