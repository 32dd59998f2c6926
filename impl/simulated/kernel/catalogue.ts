/**
 * The names of the program under simulation, as far as the kernel must know them. The kernel counts probes by number and
 * knows nothing else about them.
 */
export interface Catalogue {
  /** Probes have the numbers from 0 up to, not including, this one. */
  readonly probeCount: number;
  /** The kernel's own probes. */
  readonly messageLost: number;
  readonly staleMessageProcessed: number;
  /** Probes whose order among hosts matters to a checker that sees all hosts. */
  readonly orderSensitiveProbes: ReadonlySet<number>;
  /** The reason why a process ends itself after an IoError that it did not handle. */
  readonly unhandledIoError: string;
  /** Whether a request of this kind, from a host of this role, may change state when it arrives, however late. */
  mayWrite(senderRole: string, api: number): boolean;
}
