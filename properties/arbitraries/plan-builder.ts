/** Collects the operations, faults, clients and topics of a plan, and numbers them. */
import type { Client, Fault, Operation, Plan, Topic } from '../../impl/plan/plan.ts';
import type { OperationBody, UnnumberedFault } from './draws/bodies.ts';

/**
 * The sources of operations. Each numbers its operations in a name space of its own, so that more operations of one
 * source leave the ids of all others alone. The order decides the ids of saved plans: append only.
 */
const ID_SPACES = [
  'workload',
  'leader-moves',
  'transactions',
  'disturbances',
  'transaction-scenario',
  'producer-scenario',
] as const;
export type OperationSource = (typeof ID_SPACES)[number];

/** If there is no room for all operations, those of the first sources are kept. */
const OPERATION_PRECEDENCE: readonly OperationSource[] = [
  'leader-moves',
  'producer-scenario',
  'transaction-scenario',
  'transactions',
  'disturbances',
  'workload',
];

/** The sources of faults. If there is no room for all faults, those of the first sources are kept. */
const FAULT_PRECEDENCE = [
  'producer-scenario',
  'transaction-scenario',
  'disturbances',
  'incidents',
  'bursts',
  'lone-faults',
] as const;
export type FaultSource = (typeof FAULT_PRECEDENCE)[number];

export interface Limits {
  /** The greatest number of operations; also the size of each name space. */
  readonly operations: number;
  readonly faults: number;
  readonly faultKinds: readonly Fault['kind'][];
}

export class PlanBuilder {
  readonly #limits: Limits;
  readonly #operations = new Map<OperationSource, Operation[]>();
  readonly #faults = new Map<FaultSource, UnnumberedFault[]>();
  readonly #topics: Topic[] = [];
  readonly #clients: Client[] = [];

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  addTopics(topics: readonly Topic[]): void {
    this.#topics.push(...topics);
  }

  addClients(clients: readonly Client[]): void {
    this.#clients.push(...clients);
  }

  /** Adds an operation of a source, with the next id of its name space. */
  addOperation(source: OperationSource, withId: (id: number) => Operation): void {
    const operations = this.#of(source);
    operations.push(withId(operationId(source, operations.length, this.#limits.operations)));
  }

  addOperations(source: OperationSource, bodies: readonly OperationBody[]): void {
    for (const body of bodies) this.addOperation(source, (id) => ({ ...body, id }));
  }

  /** Adds operations that have their ids already. */
  addNumbered(source: OperationSource, operations: readonly Operation[]): void {
    this.#of(source).push(...operations);
  }

  addFaults(source: FaultSource, faults: readonly UnnumberedFault[]): void {
    const known = this.#faults.get(source);
    if (known === undefined) this.#faults.set(source, [...faults]);
    else known.push(...faults);
  }

  build(rest: Omit<Plan, 'topics' | 'clients' | 'operations' | 'faults'>): Plan {
    const { format, version, seed, cluster, configuration, expect, defects, ...others } = rest;
    return {
      ...{ format, version, seed, cluster, configuration, expect, defects },
      topics: this.#topics,
      clients: this.#clients,
      operations: this.#takenOperations().sort((a, b) => a.atMs - b.atMs || a.id - b.id),
      faults: this.#takenFaults().sort((a, b) => sortTime(a) - sortTime(b) || a.id - b.id),
      ...others,
    };
  }

  #of(source: OperationSource): Operation[] {
    let operations = this.#operations.get(source);
    if (operations === undefined) this.#operations.set(source, (operations = []));
    return operations;
  }

  /** Keeps at most half of the room for leader moves. */
  #takenOperations(): Operation[] {
    const { operations: most } = this.#limits;
    const taken: Operation[] = [];
    for (const source of OPERATION_PRECEDENCE) {
      const operations = this.#of(source);
      taken.push(...(source === 'leader-moves' ? operations.slice(0, most >> 1) : operations));
    }
    return taken.slice(0, most);
  }

  #takenFaults(): Fault[] {
    const { faults: most, faultKinds } = this.#limits;
    return FAULT_PRECEDENCE.flatMap((source) => this.#faults.get(source) ?? [])
      .filter(({ kind }) => faultKinds.includes(kind))
      .slice(0, most)
      .map((body, id) => ({ id, ...body }));
  }
}

/** The id of operation `index` (from 0) of a source, in plans of at most `most` operations. */
export function operationId(source: OperationSource, index: number, most: number): number {
  return ID_SPACES.indexOf(source) * most + index;
}

/** Faults that wait for a probe come last. */
function sortTime(fault: Fault): number {
  return 'ms' in fault.at ? fault.at.ms : Number.MAX_SAFE_INTEGER;
}
