/** The exit codes of all commands. */
export const ExitCode = {
  /** Nothing was found. */
  clean: 0,
  /** A promise was broken, or a run did not come to rest, or the harness itself failed in a run. */
  found: 1,
  /** The command line or a file is not what it should be. */
  badInput: 2,
  /** Whether anything was found or not, the search is inconclusive: runs are not what they were, or a known bug went unnoticed. */
  unsound: 3,
  /** A bug in kafka-crucible: EX_SOFTWARE of sysexits.h. */
  internal: 70,
  /** Ctrl-C or SIGTERM before anything was found; in a night, whatever was found: 128 + SIGINT. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
