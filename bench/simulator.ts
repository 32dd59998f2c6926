/**
 * How fast one core simulates: `npm run bench`. Runs the plans that `fuzz` would run, judged and with all
 * invariants on. Figures of two machines, or of a busy one, cannot be compared; ratios can.
 */
import { simulate } from '../impl/simulated/run/simulate.ts';
import { ScheduledEvent, Scheduler } from '../impl/simulated/kernel/scheduler.ts';
import { generatePlan } from '../properties/arbitraries/generate.ts';

const WARM_UP = 300;
const RUNS = 1500;
/** Every plan has this many operations, and faults as drawn. */
const OPERATIONS = { min: 60, max: 60 };

class Nothing extends ScheduledEvent {
  fire(): void {}
}

/** Measures the event queue alone, with as many events pending as in a run: the upper bound. */
function bareEventsPerSecond(): number {
  const scheduler = new Scheduler();
  for (let i = 0; i < 64; i++) scheduler.schedule(new Nothing(), i);
  const events = 2_000_000;
  const begin = performance.now();
  for (let i = 0; i < events; i++) {
    scheduler.next()?.fire();
    scheduler.schedule(new Nothing(), scheduler.nowUs + 1 + ((i * 7919) % 97));
  }
  return (events / (performance.now() - begin)) * 1000;
}

function measure() {
  const plans = Array.from({ length: RUNS }, (_, i) => generatePlan('bench', i, { operations: OPERATIONS }));
  for (const plan of plans.slice(0, WARM_UP)) simulate(plan);
  let events = 0;
  let virtualUs = 0;
  const begin = performance.now();
  for (const plan of plans) {
    const result = simulate(plan);
    events += result.events;
    virtualUs += result.virtualUs;
  }
  const seconds = (performance.now() - begin) / 1000;
  const generateBegin = performance.now();
  for (let i = 0; i < RUNS; i++) generatePlan('bench', i, { operations: OPERATIONS });
  const generateSeconds = (performance.now() - generateBegin) / 1000;
  return { events, virtualSeconds: virtualUs / 1e6, seconds, generateSeconds };
}

const { events, virtualSeconds, seconds, generateSeconds } = measure();
const bare = bareEventsPerSecond();
const line = (label: string, value: string): void => console.log(`${label.padEnd(44)}${value.padStart(14)}`);
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

console.log(`one core, ${RUNS} plans of ${OPERATIONS.max} operations with faults, invariants on`);
line('events per second', whole(events / seconds));
line('runs per second', whole(RUNS / seconds));
line('runs per second, generation included', whole(RUNS / (seconds + generateSeconds)));
line('events per run', whole(events / RUNS));
line('simulated over wall-clock time', `${whole(virtualSeconds / seconds)} : 1`);
line('event queue alone over simulation', `${((bare * seconds) / events).toFixed(1)} : 1`);
line('simulation over generation of plans', `${(seconds / generateSeconds).toFixed(1)} : 1`);
