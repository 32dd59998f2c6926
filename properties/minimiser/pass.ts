import type { Trying } from './plan-runner.ts';
import type { Search } from './search.ts';

/** One way to make plans smaller. Tries each candidate under up to `seeds` seeds. */
export interface Pass {
  /** For progress reports: `drop operations`. */
  readonly name: string;
  run(search: Search, seeds: number): Trying<void>;
}
