/** How a long search says that it is alive: one line rewritten on a terminal, a line every ten seconds elsewhere. */
import type { Progress } from '../../properties/search/explorer.ts';
import { formatDuration } from '../options/duration.ts';

const TERMINAL_EVERY_MS = 100;
const LOG_EVERY_MS = 10_000;

export interface StatusLine {
  /** May be called as often as one likes. */
  show(text: string): void;
  /** A whole line that stays, above the status. */
  say(line: string): void;
  /** Takes the status away. */
  clear(): void;
}

/** On standard error, so that results can be piped. */
export function statusLine(stream: NodeJS.WriteStream = process.stderr): StatusLine {
  return stream.isTTY ? rewritten(stream) : logged(stream);
}

function rewritten(stream: NodeJS.WriteStream): StatusLine {
  let lastMs = -Infinity;
  let shown = false;
  const clear = (): void => {
    if (shown) stream.write('\r\u001b[2K');
    shown = false;
  };
  return {
    show(text) {
      if (performance.now() - lastMs < TERMINAL_EVERY_MS) return;
      lastMs = performance.now();
      stream.write(`\r\u001b[2K${text.slice(0, Math.max(20, stream.columns - 1))}`);
      shown = true;
    },
    say(line) {
      clear();
      stream.write(`${line}\n`);
    },
    clear,
  };
}

function logged(stream: NodeJS.WriteStream): StatusLine {
  let lastMs = performance.now();
  return {
    show(text) {
      if (performance.now() - lastMs < LOG_EVERY_MS) return;
      lastMs = performance.now();
      stream.write(`${text}\n`);
    },
    say: (line) => void stream.write(`${line}\n`),
    clear: () => {},
  };
}

/** `1 240 of 5 000 runs, 312 runs/s, 1.2 M events/s, 41 s, 2h 10m virtual, 1 failure`. */
export function progressText(progress: Progress, runs: number | null): string {
  const perSecond = (amount: number): number => (progress.seconds > 0 ? amount / progress.seconds : 0);
  const of = runs === null ? '' : ` of ${grouped(runs)}`;
  const failures = progress.failures === 1 ? '1 failure' : `${progress.failures} failures`;
  return [
    `${grouped(progress.runs)}${of} runs`,
    `${short(perSecond(progress.runs))} runs/s`,
    `${short(perSecond(progress.events))} events/s`,
    formatDuration(progress.seconds),
    `${formatDuration(progress.virtualUs / 1e6)} virtual`,
    progress.failures === 0 ? 'no failure' : failures,
  ].join(', ');
}

export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** Three digits are enough to see whether it is fast. */
export function short(amount: number): string {
  if (amount >= 1e6) return `${(amount / 1e6).toFixed(1)} M`;
  if (amount >= 1e4) return `${Math.round(amount / 1e3)} k`;
  return amount >= 10 ? String(Math.round(amount)) : amount.toFixed(1);
}
