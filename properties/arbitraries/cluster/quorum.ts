/** The controllers of a plan and their timeouts. */
import fc from 'fast-check';

import type { Fault, Plan } from '../../../impl/plan/plan.ts';
import type { ConfigurationValue } from '../../../model/configuration/property.ts';
import { renameHosts } from '../../../impl/plan/hosts.ts';
import { logUniform } from '../draws/magnitude.ts';
import { chance } from '../draws/choices.ts';
import type { FaultKind, ResolvedOptions } from '../options.ts';

type Controllers = Plan['cluster']['controllers'];

export interface QuorumRecipe {
  readonly controllers: Controllers;
  readonly electionTimeoutMs: number;
  readonly fetchTimeoutMs: number;
  readonly backoffMaxMs: number;
  /** The controllers run in the processes of brokers. */
  readonly combined: boolean;
}

/**
 * One controller in half of the plans: such runs are cheap and show bugs of brokers best. Else three controllers, or
 * five now and then. A quarter of the quorums run in broker processes.
 */
export function quorumArbitrary({
  controllers,
  combined,
  brokers,
}: Pick<ResolvedOptions, 'controllers' | 'combined' | 'brokers'>): fc.Arbitrary<QuorumRecipe> {
  const recipe = fc.record({
    controllers:
      controllers === null
        ? fc.constantFrom<Controllers[]>(1, 1, 1, 1, 1, 3, 3, 3, 3, 5)
        : fc.constant(controllers),
    electionTimeoutMs: logUniform(100, 1_000),
    fetchTimeoutMs: logUniform(200, 2_000),
    backoffMaxMs: logUniform(50, 1_000),
    together: chance(25),
  });
  return recipe.map(({ together, ...drawn }) => ({
    ...drawn,
    combined: drawn.controllers <= brokers && (combined ?? (drawn.controllers > 1 && together)),
  }));
}

/**
 * Moves the controllers into the broker processes. Each takes the name of its broker, so that a fault of either
 * strikes both. A voter must not lose its disk (KIP-853): such a node loses power instead, if that is among the
 * `kinds`.
 */
export function combine(plan: Plan, kinds: readonly FaultKind[]): Plan {
  const { controllers } = plan.cluster;
  const renamed = renameHosts(plan, (host) => host.replace(/^controller-/, 'broker-'));
  const isVoter = (node: string): boolean => Number(node.slice('broker-'.length)) <= controllers;
  const faults = renamed.faults.flatMap((fault): Fault[] => {
    if (fault.kind !== 'disk-loss' || !isVoter(fault.node)) return [fault];
    return kinds.includes('power-loss') ? [{ ...fault, kind: 'power-loss' }] : [];
  });
  return { ...renamed, cluster: { ...renamed.cluster, combined: true }, faults };
}

/** Short timeouts, so that several elections fit in a run. A single controller needs none. */
export function quorumSettings(recipe: QuorumRecipe): Readonly<Record<string, ConfigurationValue>> {
  if (recipe.controllers === 1) return {};
  return {
    'controller.quorum.election.timeout.ms': recipe.electionTimeoutMs,
    'controller.quorum.fetch.timeout.ms': recipe.fetchTimeoutMs,
    'controller.quorum.election.backoff.max.ms': recipe.backoffMaxMs,
  };
}
