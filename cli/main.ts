#!/usr/bin/env node
/** The command `kafka-crucible`. */
import { Command, CommanderError } from 'commander';

import { PlanFormatError } from '../impl/plan-file.ts';
import { ConfigurationError } from '../model/configuration.ts';
import { HistoryFormatError } from '../model/history-file.ts';
import { BadInput } from './bad-input.ts';
import { checkCommand } from './check.ts';
import { defectsCommand } from './defects.ts';
import { ExitCode } from './exit-code.ts';
import { fuzzCommand } from './fuzz.ts';
import { propertiesCommand } from './properties.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { crucibleVersion } from './version.ts';

function program(): Command {
  const commands = [
    fuzzCommand(),
    replayCommand(),
    reportCommand(),
    checkCommand(),
    defectsCommand(),
    propertiesCommand(),
  ];
  const root = new Command('kafka-crucible')
    .description(
      "Puts Kafka's promises through fire: random workloads and faults, judged by a reference model.",
    )
    .version(crucibleVersion(), '-V, --version', 'print the version');
  for (const command of commands) root.addCommand(command);
  // Commander would end the process itself, with 1 for a mistyped option; 1 means that something was found.
  for (const command of [root, ...commands])
    command.exitOverride().showHelpAfterError('(--help lists the options)');
  return root;
}

function exitCodeOf(error: unknown): ExitCode {
  // Commander has printed what it had to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.clean : ExitCode.badInput;
  if (isBadInput(error)) {
    process.stderr.write(`${error.message}\n`);
    return ExitCode.badInput;
  }
  process.stderr.write(
    'kafka-crucible itself has failed. Please report it, with the command line and the text below.\n' +
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return ExitCode.internal;
}

function isBadInput(error: unknown): error is Error {
  return [BadInput, PlanFormatError, HistoryFormatError, ConfigurationError].some(
    (type) => error instanceof type,
  );
}

// A reader that has seen enough, such as head, is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
