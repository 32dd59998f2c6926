import { RunHash } from './run-hash.ts';

/** The event that is being handled. Draws, timers and messages take their keys from it. */
export class Execution {
  readonly hash = new RunHash();
  /** Key of the event; everything drawn while it is handled is keyed by it. */
  cause = 0;
  /** Position of the event in the trace; -1 for none or in an untraced run. */
  causedBy = -1;
  /** Counts the messages and resets sent while the event is handled. */
  ordinal = 0;

  /** Begins the handling of an event. `hashed`: its key in the run hash, which may also name the host. */
  begin(nowUs: number, key: number, hashed: number, causedBy: number): void {
    this.cause = key;
    this.ordinal = 0;
    this.causedBy = causedBy;
    this.hash.add(nowUs, hashed);
  }
}
