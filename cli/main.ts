#!/usr/bin/env node
/** The command `kafka-crucible`. */
import { Command } from 'commander';

import { checkCommand } from './check.ts';
import { corpusCommand } from './corpus.ts';
import { defectsCommand } from './defects.ts';
import { exhaustCommand } from './exhaust.ts';
import { fuzzCommand } from './fuzz.ts';
import { huntCommand } from './hunt.ts';
import { mergeCommand } from './merge.ts';
import { outcomeOf } from './outcome.ts';
import { propertiesCommand } from './properties.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { scenarioCommand } from './scenario.ts';
import { crucibleVersion } from './version.ts';

function program(): Command {
  const commands = [
    fuzzCommand(),
    exhaustCommand(),
    replayCommand(),
    scenarioCommand(),
    reportCommand(),
    checkCommand(),
    defectsCommand(),
    huntCommand(),
    mergeCommand(),
    corpusCommand(),
    propertiesCommand(),
  ];
  const root = new Command('kafka-crucible')
    .description(
      "Puts Kafka's promises through fire: random workloads and faults, judged by a reference model.",
    )
    .version(crucibleVersion(), '-V, --version', 'print the version');
  for (const command of commands) root.addCommand(command);
  // Commander would end the process itself, with 1 for a mistyped option; 1 means that something was found.
  for (const command of [root, ...commands]) {
    command.exitOverride().showHelpAfterError('(--help lists the options)');
  }
  return root;
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
  const { exitCode, text } = outcomeOf(error);
  process.stderr.write(text);
  process.exitCode = exitCode;
}
