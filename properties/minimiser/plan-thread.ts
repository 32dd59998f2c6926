/** The entry of a thread in a `planThreadPool`: it runs each plan that it receives, and reports how the plan fails. */
import { workerData } from 'node:worker_threads';

import type { Plan } from '../../impl/plan/plan.ts';
import { failureOf } from './failure-of.ts';
import type { PlanThreadData, ThreadReport } from './plan-thread-pool.ts';

const { port, reports }: PlanThreadData = workerData;

function send(report: ThreadReport): void {
  port.postMessage(report);
  const count = new Int32Array(reports);
  Atomics.add(count, 0, 1);
  Atomics.notify(count, 0);
}

port.on('message', (plan: Plan) => send({ failure: failureOf(plan) }));
send('ready');
