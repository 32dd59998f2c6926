/**
 * Cycles of transactions that each read, by read_committed, a record that the next one wrote. A cycle of such
 * write-read edges alone is impossible (G1c): one of the transactions read a record before it was committed. Found by
 * Tarjan's strongly connected components, without recursion, in time linear in the number of edges.
 */
import type { Transaction } from '../ledger/transaction.ts';

const NO_TRANSACTIONS: ReadonlyMap<Transaction, unknown> = new Map();

interface Visit {
  readonly transaction: Transaction;
  readonly index: number;
  low: number;
  onStack: boolean;
  readonly next: Iterator<Transaction>;
}

/**
 * Returns one cycle for each strongly connected component that has one: every transaction read from the next, and the
 * last from the first.
 */
export function circularReads(readers: Iterable<Transaction>): readonly (readonly Transaction[])[] {
  const cycles: (readonly Transaction[])[] = [];
  const visits = new Map<Transaction, Visit>();
  const stack: Visit[] = [];
  const enter = (transaction: Transaction): Visit => {
    const index = visits.size;
    const next = (transaction.readFrom ?? NO_TRANSACTIONS).keys();
    const visit: Visit = { transaction, index, low: index, onStack: true, next };
    visits.set(transaction, visit);
    stack.push(visit);
    return visit;
  };
  for (const reader of readers) {
    if (visits.has(reader)) continue;
    const path = [enter(reader)];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const next = visit.next.next();
      if (next.done !== true) {
        const known = visits.get(next.value);
        if (known === undefined) path.push(enter(next.value));
        else if (known.onStack) visit.low = Math.min(visit.low, known.index);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) parent.low = Math.min(parent.low, visit.low);
      if (visit.low !== visit.index) continue;
      const component = new Set<Transaction>();
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        member.onStack = false;
        component.add(member.transaction);
        if (member === visit) break;
      }
      if (component.size > 1) cycles.push(shortestCycle(visit.transaction, component));
    }
  }
  return cycles;
}

/** Returns the shortest path from the transaction back to itself within its component, which has one. */
function shortestCycle(from: Transaction, component: ReadonlySet<Transaction>): readonly Transaction[] {
  const reachedFrom = new Map<Transaction, Transaction>();
  const queue = [from];
  for (const transaction of queue) {
    for (const next of transaction.readFrom?.keys() ?? []) {
      if (next === from) return pathTo(transaction, from, reachedFrom);
      if (!component.has(next) || reachedFrom.has(next)) continue;
      reachedFrom.set(next, transaction);
      queue.push(next);
    }
  }
  return [from];
}

function pathTo(
  last: Transaction,
  first: Transaction,
  reachedFrom: ReadonlyMap<Transaction, Transaction>,
): readonly Transaction[] {
  const path = [last];
  for (let step = last; step !== first;) {
    const previous = reachedFrom.get(step);
    if (previous === undefined) break;
    path.push(previous);
    step = previous;
  }
  return path.reverse();
}
