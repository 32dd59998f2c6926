/** `check`: the reference model over a history that somebody recorded. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import { Command } from 'commander';
import picocolors from 'picocolors';

import { ConfigurationError, resolveConfiguration } from '../model/configuration.ts';
import type { GuaranteeId, Violation } from '../model/guarantee.ts';
import type { Invocation } from '../model/history.ts';
import { type HistoryHeader, HistoryFormatError, HistoryReader } from '../model/history-file.ts';
import { ReferenceModel } from '../model/reference-model.ts';
import { historySentence } from '../reports/event-sentence.ts';
import { visible } from '../reports/visible-text.ts';
import { argument } from './argument.ts';
import { BadInput } from './bad-input.ts';
import { ExitCode } from './exit-code.ts';
import { EXPECT_HELP, parseExpectation } from './expectation.ts';
import { isFolder } from './files.ts';
import { grouped } from './status-line.ts';

interface CheckOptions {
  readonly expect?: readonly GuaranteeId[];
  readonly json?: true;
}

export function checkCommand(): Command {
  return new Command('check')
    .summary('judge a recorded history')
    .description('Judges what clients of any cluster saw, recorded as JSON lines, in one pass over the file.')
    .argument('<history>', 'a history file, as written by replay --history or by other tools')
    .option('--expect <WHICH>', `${EXPECT_HELP}; what the file says if not given`, argument(parseExpectation))
    .option('--json', 'print one JSON object on standard output instead of text')
    .addHelpText('after', '\nExit codes: 0 every promise was kept, 1 one was broken, 2 bad input.')
    .action(async (file: string, options: CheckOptions) => {
      process.exitCode = await check(file, options);
    });
}

async function check(file: string, options: CheckOptions): Promise<ExitCode> {
  const { events, violations } = await judgeFile(file, options.expect);
  const found = violations.length > 0;
  const json = { history: file, verdict: found ? 'violated' : 'passed', events, violations };
  process.stdout.write(
    options.json === true ? `${JSON.stringify(json, null, 2)}\n` : inWords(events, violations),
  );
  return found ? ExitCode.found : ExitCode.clean;
}

interface Judgement {
  readonly events: number;
  readonly violations: readonly Violation[];
}

/** Line by line, so that the file may be larger than the memory. */
async function judgeFile(file: string, expect: readonly GuaranteeId[] | undefined): Promise<Judgement> {
  if (isFolder(file)) throw new BadInput(`${file}: it is a folder, expected a history file`);
  const reader = new HistoryReader();
  const violations: Violation[] = [];
  let model: ReferenceModel | null = null;
  let events = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      const event = reader.read(line);
      if (reader.header !== null) model ??= modelFor(reader.header, expect);
      if (event === null || model === null) continue;
      events += 1;
      violations.push(...model.observe(event));
    }
    reader.end();
  } catch (error) {
    if (error instanceof HistoryFormatError) throw new BadInput(`${file}, ${error.message}`);
    if (error instanceof ConfigurationError)
      throw new BadInput(`${file}, line 1, configuration: ${error.message}`);
    throw error;
  }
  violations.push(...(model?.conclude() ?? []));
  return { events, violations };
}

function modelFor(header: HistoryHeader, expect: readonly GuaranteeId[] | undefined): ReferenceModel {
  return new ReferenceModel({
    configuration: resolveConfiguration(header.configuration),
    topics: header.topics,
    expect: expect ?? header.expect ?? [],
  });
}

function inWords(events: number, violations: readonly Violation[]): string {
  if (violations.length === 0) return `No promise was broken in ${grouped(events)} events.\n`;
  const count = `${violations.length} ${violations.length === 1 ? 'violation' : 'violations'}`;
  return `${violations.map(violationInWords).join('\n')}\n${count} in ${grouped(events)} events.\n`;
}

function violationInWords({ anomaly, guarantee, sentence, notPromisedBecause, evidence }: Violation): string {
  const invoked = new Map<number, Invocation>();
  for (const event of evidence) if (event.type === 'invoke') invoked.set(event.op, event);
  return [
    picocolors.bold(picocolors.red(visible(`${anomaly}: ${guarantee} is broken`))),
    visible(sentence),
    ...(notPromisedBecause === undefined
      ? []
      : [visible(`Not promised by this configuration (${notPromisedBecause}); expected nevertheless.`)]),
    ...evidence.map((event) => {
      const time = `${(event.timeUs / 1000).toFixed(1)} ms`.padStart(14);
      return visible(`${time}  ${historySentence(event, invoked)}`);
    }),
    '',
  ].join('\n');
}
