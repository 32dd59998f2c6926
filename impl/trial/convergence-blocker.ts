import type { AnomalyOf } from '../../model/guarantee.ts';

/** An anomaly of the guarantee `progress` that a trial finds; the reference model finds the other one. */
export type ProgressAnomaly = Exclude<AnomalyOf<'progress'>, 'fenced-by-nobody'>;

/** A partition as the controller has it: what phases of a trial need to know. */
export interface PartitionView {
  /** `orders-0`. */
  readonly partition: string;
  readonly topic: string;
  readonly index: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** -1 while the partition has none. */
  readonly leader: number;
}

/** The reason why a healed cluster has not converged. */
export interface ConvergenceBlocker<Partition extends PartitionView = PartitionView> {
  readonly anomaly: ProgressAnomaly;
  readonly broker: number | null;
  readonly partition: Partition | null;
  readonly client?: string;
}

const OF_REPLICAS: ReadonlySet<ProgressAnomaly> = new Set([
  'no-controller',
  'broker-fenced',
  'no-leader',
  'isr-not-full',
  'reassignment-pending',
  'replicas-differ',
]);

/** Returns whether brokers that lead a partition one after the other may have different ends of it. */
export function endsMayDiffer({ anomaly }: ConvergenceBlocker): boolean {
  return OF_REPLICAS.has(anomaly);
}
