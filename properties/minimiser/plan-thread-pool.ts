/** Threads that run candidates beside the calling thread, which waits for them synchronously. */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

import type { Plan } from '../../impl/plan/plan.ts';
import { failureOf } from './failure-of.ts';
import type { Failure, PlanRunner } from './plan-runner.ts';
import { RUN_THREAD_MEMORY } from '../search/v8-for-runs.ts';

/** The data that a thread is started with. */
export interface PlanThreadData {
  /** Plans come in here, outcomes go out. */
  readonly port: MessagePort;
  /** One `Int32Array` element: how many reports all threads have sent so far; each report wakes the calling thread. */
  readonly reports: SharedArrayBuffer;
}

/** A report of a thread: `ready` once, then how each plan that it received fails. */
export type ThreadReport = 'ready' | { readonly failure: Failure | null };

export interface PlanThreadPool extends PlanRunner {
  /** How many plans were run by other threads than the calling one. */
  readonly runsByThreads: number;
  /** Ends the threads, also in the middle of a run. */
  close(): Promise<void>;
}

/** From sources the thread needs a loader first; compiled, it needs none. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './plan-thread-boot.mjs' : './plan-thread.js',
  import.meta.url,
);

/** Twice as many as there are threads: a thread that is done early takes the next plan. */
const PLANS_PER_THREAD = 2;

/** Returns a pool of `threads` threads, the calling one among them. Until a thread has started, the others do its work. */
export function planThreadPool(threads: number): PlanThreadPool {
  const reports = new SharedArrayBuffer(4);
  const others = Array.from({ length: threads - 1 }, () => new PlanThread(reports));
  return {
    get runsByThreads() {
      return others.reduce((sum, { done }) => sum + done, 0);
    },
    batchSize: threads === 1 ? 1 : threads * PLANS_PER_THREAD,
    runAll: (plans) => runAll(plans, others, new Int32Array(reports)),
    close: async () => void (await Promise.all(others.map((thread) => thread.close()))),
  };
}

function runAll(
  plans: readonly Plan[],
  others: readonly PlanThread[],
  reports: Int32Array<SharedArrayBuffer>,
): readonly (Failure | null)[] {
  const outcomes: (Failure | null)[] = plans.map(() => null);
  let next = 0;
  const take = (): number | null => (next < plans.length ? next++ : null);
  const isBusy = (): boolean => others.some(({ working }) => working !== null);
  const handOut = (): void => {
    for (const thread of others) {
      thread.collect(outcomes);
      if (!thread.isFree || next >= plans.length) continue;
      const index = take();
      const plan = index === null ? undefined : plans[index];
      if (index !== null && plan !== undefined) thread.give(plan, index);
    }
  };
  for (;;) {
    const reportsSeen = Atomics.load(reports, 0);
    handOut();
    const index = take();
    const plan = index === null ? undefined : plans[index];
    if (index !== null && plan !== undefined) outcomes[index] = failureOf(plan);
    else if (!isBusy()) return outcomes;
    else Atomics.wait(reports, 0, reportsSeen);
  }
}

class PlanThread {
  readonly #port: MessagePort;
  readonly #worker: Worker;
  #isReady = false;
  /** The plan that it runs, by its index. */
  working: number | null = null;
  done = 0;

  constructor(reports: SharedArrayBuffer) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: PlanThreadData = { port: port2, reports };
    this.#worker = new Worker(ENTRY, {
      workerData,
      transferList: [port2],
      resourceLimits: RUN_THREAD_MEMORY,
    });
    this.#worker.unref();
  }

  get isFree(): boolean {
    return this.#isReady && this.working === null;
  }

  give(plan: Plan, index: number): void {
    this.working = index;
    this.#port.postMessage(plan);
  }

  /** Takes in the reports that the thread has sent since. */
  collect(outcomes: (Failure | null)[]): void {
    for (let report = this.#receive(); report !== undefined; report = this.#receive()) {
      if (report === 'ready') this.#isReady = true;
      else if (this.working !== null) {
        outcomes[this.working] = report.failure;
        this.working = null;
        this.done++;
      }
    }
  }

  #receive(): ThreadReport | undefined {
    const received: { message: ThreadReport } | undefined = receiveMessageOnPort(this.#port);
    return received?.message;
  }

  async close(): Promise<void> {
    this.#port.close();
    await this.#worker.terminate();
  }
}
