/** Checks of one operation or fault against the plan around it. The schema sees each field alone. */
import type { Client } from '../topology.ts';

/** The way to a field from the operation or fault, or from the plan: `['operations', 3, 'client']`. */
export type Path = readonly (string | number)[];

/** Takes a problem: the field that is wrong, and what was expected there. */
export type ReportProblem = (path: Path, sentence: string) => void;

/** The facts of a plan that decide whether an operation or a fault can be run. */
export interface PlanContext {
  readonly brokers: number;
  /** Log directories a broker. */
  readonly logDirs: number;
  readonly clients: ReadonlyMap<string, Client>;
  /** Every topic that may exist: declared, created by an operation, or internal. A name may occur several times. */
  readonly topics: readonly { readonly name: string; readonly partitions: number }[];
  /** Whether a controller, which votes, keeps its log and its votes on the disk of that node. */
  isVoter(node: string): boolean;
}

export function checkPlace(
  { topics }: PlanContext,
  place: { readonly topic: string; readonly partition: number | null },
  report: ReportProblem,
): void {
  const named = topics.filter((topic) => topic.name === place.topic);
  if (named.length === 0) {
    report(['topic'], `there is no topic ${quote(place.topic)} among topics`);
    return;
  }
  const partitions = Math.max(...named.map((topic) => topic.partitions));
  if (place.partition !== null && place.partition >= partitions) {
    report(
      ['partition'],
      `expected at most ${partitions - 1}, because ${place.topic} has ${partitions} ` +
        `${partitions === 1 ? 'partition' : 'partitions'}, found ${place.partition}`,
    );
  }
}

export function checkBroker(
  { brokers }: PlanContext,
  broker: number,
  path: Path,
  report: ReportProblem,
): void {
  if (broker > brokers) report(path, `there is no broker ${broker}: cluster.brokers is ${brokers}`);
}

/** `hint` is added to the sentence. */
export function checkAmong(
  known: readonly string[],
  name: string,
  what: string,
  path: Path,
  report: ReportProblem,
  hint = '',
): void {
  if (known.includes(name)) return;
  const listed = known.length > 12 ? '' : `: there are ${known.join(', ')}`;
  report(path, `there is no ${what} ${quote(name)}${listed}${hint}`);
}

export function quote(value: string | number): string {
  return JSON.stringify(value);
}
