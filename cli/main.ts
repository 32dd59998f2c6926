#!/usr/bin/env node
/** The command `kafka-crucible`. */
import { Command } from 'commander';

import { checkCommand } from './commands/check.ts';
import { corpusCommand } from './commands/corpus.ts';
import { defectsCommand } from './commands/defects.ts';
import { exhaustCommand } from './commands/exhaust.ts';
import { fuzzCommand } from './commands/fuzz.ts';
import { huntCommand } from './commands/hunt.ts';
import { mergeCommand } from './commands/merge.ts';
import { outcomeOf } from './shell/outcome.ts';
import { propertiesCommand } from './commands/properties.ts';
import { replayCommand } from './commands/replay.ts';
import { reportCommand } from './commands/report.ts';
import { scenarioCommand } from './commands/scenario.ts';
import { crucibleVersion } from '../properties/cases/version.ts';

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
      "Stress-tests Kafka's guarantees: random workloads and faults, checked by a reference model.",
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
