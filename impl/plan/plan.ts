/**
 * A test case as data: the cluster and its clients, the operations of the clients, the faults, and the times of both.
 * `kinds/` has one file for each kind of operation and of fault.
 */
import { z } from 'zod';

import { GUARANTEE_IDS } from '../../model/guarantee.ts';
import { nodeName } from './fields.ts';
import { fault, type Fault } from './kinds/faults/index.ts';
import { operation, type Operation } from './kinds/operations/index.ts';
import { chosenStep, override, redrawAfter, schedule } from './schedule.ts';
import { client, cluster, topic } from './topology.ts';

export const PLAN_FORMAT = 'kafka-crucible/plan';
export const PLAN_VERSION = 1;

const configurationValue = z.union([z.string(), z.number(), z.boolean()]);

export const planSchema = z.strictObject({
  format: z.literal(PLAN_FORMAT),
  version: z.literal(PLAN_VERSION),
  seed: z.string(),
  /** One line for a person; no meaning. */
  title: z.string().optional(),
  cluster,
  /** By Kafka's own property names; a property that is absent has its default. */
  configuration: z.record(z.string(), configurationValue),
  /**
   * Guarantees that are checked even if the configuration does not make them, so that a search can show what a weaker
   * configuration costs. The contract decides about all other guarantees.
   */
  expect: z.array(z.enum(GUARANTEE_IDS)),
  /** The slugs of historical bugs that the run re-introduces. */
  defects: z.array(z.string()),
  topics: z.array(topic),
  clients: z.array(client),
  operations: z.array(operation),
  faults: z.array(fault),
  schedule,
  overrides: z.array(override),
  redrawAfter: redrawAfter.exactOptional(),
  /**
   * Present: the order of events in the fault phase does not depend on latencies. The event that has waited longest comes
   * next, time passes only when nothing else can happen, and faults do not begin; except at the steps that this list
   * changes. See `kernel/ordered-scheduler.ts`.
   */
  order: z.array(chosenStep).exactOptional(),
  /**
   * Nodes that the liveness phase can do without: one that a fault holds when that phase begins stays away for good, as
   * long as the other brokers are enough for every partition and the other voters are a majority.
   */
  outsideCore: z.array(nodeName).exactOptional(),
});

export type Plan = z.infer<typeof planSchema>;
export type { Fault } from './kinds/faults/index.ts';
export type { Operation } from './kinds/operations/index.ts';
export type { Client, Topic } from './topology.ts';

/** An operation on one topic, and on one of its partitions or any. */
export type PlacedOperation = Extract<Operation, { readonly partition: number | null }>;

export function isPlaced(operation: Operation): operation is PlacedOperation {
  return 'partition' in operation;
}
export type Trigger = Fault['at'];
export type Schedule = Plan['schedule'];
export type ChosenStep = NonNullable<Plan['order']>[number];
export type LatencyModel = Schedule['latency'];
export type Strategy = NonNullable<Schedule['strategy']>;
