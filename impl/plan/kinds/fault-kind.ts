/** Everything about one kind of fault but how a target injects it. */
import { z } from 'zod';

import { identifier, milliseconds, nodeName } from '../fields.ts';
import type { Topology } from '../topology.ts';
import type { Renaming } from './renaming.ts';
import type { Path, PlanContext, ReportProblem } from './validity.ts';
import type { Draw } from './variation.ts';

/** A fault fires at a time, or when a probe has been hit `count` times since the workload began. */
const trigger = z.union([
  z.strictObject({ ms: milliseconds }),
  z.strictObject({
    probe: z.string(),
    node: nodeName.optional(),
    count: z.int().min(1).default(1),
    /** The delay after the probe. */
    plusMs: milliseconds.default(0),
  }),
]);

/** The fields that every fault has. */
export const faultBase = { id: identifier, at: trigger };

/** The fields of a fault on the messages from one host to another. */
export const linkEnds = { from: z.string(), to: z.string() };

/** Null: the node stays down until the liveness phase heals it. */
export const restartAfterMs = milliseconds.nullable();

export type FaultBase = z.infer<z.ZodObject<typeof faultBase>> & { readonly kind: string };

/**
 * `Own` is the fault, `Simpler` the kinds that it may be replaced by. The members are methods, so that the record of one
 * kind can stand for "any kind" (`faultKind`).
 */
export interface FaultKind<Own extends FaultBase, Simpler extends FaultBase = Own> {
  /** Whether only brokers and controllers can be struck: what has a disk and is started by an operator. */
  readonly nodesOnly: boolean;
  /** The hosts that it names, each with the field that names it. */
  hosts(fault: Own): readonly (readonly [Path, string])[];
  /** Reports what contradicts the plan around it, beyond the names of hosts. */
  problems?(fault: Own, plan: PlanContext, report: ReportProblem): void;
  /** How long after its trigger its effect ends, in milliseconds; 0 if it ends at once or only when the cluster is healed. */
  durationMs(fault: Own): number;
  /** The sentence about its beginning, for reports of any target. `disks`: of the node that it strikes. */
  sentence(fault: Own, disks: number): string;
  /** How far it is from the plainest fault: a crash is plainer than the loss of a disk, a lost message than a late one. */
  weight(fault: Own): number;
  /** Simpler forms, the simplest first. */
  simpler(fault: Own): readonly Simpler[];
  /** The fault on another node of the same role, or for another length; null if it can be no other. */
  vary(fault: Own, topology: Topology, draw: Draw): Own | null;
  /** Renames the hosts that it names (not that of its trigger); null if too few of them remain. */
  renameHosts(fault: Own, rename: Renaming): Own | null;
}
