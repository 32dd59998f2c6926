/**
 * When a failure was decided. For moments of a failing run: everything up to there is kept, everything later is
 * drawn anew, some dozens of times, and counted how often the same promise breaks. Where the share jumps, it was
 * decided.
 */
import type { Fault, LatencyModel, Operation, Plan } from '../../impl/plan/plan.ts';
import { planProblems } from '../../impl/plan/plan-problems.ts';
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import type { CausalityPoint } from '../../impl/result/explanation.ts';
import { endMs } from '../minimiser/size.ts';
import { type Draw, drawsOf } from './reseeding.ts';
import type { Count } from './dependence.ts';
import { alteredFault, alteredOperation } from './variations.ts';

/** Moments that are looked at, at most. */
const MOMENTS = 20;
const DRAWS = 16;
/** What messages take once luck is drawn anew, unless somebody says otherwise: a network that is in no hurry. */
const ANY_LATENCY: LatencyModel = { model: 'uniform', minUs: 500, maxUs: 20_000 };
/** What is drawn anew may come as late as this after the moment, however short the plan is. */
const ROOM_MS = 1_000;

/** `trace`: of a run of the plan. */
export function causality(
  plan: Plan,
  trace: Trace,
  count: Count,
  latency: LatencyModel = ANY_LATENCY,
): readonly CausalityPoint[] {
  return momentsOf(trace).map((entry) => {
    const us = entry.timeUs - trace.workloadStartUs;
    const fired = firedUpTo(trace, entry.timeUs);
    const futures = Array.from({ length: DRAWS }, (_, nth) => drawnAnew(plan, us, nth, latency, fired));
    return { seq: entry.seq, ...count(futures) };
  });
}

/** The plan as it is up to a moment; what is later in it happens at other times, to others, in another order. */
function drawnAnew(
  plan: Plan,
  us: number,
  nth: number,
  latency: LatencyModel,
  fired: ReadonlySet<number>,
): Plan {
  const seed = `${plan.seed}/anew-${us}-${nth}`;
  const draw = drawsOf(seed);
  const operations = plan.operations.map((operation) =>
    operation.atMs * 1000 <= us ? operation : anotherOperation(plan, operation, us, draw),
  );
  const faults = plan.faults.map((fault) =>
    fired.has(fault.id) || ('ms' in fault.at && fault.at.ms * 1000 <= us)
      ? fault
      : anotherFault(plan, fault, us, draw),
  );
  const anew: Plan = { ...plan, operations, faults, redrawAfter: { us, seed, latency } };
  // A fault that cannot befall the node that was drawn for it: only the luck is another one then.
  return planProblems(anew).length === 0 ? anew : { ...plan, redrawAfter: { us, seed, latency } };
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

/** Faults that have begun by then. */
function firedUpTo({ entries }: Trace, timeUs: number): ReadonlySet<number> {
  const fired = new Set<number>();
  for (const entry of entries) {
    if (entry.kind === 'fault' && entry.fault !== null && entry.timeUs <= timeUs) fired.add(entry.fault);
  }
  return fired;
}

/** Events that a story would tell; there are thousands of others in between, in which little is decided. */
const TELLING: ReadonlySet<TraceEntry['kind']> = new Set<TraceEntry['kind']>([
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
 * From the beginning of the workload to the first violation, or to the liveness phase, in which nothing is decided
 * any more; the last event of each instant, and evenly chosen where there are many.
 */
function momentsOf({ entries, workloadStartUs, livenessStartUs }: Trace): readonly TraceEntry[] {
  const violation = entries.find(({ kind }) => kind === 'violation');
  const endUs = Math.min(livenessStartUs, violation?.timeUs ?? livenessStartUs);
  const within = entries.filter(
    ({ kind, timeUs }) => TELLING.has(kind) && timeUs >= workloadStartUs && timeUs <= endUs,
  );
  const instants = within.filter(({ timeUs }, index) => within[index + 1]?.timeUs !== timeUs);
  if (instants.length <= MOMENTS) return instants;
  return Array.from(
    { length: MOMENTS },
    (_, nth) => instants[Math.round((nth * (instants.length - 1)) / (MOMENTS - 1))],
  ).filter((entry) => entry !== undefined);
}
