import type { Host } from '../kernel/host.ts';

/** The hosts of all nodes: the addresses that a real cluster has in its configuration and its metadata. */
export interface Directory {
  /** Throws for an id that no broker has. */
  broker(id: number): Host;
  /** Null, or no such function: the broker has none. */
  rackOf?(id: number): string | null;
  readonly brokerIds: readonly number[];
  /** The voters of the quorum; controller N is at index N - 1 (Kafka's controller.quorum.bootstrap.servers). */
  readonly controllers: readonly Host[];
}
