/** The message and the exit code of a command that throws. */
import { CommanderError } from 'commander';

import { PlanFormatError } from '../../impl/plan/plan-file.ts';
import { StaleOrderError } from '../../impl/simulated/kernel/given-order.ts';
import { ConfigurationError } from '../../model/configuration/configuration.ts';
import { HistoryFormatError } from '../../model/history/history-line.ts';
import { CorpusFormatError } from '../../properties/corpus/corpus-case.ts';
import { JournalFormatError } from '../../properties/night/journal.ts';
import { TriageFormatError } from '../../properties/search/triage.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';
import { ExitCode } from './exit-code.ts';

export interface Outcome {
  readonly exitCode: ExitCode;
  /** For standard error; empty when everything has been said. */
  readonly text: string;
}

/** Errors that the user must fix: the message is enough, and a stack would only hide it. */
const BAD_INPUT = [
  BadInput,
  PlanFormatError,
  HistoryFormatError,
  ConfigurationError,
  TriageFormatError,
  JournalFormatError,
  CorpusFormatError,
  StaleOrderError,
];

export function outcomeOf(error: unknown): Outcome {
  if (error instanceof CommanderError) {
    return { exitCode: error.exitCode === 0 ? ExitCode.clean : ExitCode.badInput, text: '' };
  }
  if (error instanceof Error && BAD_INPUT.some((type) => error instanceof type)) {
    return { exitCode: ExitCode.badInput, text: `${error.message}\n` };
  }
  return {
    exitCode: ExitCode.internal,
    text:
      'kafka-crucible itself has failed. Please report it, with the command line and the text below.\n' +
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  };
}
