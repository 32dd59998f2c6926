import fc from 'fast-check';
import { burstsArbitrary } from './faults/bursts.ts';
import { participantsArbitrary, logDirsArbitrary } from './cluster/participants.ts';
import { configurationOverridesArbitrary } from './cluster/configuration-overrides.ts';
import { expiryArbitrary } from './cluster/expiry-settings.ts';
import { swarmArbitrary } from './faults/faults.ts';
import { incidentsArbitrary } from './faults/incidents.ts';
import { producerScenarioArbitrary } from './directed/producer-scenarios.ts';
import { quorumArbitrary } from './cluster/quorum.ts';
import type { ResolvedOptions } from './options.ts';
import { loneFaultsArbitrary } from './faults/lone-faults.ts';
import { racksArbitrary } from './cluster/racks.ts';
import { retentionArbitrary } from './cluster/retention.ts';
import { scheduleArbitrary, strategyArbitrary } from './cluster/schedule.ts';
import { timelineArbitrary } from './draws/timeline.ts';
import { transactionsArbitrary } from './workload/transaction-recipe.ts';
import { transactionScenarioArbitrary } from './directed/transaction-scenarios.ts';
import { workloadArbitrary } from './workload/workload.ts';

export type PartArbitraries = ReturnType<typeof aimedArbitraries>;

export function aimedArbitraries(options: ResolvedOptions) {
  return {
    participants: participantsArbitrary,
    logDirs: logDirsArbitrary,
    quorum: quorumArbitrary(options),
    timeline: timelineArbitrary,
    workload: workloadArbitrary(options),
    bursts: burstsArbitrary,
    loneFaults: loneFaultsArbitrary,
    swarm: swarmArbitrary,
    configurationOverrides: configurationOverridesArbitrary,
    schedule: scheduleArbitrary,
    strategy: strategyArbitrary,
    incidents: incidentsArbitrary,
    racks: racksArbitrary,
    transactions: transactionsArbitrary,
    retention: retentionArbitrary,
    producerScenario: producerScenarioArbitrary(options),
    transactionScenario: transactionScenarioArbitrary(options),
    expiry: expiryArbitrary,
  };
}

export type PartsOf<A> = {
  readonly [Part in keyof A]: A[Part] extends fc.Arbitrary<infer Value> ? Value : never;
};

export type Parts = PartsOf<PartArbitraries>;
