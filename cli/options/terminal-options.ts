import picocolors from 'picocolors';

import type { TerminalOptions } from '../../reports/terminal/terminal.ts';

/** For what is printed on standard output: as wide as the window, with colours where they are understood. */
export function terminalOptions(htmlFile?: string): TerminalOptions {
  return {
    width: Math.min(120, process.stdout.columns ?? 100),
    colours: picocolors.isColorSupported && process.stdout.isTTY,
    ...(htmlFile === undefined ? {} : { htmlFile }),
  };
}
