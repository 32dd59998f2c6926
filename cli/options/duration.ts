/** Wall-clock durations as people type them: `90s`, `10m`, `1h30m`. */
import { BadInput } from '../../properties/cases/bad-input.ts';

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * In seconds; more than none.
 * @throws BadInput for anything else.
 */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  const seconds = parts.reduce((sum, part) => sum + Number(part[1]) * (SECONDS[part[2] ?? ''] ?? 0), 0);
  if (parts.map((part) => part[0]).join('') !== text || seconds <= 0) {
    throw new BadInput(`expected a duration such as 90s, 10m or 1h30m, found ${JSON.stringify(text)}`);
  }
  return seconds;
}

/** `1h 05m`, `3m 20s`, `12 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.floor(seconds);
  const padded = (value: number): string => String(value).padStart(2, '0');
  if (whole < 60) return `${seconds < 10 ? seconds.toFixed(1) : whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${padded(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${padded(Math.floor(whole / 60) % 60)}m`;
}
