import type { Completion } from '../../../model/history/history.ts';
import type { Host } from '../kernel/host.ts';

/** Does one thing, and calls `done` when it is over. */
export type Turn = (done: () => void) => void;

/**
 * A client of a plan, with the operations that its one thread performs in turn. When its process dies and another one takes its
 * place, the history knows the new one by a name of its own, and the operations of the old one never complete.
 */
export class ClientProcess {
  readonly host: Host;
  readonly #turns: { readonly turn: Turn; readonly over: () => void }[] = [];
  /** The operations that have begun and not completed. */
  readonly #outstanding = new Map<number, Completion['f']>();
  #incarnation = 1;
  /** Of the turn that is under way. */
  #over: (() => void) | null = null;
  /** The `begin` of the transaction that is open, as far as the application knows. */
  transaction: number | null = null;

  constructor(host: Host) {
    this.host = host;
  }

  /** Its name in the history. */
  get process(): string {
    return this.#incarnation === 1 ? this.host.name : `${this.host.name}#${this.#incarnation}`;
  }

  /** `over` is called once: when the turn is done, or its process has died. */
  takeTurn(turn: Turn, over: () => void): void {
    this.#turns.push({ turn, over });
    this.#next();
  }

  #next(): void {
    if (this.#over !== null) return;
    const next = this.#turns.shift();
    if (next === undefined) return;
    const incarnation = this.#incarnation;
    this.#over = next.over;
    next.turn(() => {
      // The thread that began it is no more.
      if (incarnation !== this.#incarnation) return;
      this.#over = null;
      next.over();
      this.#next();
    });
  }

  began(op: number, f: Completion['f']): void {
    this.#outstanding.set(op, f);
  }

  /** Returns false when the process that began the operation has died: its completion is dropped. */
  ended(op: number): boolean {
    return this.#outstanding.delete(op);
  }

  /** Replaces the process, which has died, and returns the operations that it had begun, in their order. */
  replaced(): readonly (readonly [op: number, f: Completion['f']])[] {
    const lost = [...this.#outstanding];
    this.#outstanding.clear();
    this.#incarnation++;
    this.transaction = null;
    this.#over?.();
    this.#over = null;
    return lost;
  }

  /** Goes on with the queued operations; to be called after `replaced`, once the new process runs. */
  resume(): void {
    this.#next();
  }
}
