/** What an operation or a fault might have been instead: at another time, or with other arguments. */
import type { Fault, Operation, Plan } from '../../impl/plan/plan.ts';
import { endMs } from '../minimiser/size.ts';
import type { Draw } from './reseeding.ts';

/** A short plan is over in no time: there is to be some room to move in. */
const ROOM_MS = 1_000;

/** Anywhere between the first moment and well after the end of the plan. */
export function anyMoment(plan: Plan, draw: Draw): number {
  return draw(2 * endMs(plan) + ROOM_MS);
}

/** The fault at another time; null if it waits for a probe. */
export function movedFault(plan: Plan, fault: Fault, draw: Draw): Fault | null {
  return 'ms' in fault.at ? { ...fault, at: { ms: anyMoment(plan, draw) } } : null;
}

/** The same operation with other arguments; null if it has none that could be others. */
export function alteredOperation(plan: Plan, operation: Operation, draw: Draw): Operation | null {
  switch (operation.kind) {
    case 'send': {
      const key = draw(3);
      const { partition } = operation;
      return {
        ...operation,
        key: key === 0 ? null : `key-${key}`,
        partition: partition === null ? null : anyPartition(plan, operation.topic, draw),
      };
    }
    case 'poll':
      return { ...operation, timeoutMs: draw(1_000) };
    case 'seek':
      return { ...operation, partition: anyPartition(plan, operation.topic, draw), position: draw(8) };
    case 'move-leader':
      return { ...operation, broker: 1 + draw(plan.cluster.brokers) };
    case 'delete-records':
      return { ...operation, beforeOffset: draw(2 * operation.beforeOffset + 2) };
    case 'reassign':
      return { ...operation, replicas: anyOrder(brokersOf(plan), draw).slice(0, operation.replicas.length) };
    case 'send-offsets-to-transaction':
      return { ...operation, consumer: anyConsumer(plan, draw) ?? operation.consumer };
    case 'create-topic':
    case 'delete-topic':
    case 'elect-leader':
    case 'init-transactions':
    case 'begin-transaction':
    case 'commit-transaction':
    case 'abort-transaction':
    case 'restart-producer':
    case 'commit-offsets':
    case 'fetch-offsets':
      return null;
  }
}

/** The same fault on another node of its kind, or for another while; null if it can be no other. */
export function alteredFault(plan: Plan, fault: Fault, draw: Draw): Fault | null {
  switch (fault.kind) {
    case 'crash':
    case 'shutdown':
    case 'power-loss':
    case 'disk-loss':
    case 'file-loss':
    case 'disk-error':
      return { ...fault, node: anotherNode(plan, fault.node, draw), restartAfterMs: anyLength(draw) };
    case 'pause':
    case 'clock':
      return { ...fault, node: anotherNode(plan, fault.node, draw), forMs: anyLength(draw) };
    case 'partition':
    case 'slow-link':
      return { ...fault, forMs: anyLength(draw) };
    case 'message':
      return fault.effect === 'lose' ? null : { ...fault, delayMs: anyLength(draw) };
    case 'break-connections':
      return null;
  }
}

/** Long and short ones alike. */
function anyLength(draw: Draw): number {
  return draw(1 << (1 + draw(12)));
}

function anyPartition(plan: Plan, topic: string, draw: Draw): number {
  return draw(plan.topics.find(({ name }) => name === topic)?.partitions ?? 1);
}

function anyConsumer(plan: Plan, draw: Draw): string | undefined {
  const consumers = plan.clients.filter(({ kind }) => kind === 'consumer');
  return consumers[draw(Math.max(1, consumers.length))]?.name;
}

function brokersOf({ cluster: { brokers } }: Plan): number[] {
  return Array.from({ length: brokers }, (_, index) => index + 1);
}

function anyOrder<T>(of: readonly T[], draw: Draw): T[] {
  return of
    .map((value) => ({ value, rank: draw(1 << 30) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}

/** Any of its role; clients stay who they are. */
function anotherNode({ cluster }: Plan, node: string, draw: Draw): string {
  if (node.startsWith('broker-')) return `broker-${1 + draw(cluster.brokers)}`;
  return node.startsWith('controller-') ? `controller-${1 + draw(cluster.controllers)}` : node;
}
