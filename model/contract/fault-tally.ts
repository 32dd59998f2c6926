/** The faults of one history that a contract may not survive. */
import type { ClusterEvent } from '../history/history.ts';

/** After these faults the controller treats the broker as one that went down uncleanly. */
const UNCLEAN: ReadonlySet<ClusterEvent['f']> = new Set([
  'crash',
  'file-loss',
  // While a log directory is offline the broker cannot record a clean shutdown.
  'disk-error',
] as const);

export class FaultTally {
  private readonly unclean = new Set<string>();
  private lossy = 0;
  private uncleanElections = 0;

  observe(event: ClusterEvent): void {
    if (event.f === 'unclean-election') this.uncleanElections++;
    else if (UNCLEAN.has(event.f)) this.addUnclean(event.node);
    else if ((event.f === 'power-loss' || event.f === 'disk-loss') && this.addUnclean(event.node))
      this.lossy++;
  }

  /** Whether any broker lost power or disk. */
  get sawLoss(): boolean {
    return this.lossy > 0;
  }

  /** Distinct brokers that went down uncleanly, with or without loss. Controllers and clients hold no records. */
  get uncleanBrokerCount(): number {
    return this.unclean.size;
  }

  get sawUncleanElection(): boolean {
    return this.uncleanElections > 0;
  }

  /** Returns false for a node that is not a broker. */
  private addUnclean(node: string | undefined): boolean {
    // A fault without a node may have hit any broker; it counts as a broker of its own.
    const broker = node ?? `unnamed ${this.unclean.size}`;
    if (node !== undefined && !node.startsWith('broker-')) return false;
    this.unclean.add(broker);
    return true;
  }
}
