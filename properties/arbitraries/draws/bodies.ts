/** Operations and faults before they are numbered. */
import type { Fault, Operation } from '../../../impl/plan/plan.ts';

/** A fault without its id and trigger. */
export type FaultBody<F extends Fault = Fault> = F extends Fault ? Omit<F, 'id' | 'at'> : never;

/** A fault without its id. */
export type UnnumberedFault<F extends Fault = Fault> = F extends Fault ? Omit<F, 'id'> : never;

/** An operation without its id. */
export type OperationBody<O extends Operation = Operation> = O extends Operation ? Omit<O, 'id'> : never;

/** A fault that fires at a time. */
export interface TimedFault {
  readonly atMs: number;
  readonly body: FaultBody;
}
