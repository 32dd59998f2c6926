/**
 * Everything about one kind of operation but how a target performs it, and how reports describe its entry in a history:
 * those sentences go into the page, which does not carry the schemas (`reports/prose/event-sentence.ts`).
 */
import { z } from 'zod';

import { clientName, identifier, milliseconds } from '../fields.ts';
import type { Client, Topology } from '../topology.ts';
import type { Renaming } from './renaming.ts';
import type { PlanContext, ReportProblem } from './validity.ts';
import type { Draw } from './variation.ts';

/** The fields that every operation has. */
export const operationBase = {
  /** Stable through shrinking: all randomness that the operation causes is keyed by it. */
  id: identifier,
  atMs: milliseconds,
  client: clientName,
};

export type OperationBase = z.infer<z.ZodObject<typeof operationBase>> & { readonly kind: string };

/** The members are methods, so that the record of one kind can stand for "any kind" (`operationKind`). */
export interface OperationKind<Own extends OperationBase> {
  /** The kind of client that performs it. */
  readonly client: Client['kind'];
  /** Whether its producer must have a transactional id. */
  readonly transactional?: true;
  /** A topic that exists once the operation has succeeded. */
  creates?(operation: Own): { readonly name: string; readonly partitions: number };
  /** Reports what contradicts the plan around it. */
  problems?(operation: Own, plan: PlanContext, report: ReportProblem): void;
  /** How far its arguments are from the plainest ones; absent: it has no others. */
  weight?(operation: Own): number;
  /** The operation with its plainest arguments. */
  simplest?(operation: Own): Own;
  /** A number that the minimiser makes smaller step by step. */
  reducible?(operation: Own): { readonly value: number; with(value: number): Own };
  /** The operation with other arguments; absent: it has none that could be others. */
  vary?(operation: Own, topology: Topology, draw: Draw): Own;
  /** Renames the clients that it refers to beside its own; null if one is taken away. Absent: it refers to none. */
  renameClients?(operation: Own, rename: Renaming): Own | null;
  /** Takes a broker away; those above it move down by one. Null: nothing is left to do. Absent: it names no brokers. */
  withoutBroker?(operation: Own, broker: number, remaining: number): Own | null;
}
