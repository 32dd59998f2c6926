/** One entry of a trace in words, with the state before it where that makes the difference. */
import type { OpenTransaction, TraceEntry, TracedRecord } from '../../impl/trace/trace.ts';
import type { GroupOffset, HistoryEvent, Invocation, PolledPartition } from '../../model/history/history.ts';
import {
  type ClusterState,
  coordinatorKey,
  droppedRecords,
  partitionKey,
  replicaKey,
} from '../analysis/cluster-state.ts';
import { sentValue } from '../analysis/evidence.ts';
import { probeSentence } from './probe-sentence.ts';
import { shortened } from '../text/visible-text.ts';
import type { MessageSent, Glossary } from '../analysis/glossary.ts';
const MAX_VALUE = 40;
const MAX_SUMMARY = 120;
const MAX_RECORDS = 6;

export function shortValue(value: string): string {
  return value === '' ? '"" (empty)' : shortened(value, MAX_VALUE);
}

/** `v1, v2, v3 and 40 more`. */
export function inWords(records: readonly { readonly offset: number; readonly value: string }[]): string {
  if (records.length === 0) return 'nothing';
  const shown = records.slice(0, MAX_RECORDS).map((record) => shortValue(record.value));
  const rest = records.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

function brokers(ids: readonly number[]): string {
  return ids.length === 0 ? 'none' : ids.join(', ');
}

function named(ids: readonly number[]): string {
  return ids.map((id) => `broker-${id}`).join(', ');
}

function role(node: string, place: string, state: ClusterState): string {
  const replica = state.replicas.get(`${node}/${place}`);
  if (replica === undefined || replica.role === 'none' || replica.leaderEpoch === null) return node;
  return `${node} (${replica.role}, epoch ${replica.leaderEpoch})`;
}

function appended(records: readonly TracedRecord[], place: string): string {
  const first = records[0];
  const last = records.at(-1);
  if (first === undefined || last === undefined) return `nothing to ${place}`;
  if (first.marker !== undefined) {
    return `the ${first.marker} marker of producer ${first.producerId} in epoch ${first.producerEpoch} at ${place} offset ${first.offset}`;
  }
  if (records.length === 1) return `${shortValue(first.value)} at ${place} offset ${first.offset}`;
  return `${inWords(records)} at ${place} offsets ${first.offset} to ${last.offset}`;
}

function dropping(records: readonly TracedRecord[]): string {
  const [only] = records;
  if (only === undefined) return 'which drops nothing';
  if (records.length > 1) return `and drops ${inWords(records)}`;
  return `and drops ${shortValue(only.value)} (offset ${only.offset}, epoch ${only.leaderEpoch})`;
}

export function entrySentence(entry: TraceEntry, before: ClusterState, words: Glossary): string {
  switch (entry.kind) {
    case 'message-sent':
      return `${entry.from} sends ${messageName(entry)} to ${entry.to}: ${shortened(entry.summary, MAX_SUMMARY)}`;
    case 'message-delivered': {
      const message = words.messages.get(entry.message);
      if (message === undefined) return `message ${entry.message} arrives`;
      const { from, to, summary } = message;
      return `${to} receives ${messageName(message)} from ${from}: ${shortened(summary, MAX_SUMMARY)}`;
    }
    case 'message-lost': {
      const message = words.messages.get(entry.message);
      if (message === undefined) return `message ${entry.message} is lost: ${entry.reason}`;
      return `${messageName(message)} from ${message.from} to ${message.to} is lost: ${entry.reason}`;
    }
    case 'timer':
      return `${entry.node}: timer ${entry.timer}`;
    case 'fault':
      return entry.sentence;
    case 'node':
      return `${entry.node} ${NODE_CHANGES[entry.change]}`;
    case 'history':
      return historySentence(entry.event, words.invocations);
    case 'probe':
      return probeSentence(entry);
    case 'violation':
      return entry.violation.sentence;
    case 'transaction-state':
      return transactionSentence(entry, before);
    default:
      return replicaSentence(entry, before);
  }
}

type ReplicaChange = Extract<
  TraceEntry,
  {
    kind:
      | 'append'
      | 'truncate'
      | 'log-start'
      | 'high-watermark'
      | 'open-transactions'
      | 'role'
      | 'leader-isr'
      | 'partition-state';
  }
>;

function replicaSentence(entry: ReplicaChange, before: ClusterState): string {
  const place = partitionKey(entry.topic, entry.partition);
  if (entry.kind === 'partition-state') return partitionSentence(entry, before);
  const who = role(entry.node, place, before);
  switch (entry.kind) {
    case 'append':
      return `${who} appends ${appended(entry.records, place)}`;
    case 'truncate':
      return `${who} truncates ${place} to offset ${entry.toOffset} ${dropping(droppedRecords(entry, before))}`;
    case 'log-start':
      return `${who} deletes what lies below offset ${entry.logStartOffset} of ${place}`;
    case 'high-watermark': {
      const old = before.replicas.get(replicaKey(entry.node, entry.topic, entry.partition))?.highWatermark;
      const from = old === undefined ? '' : ` from ${old}`;
      return `${who} moves its high watermark of ${place}${from} to ${entry.highWatermark}`;
    }
    case 'open-transactions': {
      const old = before.replicas.get(replicaKey(entry.node, entry.topic, entry.partition));
      return `${who} ${openedOrEnded(entry, place, old?.openTransactions ?? [])}`;
    }
    case 'role':
      return entry.role === 'none'
        ? `${entry.node} neither leads nor follows ${place} any more`
        : `${entry.node} becomes ${entry.role} of ${place} in epoch ${entry.leaderEpoch}`;
    case 'leader-isr': {
      const joining = entry.maximalIsr.filter((id) => !entry.isr.includes(id));
      const proposed = joining.length === 0 ? '' : `, and asks for ${named(joining)} to join`;
      return `${who} sees the in-sync replicas of ${place} as ${brokers(entry.isr)}${proposed}`;
    }
  }
}

/** What became of the transactions in a replica's log, and how far that lets a read_committed consumer read. */
function openedOrEnded(
  { open, lastStableOffset }: Extract<TraceEntry, { kind: 'open-transactions' }>,
  place: string,
  before: readonly OpenTransaction[],
): string {
  const isIn = (some: readonly OpenTransaction[], { producerId, firstOffset }: OpenTransaction): boolean =>
    some.some((other) => other.producerId === producerId && other.firstOffset === firstOffset);
  const opened = open.filter((transaction) => !isIn(before, transaction));
  const ended = before.filter((transaction) => !isIn(open, transaction));
  const changes = [
    ...opened.map(
      ({ producerId, producerEpoch, firstOffset }) =>
        `has a transaction of producer ${producerId} in epoch ${producerEpoch} open in ${place} from offset ${firstOffset} on`,
    ),
    ...ended.map(
      ({ producerId, firstOffset }) =>
        `holds the transaction of producer ${producerId} from offset ${firstOffset} of ${place} for ended`,
    ),
  ];
  const reach =
    lastStableOffset === null
      ? 'up to the high watermark'
      : `up to offset ${lastStableOffset}, the last stable offset`;
  return changes.length === 0
    ? `lets read_committed consumers read ${place} ${reach}`
    : `${changes.join(' and ')}: read_committed consumers may read ${reach}`;
}

function transactionSentence(
  entry: Extract<TraceEntry, { kind: 'transaction-state' }>,
  before: ClusterState,
): string {
  const { node, transaction } = entry;
  const id = shortValue(entry.transactionalId);
  if (transaction === null) return `${node} coordinates the transactional id ${id} no more`;
  const { state, pending, producerId, producerEpoch, partitions } = transaction;
  const old = before.transactionalIds.get(coordinatorKey(node, entry.transactionalId))?.transaction ?? null;
  const producer = `producer ${producerId}, epoch ${producerEpoch}`;
  if (pending !== null) {
    const now = old === null ? 'a new id' : `${state} until that is committed`;
    return `${node}, coordinator of ${id}, writes ${pending} to the transaction log (${producer}; ${now})`;
  }
  if (old === null) return `${node}, now coordinator of ${id}, has it as ${state} (${producer})`;
  if (old.pending !== null && old.state === state && old.pending !== state)
    return `${node}, coordinator of ${id}, could not write ${old.pending}: it stays ${state} (${producer})`;
  const from = old.state === state ? '' : ` from ${old.state}`;
  const written = state === 'Ongoing' ? `; writes to ${partitions.slice(0, MAX_RECORDS).join(', ')}` : '';
  return `${node}, coordinator of ${id}, takes it${from} to ${state} (${producer}${written})`;
}

function partitionSentence(
  entry: Extract<TraceEntry, { kind: 'partition-state' }>,
  before: ClusterState,
): string {
  const place = partitionKey(entry.topic, entry.partition);
  const old = before.partitions.get(place);
  const eligible = entry.elr.length === 0 ? '' : `, eligible leader replicas ${brokers(entry.elr)}`;
  const isr = `in-sync replicas ${brokers(entry.isr)}${eligible}`;
  if (old === undefined) {
    const leader = entry.leader === null ? 'no leader' : `broker-${entry.leader} as leader`;
    return `the controller creates ${place} with ${leader}, epoch ${entry.leaderEpoch}, ${isr}`;
  }
  if (entry.leader === null && old.leader !== null) {
    return `the controller leaves ${place} without a leader (${isr})`;
  }
  if (entry.leader !== null && (entry.leader !== old.leader || entry.leaderEpoch !== old.leaderEpoch)) {
    const electable = old.isr.includes(entry.leader) || old.elr.includes(entry.leader);
    const elects = electable ? 'elects' : 'elects, though it was not in sync,';
    return `the controller ${elects} broker-${entry.leader} leader of ${place} in epoch ${entry.leaderEpoch} (${isr})`;
  }
  const left = old.isr.filter((id) => !entry.isr.includes(id));
  const joined = entry.isr.filter((id) => !old.isr.includes(id));
  if (entry.replicas.join() !== old.replicas.join()) {
    const first = entry.replicas[0];
    if (first !== undefined && sameMembers(entry.replicas, old.replicas)) {
      return `the controller makes broker-${first} the preferred leader of ${place} (replicas ${brokers(entry.replicas)})`;
    }
    return `the controller puts ${place} on brokers ${brokers(entry.replicas)} (${isr})`;
  }
  const moves = [
    ...(left.length > 0 ? [`takes ${named(left)} out of`] : []),
    ...(joined.length > 0 ? [`lets ${named(joined)} into`] : []),
  ];
  const ineligible = old.elr.filter((id) => !entry.elr.includes(id));
  if (moves.length === 0 && ineligible.length > 0) {
    return `the controller takes ${named(ineligible)} out of the eligible leader replicas of ${place} (${isr})`;
  }
  if (moves.length === 0) return `the controller keeps ${place}: ${isr}`;
  return `the controller ${moves.join(' and ')} the in-sync replicas of ${place}: now ${brokers(entry.isr)}${eligible}`;
}

function sameMembers(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((id) => others.includes(id));
}

const NODE_CHANGES = {
  start: 'starts',
  crash: 'crashes',
  'power-loss': 'loses power',
  'disk-loss': 'loses its disk',
  'file-loss': 'crashes and loses a file',
  shutdown: 'shuts down',
  pause: 'is paused',
  resume: 'goes on',
} as const;

export function messageName(message: MessageSent): string {
  return `${message.api} ${message.type}`;
}

export function historySentence(event: HistoryEvent, invoked: ReadonlyMap<number, Invocation>): string {
  if (event.type === 'cluster') {
    return `${event.node ?? 'the cluster'}: ${event.f}${event.detail === undefined ? '' : ` (${event.detail})`}`;
  }
  if (event.type === 'invoke') return invocationSentence(event);
  if (event.type === 'ok') {
    if (event.f === 'send') {
      const value = sentValue(event.op, invoked);
      const what = value === null ? 'its record' : shortValue(value);
      const place = partitionKey(event.topic, event.partition);
      if (event.offset === null) return `${event.process} takes ${what} for written to ${place} (acks=0)`;
      return `${event.process} receives the acknowledgement that ${what} is at ${place} offset ${event.offset}`;
    }
    if (event.f === 'poll') return `${event.process} ${pollSentence(event.partitions)}`;
    if (event.f === 'fetch-offsets') return `${event.process} receives ${offsetsInWords(event.offsets)}`;
    return `${event.process}'s ${event.f} succeeds`;
  }
  const value = event.f === 'send' ? sentValue(event.op, invoked) : null;
  const what = value === null ? event.f : `send of ${shortValue(value)}`;
  const outcome = event.type === 'fail' ? 'fails for certain' : 'ends with an unknown outcome';
  return `${event.process}'s ${what} ${outcome}: ${shortened(event.error, MAX_SUMMARY)}`;
}

function offsetsInWords(
  offsets: readonly (Omit<GroupOffset, 'offset'> & { readonly offset: number | null })[],
): string {
  if (offsets.length === 0) return 'no offset';
  const shown = offsets
    .slice(0, 3)
    .map(
      ({ topic, partition, offset }) =>
        `${offset === null ? 'no offset' : `offset ${offset}`} in ${partitionKey(topic, partition)}`,
    );
  const rest = offsets.length > 3 ? ` and ${offsets.length - 3} more` : '';
  return `${shown.join(', ')}${rest}`;
}

function pollSentence(partitions: readonly PolledPartition[]): string {
  if (partitions.length === 0) return 'polls and gets nothing';
  const parts = partitions.map(
    ({ topic, partition, from, to, records }) =>
      `${partitionKey(topic, partition)} from ${from} to ${to} and gets ${inWords(records)}`,
  );
  const rest = parts.length > 3 ? `; and ${parts.length - 3} more partitions` : '';
  return `polls ${parts.slice(0, 3).join('; ')}${rest}`;
}

/** Returns what an operation is about that has no sentence of its own: `" of orders (orders-0 to broker 2)"`. */
function furtherWords(event: object): string {
  const fields = new Map<string, unknown>(Object.entries(event));
  const [topic, partition, detail] = [fields.get('topic'), fields.get('partition'), fields.get('detail')];
  const place =
    typeof topic !== 'string' ? '' : typeof partition === 'number' ? partitionKey(topic, partition) : topic;
  const of = place === '' ? '' : ` of ${place}`;
  return typeof detail === 'string' ? `${of} (${shortened(detail, MAX_SUMMARY)})` : of;
}

function invocationSentence(event: Invocation): string {
  switch (event.f) {
    case 'send': {
      const where = event.partition === null ? event.topic : partitionKey(event.topic, event.partition);
      const within = event.transaction === undefined ? '' : ` in transaction ${event.transaction}`;
      return `${event.process} sends ${shortValue(event.value)} to ${where}${within}`;
    }
    case 'assign': {
      const all = event.partitions.map((p) => `${partitionKey(p.topic, p.partition)} at ${p.position}`);
      const rest = all.length > 6 ? ` and ${all.length - 6} more` : '';
      return `${event.process} is assigned ${all.length === 0 ? 'nothing' : all.slice(0, 6).join(', ')}${rest}`;
    }
    case 'seek':
      return `${event.process} seeks ${partitionKey(event.topic, event.partition)} to ${event.position}`;
    case 'init-transactions':
      return `${event.process} takes over the transactional id ${shortValue(event.transactionalId)}`;
    case 'begin':
      return `${event.process} begins transaction ${event.op}`;
    case 'commit':
    case 'abort':
      return `${event.process} asks for transaction ${event.transaction} to ${event.f}`;
    case 'send-offsets':
      return `${event.process} adds ${offsetsInWords(event.offsets)} for group ${shortValue(event.group)} to transaction ${event.transaction}`;
    case 'commit-offsets':
      return `${event.process} commits ${offsetsInWords(event.offsets)} for group ${shortValue(event.group)}`;
    case 'fetch-offsets':
      return `${event.process} asks for the offsets of group ${shortValue(event.group)}`;
    case 'poll':
      return `${event.process} polls${event.isolation === undefined ? '' : ` (${event.isolation})`}${event.final === true ? ' (final read)' : ''}`;
    case 'delete-topic':
      return `${event.process} asks for topic ${event.topic} to be deleted`;
    case 'delete-records':
      return `${event.process} asks for the records below offset ${event.beforeOffset} of ${partitionKey(event.topic, event.partition)} to be deleted`;
    default:
      return `${event.process} asks for ${event.f}${furtherWords(event)}`;
  }
}
