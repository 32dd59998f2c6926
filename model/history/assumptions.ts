/**
 * The assumptions of the model about the events of a history, which must hold before it judges any of them:
 * 1. Each operation is invoked once and completed at most once, under one `op`, by the same process.
 * 2. An event that belongs to a transaction names the `op` of an earlier `begin`.
 * 3. The order of events is the order in which they happened.
 * 4. The values of all sends differ.
 *
 * The first two are checked here. The third cannot be checked: clocks of clients differ. The fourth is not, because
 * the model only ignores a later send of a value that it knows: that send proves nothing.
 */
import { BitSet } from './bit-set.ts';
import type { Completion, HistoryEvent, Invocation } from './history.ts';
import { shown } from './history-line.ts';

/** An assumption that an event does not meet. */
export interface UnmetAssumption {
  readonly field: 'op' | 'f' | 'process' | 'transaction';
  readonly problem: string;
}

/** Keeps the open operations, and two bits for each operation that there was. */
export class HistoryAssumptions {
  private readonly open = new Map<number, Invocation>();
  private readonly known = new BitSet();
  private readonly begun = new BitSet();

  /** Takes the next event; returns the assumption that it does not meet, or null. */
  observe(event: HistoryEvent): UnmetAssumption | null {
    if (event.type === 'cluster') return null;
    return event.type === 'invoke' ? this.invoke(event) : this.complete(event);
  }

  private invoke(event: Invocation): UnmetAssumption | null {
    if (this.known.has(event.op)) {
      return { field: 'op', problem: `operation ${event.op} was invoked before` };
    }
    if ('transaction' in event && event.transaction !== undefined && !this.begun.has(event.transaction)) {
      return {
        field: 'transaction',
        problem: `expected the op of an earlier "begin", found ${event.transaction}`,
      };
    }
    if (event.f === 'begin') this.begun.add(event.op);
    this.known.add(event.op);
    this.open.set(event.op, event);
    return null;
  }

  private complete(event: Completion): UnmetAssumption | null {
    const invocation = this.open.get(event.op);
    if (invocation === undefined) {
      const fault = this.known.has(event.op) ? 'is completed for the second time' : 'was never invoked';
      return { field: 'op', problem: `operation ${event.op} ${fault}` };
    }
    for (const field of ['f', 'process'] as const) {
      if (event[field] !== invocation[field]) {
        return {
          field,
          problem: `operation ${event.op} was invoked with ${shown(invocation[field])}, found ${shown(event[field])}`,
        };
      }
    }
    this.open.delete(event.op);
    return null;
  }
}
