import { hex, mix } from './mix.ts';

/** A rolling hash over everything that happens in a run: two runs are the same run when their hashes agree. */
export class RunHash {
  #a = 0x2545f491;
  #b = 0x1b873593;

  add(x: number, y: number): void {
    this.#a = mix(this.#a, x);
    this.#b = mix(this.#b ^ this.#a, y);
  }

  /** Sixteen hexadecimal digits. */
  digest(): string {
    return hex(this.#a) + hex(this.#b);
  }
}
