import fc from 'fast-check';
import { burstsArbitrary } from './bursts.ts';
import { castArbitrary, logDirsArbitrary } from './cluster.ts';
import { deviationsArbitrary } from './deviations.ts';
import { forgetfulArbitrary } from './forgetful.ts';
import { swarmArbitrary } from './faults.ts';
import { incidentsArbitrary } from './incidents.ts';
import { producerStoryArbitrary } from './producer-stories.ts';
import { quorumArbitrary } from './quorum.ts';
import type { ResolvedOptions } from './options.ts';
import { loneFaultsArbitrary } from './lone-faults.ts';
import { racksArbitrary } from './racks.ts';
import { retentionArbitrary } from './retention.ts';
import { scheduleArbitrary, strategyArbitrary } from './schedule.ts';
import { tempoArbitrary } from './tempo.ts';
import { transactionsArbitrary } from './transactions.ts';
import { transactionStoryArbitrary } from './transaction-stories.ts';
import { workloadArbitrary } from './workload.ts';

export type PartArbitraries = ReturnType<typeof aimedArbitraries>;

export function aimedArbitraries(options: ResolvedOptions) {
  return {
    cast: castArbitrary,
    logDirs: logDirsArbitrary,
    quorum: quorumArbitrary(options),
    tempo: tempoArbitrary,
    workload: workloadArbitrary(options),
    bursts: burstsArbitrary,
    loneFaults: loneFaultsArbitrary,
    swarm: swarmArbitrary,
    deviations: deviationsArbitrary,
    schedule: scheduleArbitrary,
    strategy: strategyArbitrary,
    incidents: incidentsArbitrary,
    racks: racksArbitrary,
    transactions: transactionsArbitrary,
    retention: retentionArbitrary,
    producerStory: producerStoryArbitrary(options),
    transactionStory: transactionStoryArbitrary(options),
    forgetful: forgetfulArbitrary,
  };
}

export type PartsOf<A> = {
  readonly [Part in keyof A]: A[Part] extends fc.Arbitrary<infer Value> ? Value : never;
};

export type Parts = PartsOf<PartArbitraries>;
