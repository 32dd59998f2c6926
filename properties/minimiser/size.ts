/**
 * Compares plans by size: by what a reader must follow (operations and faults), then by the participants, then by the
 * distance from Kafka's defaults, by the length in time, and by how plain the numbers are.
 */
import { faultKind } from '../../impl/plan/kinds/faults/index.ts';
import { operationKind } from '../../impl/plan/kinds/operations/index.ts';
import { KIND_WEIGHT, positionWeight } from '../../impl/plan/kinds/weight.ts';
import type { Plan, Schedule, Trigger } from '../../impl/plan/plan.ts';

/** Compared from the first number on. */
export type Size = readonly number[];

/** `pinned`: properties that do not count, whatever their values are. */
export function sizeOf(plan: Plan, pinned: ReadonlySet<string>): Size {
  const partitions = plan.topics.reduce((sum, topic) => sum + topic.partitions, 0);
  return [
    plan.operations.length + plan.faults.length,
    plan.faults.length,
    plan.overrides.length + (isPlainSchedule(plan.schedule) ? 0 : SPREAD),
    plan.cluster.brokers +
      plan.cluster.controllers +
      (plan.cluster.combined === true ? 1 : 0) +
      (plan.cluster.racks?.length ?? 0) +
      (plan.cluster.logDirs ?? 0) +
      plan.clients.length +
      plan.topics.length +
      partitions,
    Object.keys(plan.configuration).filter((property) => !pinned.has(property)).length,
    plan.outsideCore?.length ?? 0,
    endMs(plan),
    plainness(plan),
  ];
}

export function isSmaller(size: Size, than: Size): boolean {
  for (const [index, number] of size.entries()) {
    const other = than[index] ?? 0;
    if (number !== other) return number < other;
  }
  return false;
}

/**
 * The time of the last operation or the end of the last fault, whichever is later, in milliseconds. A fault that
 * waits for a probe counts as if it fired with the last operation.
 */
export function endMs(plan: Plan): number {
  const invokedMs = plan.operations.reduce((last, { atMs }) => Math.max(last, atMs), 0);
  return plan.faults.reduce(
    (end, fault) => Math.max(end, startMs(fault.at, invokedMs) + faultKind(fault).durationMs(fault)),
    invokedMs,
  );
}

function startMs(at: Trigger, invokedMs: number): number {
  return 'ms' in at ? at.ms : invokedMs + at.plusMs;
}

/**
 * The weight of a schedule in which latencies differ: every message is a decision then, but a reader sees only the
 * rule.
 */
export const SPREAD = 8;

/** Whether all messages take equally long. */
export function isPlainSchedule({ latency, slowPair, strategy }: Schedule): boolean {
  const isEven = latency.model === 'uniform' && latency.minUs === latency.maxUs;
  return isEven && slowPair === null && strategy === undefined;
}

/** 0 for the plainest of all plans. A sum, so that a plainer part makes the plan smaller. */
function plainness(plan: Plan): number {
  let sum = plan.schedule.slowPair === null ? 0 : KIND_WEIGHT + plan.schedule.slowPair.extraUs;
  const { latency, strategy } = plan.schedule;
  if (strategy !== undefined) sum += KIND_WEIGHT;
  if (latency.model === 'bimodal') sum += KIND_WEIGHT + latency.tailPerMille + latency.tailFactor;
  sum += Math.abs(latency.minUs - PLAIN_LATENCY_US) + Math.abs(latency.maxUs - PLAIN_LATENCY_US);
  for (const operation of plan.operations)
    sum += operation.atMs + (operationKind(operation).weight?.(operation) ?? 0);
  for (const fault of plan.faults) sum += triggerPlainness(fault.at) + faultKind(fault).weight(fault);
  for (const client of plan.clients) {
    if (client.kind === 'producer' && client.transactionalId !== undefined) sum += KIND_WEIGHT;
    if (client.kind !== 'consumer') continue;
    if (client.isolation !== undefined) sum += KIND_WEIGHT;
    for (const { position } of client.assign) sum += 1 + positionWeight(position);
  }
  for (const { latencyUs } of plan.overrides) sum += latencyUs;
  for (const topic of plan.topics) sum += topic.replicationFactor ?? 0;
  for (const property of SUPPLIES) sum += Number(plan.configuration[property] ?? 0);
  return sum;
}

/** Limits that a producer may use up: the lower they are, the shorter is the way to that failure. */
export const SUPPLIES = ['crucible.max.sequence', 'crucible.max.producer.epoch'] as const;

/** The latency of every message in the plainest plan. */
export const PLAIN_LATENCY_US = 1_000;

/**
 * "When the leader appends" explains more than "after 1570 ms", and stays true when the times around it change. An
 * early time is plainer still, and a probe that must be counted is worth less each time.
 */
const PROBE = 100;

function triggerPlainness(at: Trigger): number {
  if ('ms' in at) return at.ms;
  return PROBE * at.count + at.plusMs + (at.node === undefined ? 0 : 1);
}
