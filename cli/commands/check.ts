/** `check`: the reference model over a recorded history. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import { Command, Option } from 'commander';
import picocolors from 'picocolors';

import { ConfigurationError, resolveConfiguration } from '../../model/configuration/configuration.ts';
import type { GuaranteeId, Violation } from '../../model/guarantee.ts';
import type { HistoryEvent, Invocation } from '../../model/history/history.ts';
import { HistoryReader } from '../../model/history/history-file.ts';
import { HistoryFormatError } from '../../model/history/history-line.ts';
import type { HistoryHeader } from '../../model/history/history-schema.ts';
import { JepsenReader } from '../../model/history/jepsen-history.ts';
import { ReferenceModel } from '../../model/reference-model.ts';
import { historySentence } from '../../reports/prose/event-sentence.ts';
import { visible } from '../../reports/text/visible-text.ts';
import { argument } from '../options/argument.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';
import { givenConfiguration } from '../options/configuration-options.ts';
import { ExitCode } from '../shell/exit-code.ts';
import { EXPECT_HELP, parseExpectation } from '../options/expectation.ts';
import { isFolder } from '../../properties/cases/files.ts';
import { grouped } from '../shell/status-line.ts';

interface CheckOptions {
  readonly expect?: readonly GuaranteeId[];
  readonly json?: true;
  readonly set: readonly string[];
  readonly config: readonly string[];
  readonly txn?: true;
}

const repeatable = (flags: string, description: string): Option =>
  new Option(flags, description)
    .argParser((value: string, earlier: readonly string[]) => [...earlier, value])
    .default([], 'none');

export function checkCommand(): Command {
  return new Command('check')
    .summary('judge a recorded history')
    .description(
      'Judges what clients of any cluster saw, recorded as JSON lines or by Jepsen as EDN, in one pass over the file.',
    )
    .argument(
      '<history>',
      'a history file, as written by replay --history or by other tools; or one of Jepsen, NAME.edn',
    )
    .option('--expect <WHICH>', `${EXPECT_HELP}; what the file says if not given`, argument(parseExpectation))
    .addOption(repeatable('--config <FILE>', 'with .edn: properties of the cluster that was tested'))
    .addOption(repeatable('--set <NAME=VALUE>', 'with .edn: one such property'))
    .option('--txn', 'with .edn: operations that only send were transactions, too')
    .option('--json', 'print one JSON object on standard output instead of text')
    .addHelpText('after', '\nExit codes: 0 every promise was kept, 1 one was broken, 2 bad input.')
    .action(async (file: string, options: CheckOptions) => {
      process.exitCode = await check(file, options);
    });
}

async function check(file: string, options: CheckOptions): Promise<ExitCode> {
  const { events, violations } = await judgeFile(file, options);
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

/** Takes a history line by line, so that the file may be larger than the memory. */
interface Judging {
  readonly read: (line: string) => readonly HistoryEvent[];
  /** Null before the file has said what is to be judged. */
  readonly model: () => ReferenceModel | null;
  readonly end: () => void;
}

async function judgeFile(file: string, options: CheckOptions): Promise<Judgement> {
  if (isFolder(file)) throw new BadInput(`${file}: it is a folder, expected a history file`);
  const judging = file.endsWith('.edn') ? jepsenHistory(options) : ownHistory(options);
  const violations: Violation[] = [];
  let events = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      const read = judging.read(line);
      events += read.length;
      for (const event of read) violations.push(...(judging.model()?.observe(event) ?? []));
    }
    judging.end();
  } catch (error) {
    if (error instanceof HistoryFormatError) throw new BadInput(`${file}, ${error.message}`);
    if (error instanceof ConfigurationError)
      throw new BadInput(`${file}, line 1, configuration: ${error.message}`);
    throw error;
  }
  violations.push(...(judging.model()?.conclude() ?? []));
  return { events, violations };
}

/** @throws BadInput for options that only a file without a header needs. */
function ownHistory({ expect, set, config, txn }: CheckOptions): Judging {
  if (set.length > 0 || config.length > 0 || txn === true) {
    throw new BadInput(
      '--config, --set and --txn are for histories of Jepsen (.edn); the header of others says it all',
    );
  }
  const reader = new HistoryReader();
  let model: ReferenceModel | null = null;
  return {
    read: (line) => {
      const event = reader.read(line);
      if (reader.header !== null) model ??= modelFor(reader.header, expect);
      return event === null ? [] : [event];
    },
    model: () => model,
    end: () => reader.end(),
  };
}

/** Jepsen's files say nothing of the cluster: what is not given has Kafka's default. */
function jepsenHistory(options: CheckOptions): Judging {
  const reader = new JepsenReader(options.txn === true);
  const configuration = resolveConfiguration(givenConfiguration(options).values);
  const model = new ReferenceModel({ configuration, expect: options.expect ?? [] });
  return { read: (line) => reader.read(line), model: () => model, end: () => undefined };
}

function modelFor(header: HistoryHeader, expect: readonly GuaranteeId[] | undefined): ReferenceModel {
  return new ReferenceModel({
    configuration: resolveConfiguration(header.configuration),
    topics: header.topics,
    expect: expect ?? header.expect ?? [],
    recordsCoordinatorChanges: header.coordinatorChanges !== undefined,
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
    picocolors.bold(picocolors.red(visible(`${anomaly}: ${guarantee} violated`))),
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
