import { expect, test } from 'vitest';

import type { Context } from '../kernel/context.ts';
import type { Process } from '../kernel/process.ts';
import { RetryBackoff } from './retry-backoff.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

class Idle implements Process {
  readonly context: Context;
  constructor(context: Context) {
    this.context = context;
  }
  start(): void {}
  onRequest(): void {}
  shutdown(done: (cleanly: boolean) => void): void {
    done(true);
  }
}

test('doubles from the initial wait to the greatest, give or take a fifth', () => {
  const { context } = new ScriptedCluster(1).start((own) => new Idle(own), {});
  const backoff = new RetryBackoff(context, 100, 1000);
  for (let n = 0; n < 100; n++) {
    for (const [failures, ms] of [
      [1, 100],
      [2, 200],
      [3, 400],
      [4, 800],
    ] as const) {
      const delayMs = backoff.delayMs(failures, n);
      expect(delayMs).toBeGreaterThanOrEqual(ms * 0.8);
      expect(delayMs).toBeLessThanOrEqual(Math.min(1000, ms * 1.2));
    }
    expect(backoff.delayMs(1000, n)).toBeLessThanOrEqual(1000);
  }
});

test('an initial wait above the greatest counts as the greatest', () => {
  const { context } = new ScriptedCluster(1).start((own) => new Idle(own), {});
  expect(new RetryBackoff(context, 5000, 10).delayMs(1, 0)).toBeLessThanOrEqual(10);
});
