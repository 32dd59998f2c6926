/** The options of one search. */
import type { GuaranteeId } from '../../model/guarantee.ts';
import type { PlanOptions } from '../../properties/arbitraries/options.ts';
import type { Campaign, Shard } from '../../properties/search/explorer.ts';
import { DEFAULT_STRATEGY, type Strategy } from '../../properties/guidance/strategy.ts';
import type { Examination } from '../../properties/cases/examine-failures.ts';
import { expectationText } from '../options/expectation.ts';
import { shellWord } from '../../properties/cases/replay-command.ts';
import { grouped, type StatusLine } from '../shell/status-line.ts';
import { shardText } from '../options/shard.ts';

/** The options as they come from the command line. */
export interface FuzzOptions {
  readonly runs?: number;
  /** In seconds. */
  readonly time?: number;
  readonly seed?: string;
  readonly config: readonly string[];
  readonly set: readonly string[];
  readonly defect: readonly string[];
  readonly expect?: readonly GuaranteeId[];
  readonly transactions?: NonNullable<PlanOptions['transactions']>;
  readonly strategy: Strategy;
  readonly workers: number;
  readonly out: string;
  /** In seconds, for each failure. */
  readonly shrinkTime: number;
  readonly junit?: string;
  readonly ctrf?: string;
  readonly github?: true;
  readonly json?: true;
  readonly keepGoing?: true;
  readonly triage?: string;
  readonly corpus?: string;
  readonly night?: true;
  readonly shard?: Shard;
  readonly resume?: true;
  readonly previous?: string;
  readonly detection?: string;
  /** In seconds, for each run. */
  readonly runLimit: number;
}

export interface FuzzJob {
  readonly options: FuzzOptions;
  readonly campaign: Campaign;
  /** Properties that the user chose. */
  readonly pinned: readonly string[];
}

/** How the failures of the job are examined. @param keepSaved whether a case that was saved earlier is kept as it is */
export function examinationOf(
  { options, pinned }: FuzzJob,
  keepSaved: boolean,
  speed: Examination['speed'],
  status: StatusLine,
  signal: AbortSignal,
): Examination {
  return {
    out: options.out,
    shrinkTime: options.shrinkTime,
    runLimit: options.runLimit,
    pinned,
    threads: options.workers,
    keepSaved,
    hasTriage: options.triage !== undefined,
    speed,
    signal,
    onProgress: ({ pass, runs, operations, faults }) =>
      status.show(`shrinking: ${operations} operations, ${faults} faults, ${grouped(runs)} runs (${pass})`),
    onSentence: (sentence) => status.say(sentence),
  };
}

/** The command line, as one could type it again. */
export function commandLine({
  options,
  campaign: { seed, runs },
}: Pick<FuzzJob, 'options' | 'campaign'>): string {
  const repeated = (option: string, values: readonly string[]): readonly string[] =>
    values.flatMap((value) => [option, value]);
  return [
    'kafka-crucible',
    'fuzz',
    ...(runs === null ? [] : ['--runs', String(runs)]),
    ...(options.time === undefined ? [] : ['--time', `${options.time}s`]),
    ...['--seed', seed],
    ...repeated('--config', options.config),
    ...repeated('--set', options.set),
    ...repeated('--defect', options.defect),
    ...(options.expect === undefined ? [] : ['--expect', expectationText(options.expect)]),
    ...(options.transactions === undefined ? [] : ['--transactions', options.transactions]),
    ...(options.strategy === DEFAULT_STRATEGY ? [] : ['--strategy', options.strategy]),
    ...(options.keepGoing === true ? ['--keep-going'] : []),
    ...(options.night === true ? ['--night'] : []),
    ...(options.shard === undefined ? [] : ['--shard', shardText(options.shard)]),
  ]
    .map(shellWord)
    .join(' ');
}
