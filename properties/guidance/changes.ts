/**
 * Changes a plan that reached something new. The plan that is drawn for this run (the donor) provides what is
 * changed, so that every part of the result is as likely as the generators make it.
 */
import type { Fault, Operation, Plan } from '../../impl/plan/plan.ts';
import { Prng } from './prng.ts';
import type { Ancestry } from './ancestry.ts';

interface Crossover extends Ancestry {
  readonly donor: Plan;
  readonly maxFaults: number;
  readonly prng: Prng;
}

interface Change {
  readonly name: string;
  readonly weight: number;
  readonly make: (crossover: Crossover) => Plan;
}

/**
 * Repeats the run up to the moment at which it reached the new state; from there on the draws and the faults are
 * those of the donor. A state that takes two rare events is then found in p1 + p2 runs, not in p1 * p2.
 */
function fork({ parent, donor, atUs, maxFaults, prng }: Crossover): Plan {
  const momentMs = Math.min(Math.ceil(atUs / 1000), endOfWorkloadMs(parent));
  const before = parent.faults.filter(({ at }) => !('ms' in at) || at.ms <= momentMs);
  const theirs = donor.faults.filter(({ at }) => 'ms' in at);
  const firstMs = Math.min(...theirs.map(({ at }) => ('ms' in at ? at.ms : 0)));
  // The faults of the donor come soon: the state does not last.
  const shiftMs = momentMs + delayMs(prng) - (theirs.length > 0 ? firstMs : 0);
  const after = theirs.map((fault) => laterBy(fault, shiftMs));
  return {
    ...parent,
    redrawAfter: { us: atUs, seed: donor.seed },
    faults: numbered([...before, ...befalling(parent, after)].slice(0, Math.max(maxFaults, before.length))),
    operations: withMoves(parent, donor, shiftMs, momentMs),
  };
}

/** From the moment on only the draws change: latencies, lost messages. */
function redraw({ parent, donor, atUs }: Crossover): Plan {
  return { ...parent, redrawAfter: { us: atUs, seed: donor.seed } };
}

function reseed({ parent, donor }: Crossover): Plan {
  const { redrawAfter: _, ...rest } = parent;
  return { ...rest, seed: donor.seed };
}

/** Some faults come sooner or later. */
function shiftFaults({ parent, prng }: Crossover): Plan {
  const byMs = delayMs(prng) * (prng.percent(50) ? 1 : -1);
  const together = prng.percent(30);
  const moved = prng.below(parent.faults.length);
  return {
    ...parent,
    faults: parent.faults.map((fault, index) =>
      together || index === moved || prng.percent(20) ? laterBy(fault, byMs) : fault,
    ),
  };
}

/** Some of its faults and some of the donor's. */
function mixFaults({ parent, donor, maxFaults, prng }: Crossover): Plan {
  const kept = parent.faults.filter(() => prng.percent(70));
  const added = befalling(parent, donor.faults).filter(() => prng.percent(50));
  return { ...parent, faults: numbered([...kept, ...added].slice(0, maxFaults)) };
}

/** One of the faults strikes again, a while later. */
function repeatFault({ parent, maxFaults, prng }: Crossover): Plan {
  const again = parent.faults[prng.below(parent.faults.length)];
  if (again === undefined || parent.faults.length >= maxFaults) return otherSeed(parent, prng);
  return { ...parent, faults: numbered([...parent.faults, laterBy(again, delayMs(prng))]) };
}

function otherSeed(parent: Plan, prng: Prng): Plan {
  return { ...parent, seed: `${parent.seed}+${prng.below(0xffff)}` };
}

/** The same faults with another order of messages, or with other timeouts. */
function otherSurroundings({ parent, donor, prng }: Crossover): Plan {
  if (prng.percent(50)) return { ...parent, schedule: donor.schedule };
  return { ...parent, configuration: donor.configuration };
}

/** The same faults with the workload of the donor. */
function otherWorkload({ parent, donor }: Crossover): Plan {
  const { topics, clients, operations } = donor;
  return { ...parent, topics, clients, operations };
}

export const CHANGES: readonly Change[] = [
  { name: 'fork', weight: 30, make: fork },
  { name: 'redraw', weight: 10, make: redraw },
  { name: 'reseed', weight: 10, make: reseed },
  { name: 'shift faults', weight: 15, make: shiftFaults },
  { name: 'mix faults', weight: 15, make: mixFaults },
  { name: 'repeat a fault', weight: 5, make: repeatFault },
  { name: 'other surroundings', weight: 10, make: otherSurroundings },
  { name: 'other workload', weight: 5, make: otherWorkload },
];

export function change(ancestry: Ancestry, donor: Plan, maxFaults: number): Plan {
  const prng = new Prng(donor.seed);
  const chosen = prng.weighted(CHANGES, ({ weight }) => weight) ?? CHANGES[0]!;
  return chosen.make({ ...ancestry, donor, maxFaults, prng });
}

/**
 * A state that is reached later is reached while the cluster converges, which may take minutes. A change that went on
 * from there would take minutes, too, and its children would go on even later.
 */
function endOfWorkloadMs({ operations }: Plan): number {
  return operations.reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
}

/** From 1 to 2,048 ms, uniform over orders of magnitude. */
function delayMs(prng: Prng): number {
  const octave = 2 ** prng.below(11);
  return octave + prng.below(octave);
}

function laterBy(fault: Fault, byMs: number): Fault {
  if (!('ms' in fault.at)) return fault;
  return { ...fault, at: { ms: Math.min(Math.max(0, fault.at.ms + byMs), 3_600_000) } };
}

/** The faults without those of hosts that this plan does not have. */
function befalling(plan: Plan, faults: readonly Fault[]): Fault[] {
  const hosts = new Set(plan.clients.map(({ name }) => name));
  for (let id = 1; id <= plan.cluster.brokers; id++) hosts.add(`broker-${id}`);
  // Without its single controller a cluster decides nothing, and a state that it loses is gone.
  if (plan.cluster.combined !== true && plan.cluster.controllers > 1)
    for (let id = 1; id <= plan.cluster.controllers; id++) hosts.add(`controller-${id}`);
  // A voter must not lose its disk (KIP-853).
  const voters = plan.cluster.combined === true ? plan.cluster.controllers : 0;
  const forgets = (fault: Fault): boolean =>
    fault.kind === 'disk-loss' && Number(fault.node.slice('broker-'.length)) <= voters;
  return faults.filter((fault) => hostsOf(fault).every((host) => hosts.has(host)) && !forgets(fault));
}

function hostsOf(fault: Fault): readonly string[] {
  const { at } = fault;
  const watched = 'probe' in at && at.node !== undefined ? [at.node] : [];
  if ('node' in fault) return [fault.node, ...watched];
  if ('side' in fault) return [...fault.side, ...fault.other, ...watched];
  return [fault.from, fault.to, ...watched];
}

/** Ids are the keys of a fault's draws: the faults of the parent keep theirs, and so draw the same. */
function numbered(faults: readonly Fault[]): Fault[] {
  const taken = new Set<number>();
  let next = faults.reduce((highest, { id }) => Math.max(highest, id), 0) + 1;
  return faults.map((fault) => {
    const id = taken.has(fault.id) ? next++ : fault.id;
    taken.add(id);
    return { ...fault, id };
  });
}

/** The workload of the parent with the leader moves of the donor, which belong to its faults. */
function withMoves(parent: Plan, donor: Plan, shiftMs: number, momentMs: number): Operation[] {
  const admin = parent.clients.find(({ kind }) => kind === 'admin');
  if (admin === undefined) return parent.operations;
  let id = parent.operations.reduce((highest, operation) => Math.max(highest, operation.id), 0);
  const moves = donor.operations.flatMap((operation): Operation[] => {
    if (operation.kind !== 'move-leader') return [];
    const topic = parent.topics[0];
    if (topic === undefined) return [];
    const atMs = Math.max(momentMs, operation.atMs + shiftMs);
    const known = parent.topics.find(({ name }) => name === operation.topic) ?? topic;
    const partition = operation.partition % known.partitions;
    return [{ ...operation, id: ++id, atMs, client: admin.name, topic: known.name, partition }];
  });
  return [...parent.operations, ...moves.slice(0, 4)].sort((a, b) => a.atMs - b.atMs || a.id - b.id);
}
