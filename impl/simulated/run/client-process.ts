import type { Completion } from '../../../model/history/history.ts';
import type { Host } from '../kernel/host.ts';

/** Does one thing, and calls `done` when it is over. */
export type Turn = (done: () => void) => void;

/**
 * A client of a plan, with what one thread of it does in turn. When its process dies and another one takes its
 * place, the history knows the new one by a name of its own, and nobody hears of what the old one had begun.
 */
export class ClientProcess {
  readonly host: Host;
  readonly #turns: { readonly turn: Turn; readonly over: () => void }[] = [];
  /** What has begun and is not over, by operation. */
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

  /** False when the process that began it has died: nobody hears of it. */
  ended(op: number): boolean {
    return this.#outstanding.delete(op);
  }

  /** The process has died, and another one has come: what the old one had begun, in the order in which it did. */
  replaced(): readonly (readonly [op: number, f: Completion['f']])[] {
    const lost = [...this.#outstanding];
    this.#outstanding.clear();
    this.#incarnation++;
    this.transaction = null;
    this.#over?.();
    this.#over = null;
    return lost;
  }

  /** After `replaced`, once the new process runs: it goes on with what the application had in mind. */
  resume(): void {
    this.#next();
  }
}
