import fc from 'fast-check';
import { expect, test } from 'vitest';

import { burstsArbitrary, resolveBurst } from './bursts.ts';

const timeline = { lengthMs: 10_000, busyPeriodsMs: [1_000, 4_000], clustering: 70 };

test('a burst begins at a busy moment, goes on within seconds, and never moves a leader to where it is', () => {
  fc.assert(
    fc.property(burstsArbitrary, fc.integer({ min: 2, max: 5 }), (bursts, brokers) => {
      for (const burst of bursts) {
        const steps = resolveBurst(burst, timeline, brokers);
        expect(timeline.busyPeriodsMs).toContain(steps[0]?.atMs);
        let [lastMs, lastBroker] = [0, 0];
        for (const step of steps) {
          expect(step.atMs).toBeGreaterThanOrEqual(lastMs);
          expect(step.atMs).toBeLessThanOrEqual(timeline.lengthMs);
          lastMs = step.atMs;
          if (step.is !== 'move') continue;
          expect(step.broker).not.toBe(lastBroker);
          expect(step.broker).toBeLessThanOrEqual(brokers);
          lastBroker = step.broker;
        }
      }
    }),
    { seed: 1 },
  );
});
