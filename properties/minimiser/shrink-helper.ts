/** The thread of a helper in a `shrinkCrew`: it answers each plan that it is given. */
import { workerData } from 'node:worker_threads';

import type { Plan } from '../../impl/plan/plan.ts';
import { failureOf } from './failure-of.ts';
import type { HelperData, HelperSays } from './shrink-crew.ts';

const { port, said }: HelperData = workerData;

function say(what: HelperSays): void {
  port.postMessage(what);
  const count = new Int32Array(said);
  Atomics.add(count, 0, 1);
  Atomics.notify(count, 0);
}

port.on('message', (plan: Plan) => say({ failure: failureOf(plan) }));
say('ready');
