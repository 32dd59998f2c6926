/**
 * Finds the point of no return of a failure. For up to 20 moments of the failing run, everything up to the moment is
 * kept and everything later is drawn again, 16 times each, and the runs that break the same guarantee are counted.
 * The failure was decided where the share jumps.
 */
import type { Fault, LatencyModel, Operation, Plan } from '../../impl/plan/plan.ts';
import { planProblems } from '../../impl/plan/plan-problems.ts';
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import type { CausalityPoint } from '../../impl/result/explanation.ts';
import { endMs } from '../minimiser/size.ts';
import { type Draw, drawsOf } from './reseeding.ts';
import type { Count } from './dependence.ts';
import type { Trying } from '../minimiser/plan-runner.ts';
import { alteredFault, alteredOperation } from './variations.ts';

/** The number of moments that are tried, at most. */
const MOMENTS = 20;
const DRAWS = 16;
/** The latency of messages after the moment, by default: that of a slow network. */
const ANY_LATENCY: LatencyModel = { model: 'uniform', minUs: 500, maxUs: 20_000 };
/** Operations and faults that are drawn again begin at most this long after the moment, or until the plan ends. */
const ROOM_MS = 1_000;

/** @param trace of a run of the plan */
export function* causality(
  plan: Plan,
  trace: Trace,
  count: Count,
  latency: LatencyModel = ANY_LATENCY,
): Trying<readonly CausalityPoint[]> {
  const points: CausalityPoint[] = [];
  for (const entry of momentsOf(trace)) {
    const us = entry.timeUs - trace.workloadStartUs;
    const fired = firedUpTo(trace, entry.timeUs);
    const variations = Array.from({ length: DRAWS }, (_, nth) => redrawnAfter(plan, us, nth, latency, fired));
    points.push({ seq: entry.seq, ...(yield* count(variations)) });
  }
  return points;
}

/** Returns the plan with everything after a moment drawn again: times, targets and the order of messages. */
function redrawnAfter(
  plan: Plan,
  us: number,
  nth: number,
  latency: LatencyModel,
  fired: ReadonlySet<number>,
): Plan {
  const seed = `${plan.seed}/redrawn-${us}-${nth}`;
  const draw = drawsOf(seed);
  const operations = plan.operations.map((operation) =>
    operation.atMs * 1000 <= us ? operation : anotherOperation(plan, operation, us, draw),
  );
  const faults = plan.faults.map((fault) =>
    fired.has(fault.id) || ('ms' in fault.at && fault.at.ms * 1000 <= us)
      ? fault
      : anotherFault(plan, fault, us, draw),
  );
  const redrawn: Plan = { ...plan, operations, faults, redrawAfter: { us, seed, latency } };
  // A fault that is invalid for the node drawn for it: then only the draws of the run differ.
  return planProblems(redrawn).length === 0 ? redrawn : { ...plan, redrawAfter: { us, seed, latency } };
}

function anotherOperation(plan: Plan, operation: Operation, us: number, draw: Draw): Operation {
  return { ...(alteredOperation(plan, operation, draw) ?? operation), atMs: laterThan(plan, us, draw) };
}

function anotherFault(plan: Plan, fault: Fault, us: number, draw: Draw): Fault {
  return { ...(alteredFault(plan, fault, draw) ?? fault), at: { ms: laterThan(plan, us, draw) } };
}

function laterThan(plan: Plan, us: number, draw: Draw): number {
  const first = Math.floor(us / 1000) + 1;
  return first + draw(Math.max(ROOM_MS, endMs(plan) - first));
}

/** Returns the ids of the faults that began up to the time, inclusive. */
function firedUpTo({ entries }: Trace, timeUs: number): ReadonlySet<number> {
  const fired = new Set<number>();
  for (const entry of entries) {
    if (entry.kind === 'fault' && entry.fault !== null && entry.timeUs <= timeUs) fired.add(entry.fault);
  }
  return fired;
}

/** The kinds of events that can decide a failure; the thousands of other events are not tried. */
const DECISIVE: ReadonlySet<TraceEntry['kind']> = new Set<TraceEntry['kind']>([
  'fault',
  'node',
  'history',
  'append',
  'truncate',
  'high-watermark',
  'role',
  'leader-isr',
  'partition-state',
  'violation',
]);

/**
 * Returns the moments to try, from the beginning of the workload to the first violation, or to the liveness phase,
 * which decides nothing: the last event of each instant, spread uniformly where there are too many.
 */
function momentsOf({ entries, workloadStartUs, livenessStartUs }: Trace): readonly TraceEntry[] {
  const violation = entries.find(({ kind }) => kind === 'violation');
  const endUs = Math.min(livenessStartUs, violation?.timeUs ?? livenessStartUs);
  const within = entries.filter(
    ({ kind, timeUs }) => DECISIVE.has(kind) && timeUs >= workloadStartUs && timeUs <= endUs,
  );
  const instants = within.filter(({ timeUs }, index) => within[index + 1]?.timeUs !== timeUs);
  if (instants.length <= MOMENTS) return instants;
  return Array.from(
    { length: MOMENTS },
    (_, nth) => instants[Math.round((nth * (instants.length - 1)) / (MOMENTS - 1))],
  ).filter((entry) => entry !== undefined);
}
