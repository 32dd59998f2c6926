/** Threads that run candidates beside the one that shrinks, which waits for them without leaving its own call. */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

import type { Plan } from '../../impl/plan/plan.ts';
import { failureOf } from './failure-of.ts';
import type { Crew, Failure } from './search.ts';
import { RUN_THREAD_MEMORY } from '../search/v8-for-runs.ts';

/** What a helper is started with. */
export interface HelperData {
  /** Plans come in here, outcomes go out. */
  readonly port: MessagePort;
  /** One `Int32Array` element: how much all helpers have said so far; whoever waits is woken by it. */
  readonly said: SharedArrayBuffer;
}

/** What a helper says: once that it is there, then how each plan that it was given fails. */
export type HelperSays = 'ready' | { readonly failure: Failure | null };

export interface ShrinkCrew extends Crew {
  /** How many plans helpers have run so far. */
  readonly helped: number;
  /** Ends the helpers, whatever they are doing. */
  close(): Promise<void>;
}

/** From sources the thread needs a loader first; compiled, it needs none. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './shrink-helper-boot.mjs' : './shrink-helper.js',
  import.meta.url,
);

/** Twice as many as there are threads: who is done early takes the next one. */
const PLANS_PER_THREAD = 2;

/** A crew of `threads`, the calling one among them. Until a helper has started, the others do its work. */
export function shrinkCrew(threads: number): ShrinkCrew {
  const said = new SharedArrayBuffer(4);
  const helpers = Array.from({ length: threads - 1 }, () => new Helper(said));
  return {
    get helped() {
      return helpers.reduce((sum, { done }) => sum + done, 0);
    },
    appetite: threads === 1 ? 1 : threads * PLANS_PER_THREAD,
    runAll: (plans) => runAll(plans, helpers, new Int32Array(said)),
    close: async () => void (await Promise.all(helpers.map((helper) => helper.close()))),
  };
}

function runAll(
  plans: readonly Plan[],
  helpers: readonly Helper[],
  said: Int32Array<SharedArrayBuffer>,
): readonly (Failure | null)[] {
  const outcomes: (Failure | null)[] = plans.map(() => null);
  let next = 0;
  const take = (): number | null => (next < plans.length ? next++ : null);
  const isBusy = (): boolean => helpers.some(({ working }) => working !== null);
  const handOut = (): void => {
    for (const helper of helpers) {
      helper.collect(outcomes);
      if (!helper.isFree || next >= plans.length) continue;
      const index = take();
      const plan = index === null ? undefined : plans[index];
      if (index !== null && plan !== undefined) helper.give(plan, index);
    }
  };
  for (;;) {
    const heard = Atomics.load(said, 0);
    handOut();
    const index = take();
    const plan = index === null ? undefined : plans[index];
    if (index !== null && plan !== undefined) outcomes[index] = failureOf(plan);
    else if (!isBusy()) return outcomes;
    else Atomics.wait(said, 0, heard);
  }
}

class Helper {
  readonly #port: MessagePort;
  readonly #thread: Worker;
  #isReady = false;
  /** The plan that it runs, by its index. */
  working: number | null = null;
  done = 0;

  constructor(said: SharedArrayBuffer) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: HelperData = { port: port2, said };
    this.#thread = new Worker(ENTRY, {
      workerData,
      transferList: [port2],
      resourceLimits: RUN_THREAD_MEMORY,
    });
    this.#thread.unref();
  }

  get isFree(): boolean {
    return this.#isReady && this.working === null;
  }

  give(plan: Plan, index: number): void {
    this.working = index;
    this.#port.postMessage(plan);
  }

  /** Writes down what it has said since. */
  collect(outcomes: (Failure | null)[]): void {
    for (let said = this.#hear(); said !== undefined; said = this.#hear()) {
      if (said === 'ready') this.#isReady = true;
      else if (this.working !== null) {
        outcomes[this.working] = said.failure;
        this.working = null;
        this.done++;
      }
    }
  }

  #hear(): HelperSays | undefined {
    const received: { message: HelperSays } | undefined = receiveMessageOnPort(this.#port);
    return received?.message;
  }

  async close(): Promise<void> {
    this.#port.close();
    await this.#thread.terminate();
  }
}
