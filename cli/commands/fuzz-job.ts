/** What one search was asked for. */
import { join } from 'node:path';

import type { GuaranteeId } from '../../model/guarantee.ts';
import type { PlanOptions } from '../../properties/arbitraries/options.ts';
import type { Shard } from '../../properties/search/explorer.ts';
import { DEFAULT_STRATEGY, type Strategy } from '../../properties/guidance/strategy.ts';
import type { RunFailure } from '../../properties/search/worker-chunk.ts';
import { type CaseFiles, caseFiles } from '../case-file.ts';
import { expectationText } from '../options/expectation.ts';
import { fileNameOf } from '../../properties/cases/file-name.ts';
import { shellWord } from '../shell/replay-command.ts';
import { shardText } from '../options/shard.ts';

/** As they come from the command line. */
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
  readonly planOptions: PlanOptions;
  readonly seed: string;
  /** Null: until the time is up. */
  readonly runs: number | null;
  /** Properties that the user chose. */
  readonly pinned: readonly string[];
}

/** The command line, as one could type it again. */
export function commandLine({ options, seed, runs }: FuzzJob): string {
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

/**
 * Named after what is broken, so that a second search of the same campaign writes to the same place. What a name leaves
 * out of its failure class is in its key: two failures of one run have two folders.
 */
export function filesOf(out: string, failure: Pick<RunFailure, 'failureClass' | 'run'>): CaseFiles {
  const { failureClass, run } = failure;
  const [kind = ''] = failureClass.split(',');
  return caseFiles(join(out, `${fileNameOf(kind, failureClass, 60)}-run-${run}`));
}
