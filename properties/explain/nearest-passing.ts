/**
 * Finds passing plans that differ from a failing one in one fault, operation, setting or bug. A shrunk plan has many
 * such neighbours: each shows one cause of the failure.
 */
import type { Plan } from '../../impl/plan/plan.ts';
import { findDefect } from '../../impl/simulated/defects/index.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import type { Trace } from '../../impl/trace/trace.ts';
import { CRUCIBLE_DEFAULTS } from '../../model/configuration/configuration.ts';
import { propertyCatalogue } from '../../model/configuration/catalogue.ts';
import { eventsInCommon } from '../../reports/prose/comparison.ts';
import { type FailureReport } from '../../reports/analysis/failure-report.ts';
import type { PassingNeighbour } from '../../impl/result/explanation.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';
import { traceOf } from '../../impl/result/run-trace.ts';

interface Candidate {
  /** At most one neighbour of each kind is kept. */
  readonly kind: 'defect' | 'setting' | 'fault' | 'operation';
  readonly change: string;
  readonly plan: Plan;
}

/** A plan that was not shrunk has too many neighbours to run all of them. */
const MAX_CANDIDATES = 60;
/** For a run longer than this only the bug is removed: each neighbour takes as long as the run again. */
const MAX_EVENTS = 50_000;

/** Adds the nearest passing neighbour of each kind to the report, unless no guarantee was broken. */
export function withNeighbours(report: FailureReport): FailureReport {
  const violation = primaryViolation(report.result);
  if (violation === null) return report;
  const isLong = (report.result.events ?? 0) > MAX_EVENTS;
  const failing = traceOf(report.result);
  const nearest = new Map<Candidate['kind'], { neighbour: PassingNeighbour; common: number }>();
  for (const { kind, change, plan } of candidates(report.plan, failing).slice(0, MAX_CANDIDATES)) {
    if (isLong && kind !== 'defect') continue;
    const trace = passingTrace(plan);
    if (trace === null) continue;
    const common = eventsInCommon(failing, trace, violation.place);
    if (common > (nearest.get(kind)?.common ?? -1))
      nearest.set(kind, { neighbour: { change, trace }, common });
  }
  return { ...report, neighbours: [...nearest.values()].map(({ neighbour }) => neighbour) };
}

/** Returns null for a plan that fails or is invalid. */
function passingTrace(plan: Plan): Trace | null {
  try {
    const { verdict, trace } = simulate(plan, { trace: true });
    return verdict === 'passed' ? (trace ?? null) : null;
  } catch {
    // Without an operation or a fault, the plan may refer to something that does not exist.
    return null;
  }
}

function candidates(plan: Plan, trace: Trace): readonly Candidate[] {
  return [
    ...plan.defects.map((slug): Candidate => {
      const defects = plan.defects.filter((other) => other !== slug);
      const title = findDefect(slug)?.title ?? slug;
      return {
        kind: 'defect',
        change: `without the historical bug ${slug}: ${title}`,
        plan: { ...plan, defects },
      };
    }),
    ...settings(plan),
    ...plan.faults.map(({ id, kind }): Candidate => {
      const entry = trace.entries.find((each) => each.kind === 'fault' && each.fault === id);
      const what = entry?.kind === 'fault' ? entry.sentence : kind;
      const faults = plan.faults.filter((other) => other.id !== id);
      return { kind: 'fault', change: `without the fault "${what}"`, plan: { ...plan, faults } };
    }),
    ...plan.operations.map(({ id, kind, client, atMs }): Candidate => {
      const operations = plan.operations.filter((other) => other.id !== id);
      const change = `without the ${kind} of ${client} at ${atMs} ms`;
      return { kind: 'operation', change, plan: { ...plan, operations } };
    }),
  ];
}

/** Returns a candidate for each property that the plan sets, at Kafka's default; except those that the harness always sets. */
function settings(plan: Plan): readonly Candidate[] {
  const defaults = new Map(propertyCatalogue().map(({ name, default: value }) => [String(name), value]));
  return Object.entries(plan.configuration).flatMap(([name, value]): readonly Candidate[] => {
    const kafkaDefault = defaults.get(name);
    if (kafkaDefault === undefined || String(kafkaDefault) === String(value)) return [];
    if (Object.hasOwn(CRUCIBLE_DEFAULTS, name)) return [];
    const { [name]: _, ...configuration } = plan.configuration;
    return [
      {
        kind: 'setting',
        change: `with ${name}=${String(kafkaDefault)}, Kafka's default, in place of ${String(value)}`,
        plan: { ...plan, configuration },
      },
    ];
  });
}
