/**
 * What a story shows where a transaction went wrong: who the producer is, what its coordinator decided, which
 * marker ended what, which message was late or lost, and what no client had asked for. Everything here is about the
 * producers whose records, or whose hanging transactions, the violation is about.
 */
import { CONSUMER_OFFSETS_TOPIC } from '../../impl/kafka/internal-records.ts';
import type { Trace, TraceEntry, TracedRecord } from '../../impl/trace/trace.ts';
import type { Violation } from '../../model/guarantee.ts';
import type { HistoryEvent } from '../../model/history/history.ts';
import { type ClusterState, coordinatorKey, partitionKey, replicaKey } from '../analysis/cluster-state.ts';
import type { Evidence } from '../analysis/evidence.ts';
import { count } from './verdict.ts';
import { inWords, messageName, shortValue } from './event-sentence.ts';
import { type Glossary, type MessageSent } from '../analysis/glossary.ts';

type Append = Extract<TraceEntry, { kind: 'append' }>;
type StateEntry = Extract<TraceEntry, { kind: 'transaction-state' }>;

/** What clients and coordinators say about transactions, and partitions to each other. */
const TRANSACTION_APIS: ReadonlySet<string> = new Set([
  'AddOffsetsToTxn',
  'AddPartitionsToTxn',
  'EndTxn',
  'InitProducerId',
  'Produce',
  'TxnOffsetCommit',
  'WriteTxnMarkers',
]);

/** A message that a fault struck, and what the story has shown of it. */
interface Struck {
  readonly sent: MessageSent;
  /** What applications had open then, by transactional id. */
  readonly open: ReadonlyMap<string, number>;
  repeated: boolean;
}

/** The sentence for one entry, and how relevant it is, as in `story.ts`. */
export interface TransactionSentence {
  readonly relevance: number;
  /** Null: the sentence of any other story. */
  readonly text: string | null;
}

const NOT_TOLD: TransactionSentence = { relevance: 0, text: null };

/** Null where the violation is not about transactions, or the trace does not show whose. */
export function transactionStory(
  trace: Trace,
  violation: Violation,
  evidence: Evidence,
  words: Glossary,
): TransactionStory | null {
  if (violation.guarantee !== 'atomic-transactions' && violation.anomaly !== 'hanging-transaction')
    return null;
  const producers = producersInQuestion(trace, violation, evidence);
  return producers.size === 0 ? null : new TransactionStory(trace, violation, evidence, producers, words);
}

/** Returns the producers of the records in question, or of a transaction that was not ended; else, where a transaction hangs, all producers that wrote there. */
function producersInQuestion(
  trace: Trace,
  { place, anomaly }: Violation,
  { offsets, values, violationSeq }: Evidence,
): ReadonlySet<number> {
  const meant = new Set<number>();
  const here = new Set<number>();
  const unended = new Map<string, number>();
  for (const entry of trace.entries) {
    if (entry.seq > violationSeq) break;
    if (entry.kind === 'append') {
      const isHere = entry.topic === place.topic && entry.partition === place.partition;
      for (const { offset, value, producerId, transactional } of entry.records) {
        if (producerId === undefined || transactional === undefined) continue;
        if (isHere) here.add(producerId);
        if (values.has(value) || (isHere && offsets.has(offset))) meant.add(producerId);
      }
    }
    if (entry.kind === 'open-transactions') {
      const key = replicaKey(entry.node, entry.topic, entry.partition);
      const oldest = entry.open[0];
      if (oldest === undefined) unended.delete(key);
      else unended.set(key, oldest.producerId);
    }
    if (entry.kind === 'transaction-state') {
      const { transaction, transactionalId } = entry;
      if (transaction === null || hasEnded(transaction.state)) unended.delete(transactionalId);
      else unended.set(transactionalId, transaction.producerId);
    }
  }
  if (anomaly !== 'hanging-transaction') return meant;
  const hanging = new Set([...meant, ...unended.values()]);
  return hanging.size > 0 ? hanging : here;
}

function hasEnded(state: string): boolean {
  return state === 'Empty' || state === 'CompleteCommit' || state === 'CompleteAbort';
}

/** Describes entry by entry, in the order of the trace. */
export class TransactionStory {
  readonly #trace: Trace;
  readonly #violation: Violation;
  readonly #evidence: Evidence;
  readonly #words: Glossary;
  readonly #producers: ReadonlySet<number>;
  /** Whose they are. */
  readonly #transactionalIds: ReadonlySet<string>;
  /** By the value of a record: the transaction to which the application says that it belongs. */
  readonly #transactions = new Map<string, number>();
  readonly #struck = new Map<number, Struck>();
  /** By process. */
  readonly #idOf = new Map<string, string>();
  /** By transactional id: what the application has open, as far as it knows. */
  readonly #current = new Map<string, number>();
  /** What the application wanted of a transaction. */
  readonly #asked = new Map<number, 'commit' | 'abort'>();
  /** Refusals and the like: said again they would only tire. */
  readonly #said = new Set<string>();

  constructor(
    trace: Trace,
    violation: Violation,
    evidence: Evidence,
    producers: ReadonlySet<number>,
    words: Glossary,
  ) {
    this.#evidence = evidence;
    this.#trace = trace;
    this.#violation = violation;
    this.#words = words;
    this.#producers = producers;
    const ids = new Set<string>();
    for (const entry of trace.entries) {
      if (entry.kind === 'transaction-state' && entry.transaction !== null) {
        if (producers.has(entry.transaction.producerId)) ids.add(entry.transactionalId);
      }
      if (entry.kind === 'history' && entry.event.type === 'invoke' && entry.event.f === 'send') {
        const { value, transaction } = entry.event;
        if (transaction !== undefined) this.#transactions.set(value, transaction);
      }
    }
    this.#transactionalIds = ids;
  }

  /** `before` is the state before the entry. Null: the entry has the sentence of any other story. */
  describe(entry: TraceEntry, before: ClusterState): TransactionSentence | null {
    switch (entry.kind) {
      case 'append':
        return this.#appended(entry, before);
      case 'transaction-state':
        return this.#decided(entry, before);
      case 'history':
        return this.#clientSaid(entry.event);
      case 'fault':
        this.#strikes(entry);
        return null;
      case 'message-sent':
        return this.#sent(entry, before);
      case 'message-delivered':
        return this.#delivered(entry.message, before);
      case 'probe':
        return this.#decisionOf(entry);
      // How replicas copied the result of a marker, or where the topic was placed, is not relevant.
      case 'high-watermark':
      case 'leader-isr':
      case 'message-lost':
      case 'open-transactions':
        return NOT_TOLD;
      case 'partition-state': {
        const old = before.partitions.get(partitionKey(entry.topic, entry.partition));
        const { topic, partition } = this.#violation.place;
        const isHere = entry.topic === topic && entry.partition === partition;
        const { workloadStartUs, livenessStartUs } = this.#trace;
        const isTold = isHere && entry.timeUs >= workloadStartUs && entry.timeUs < livenessStartUs;
        return isTold && entry.leader !== old?.leader ? { relevance: 45, text: null } : NOT_TOLD;
      }
      default:
        return null;
    }
  }

  // Logs.

  #appended(entry: Append, before: ClusterState): TransactionSentence {
    const [record] = entry.records;
    const replica = before.replicas.get(replicaKey(entry.node, entry.topic, entry.partition));
    const { topic, partition } = this.#violation.place;
    const isHere = entry.topic === topic && entry.partition === partition;
    if (record?.producerId === undefined || replica?.role !== 'leader') return NOT_TOLD;
    if (!this.#producers.has(record.producerId) || record.transactional === undefined) return NOT_TOLD;
    const who = `${entry.node} (leader, epoch ${replica.leaderEpoch})`;
    const place = partitionKey(entry.topic, entry.partition);
    const identity = `producer ${record.producerId} in epoch ${record.producerEpoch}`;
    if (record.marker !== undefined) {
      const marker = `the ${record.marker} marker of ${identity} at ${place} offset ${record.offset}`;
      const ended = endedBy(record, replica.log);
      return {
        relevance: isHere ? 84 : 56,
        text: `${who} appends ${marker}: ${this.#meaning(record.marker, ended, entry.topic)}`,
      };
    }
    const { values, offsets } = this.#evidence;
    const isInQuestion =
      values.size + offsets.size === 0
        ? isHere
        : entry.records.some(({ offset, value }) => values.has(value) || (isHere && offsets.has(offset)));
    const number = this.#transactions.get(record.value);
    const within = number === undefined ? '' : ` of transaction ${number}`;
    const unknown = this.#isUnknownToCoordinator(record.producerId, place, before);
    return {
      relevance: unknown === null ? (isInQuestion ? 74 : 46) : 86,
      text: `${who} appends ${contents(entry.records, entry.topic)}${within} at ${place} offset ${record.offset}, from ${identity}${unknown ?? ''}`,
    };
  }

  /** What a marker makes of the records that it ends. */
  #meaning(marker: 'commit' | 'abort', ended: readonly TracedRecord[], topic: string): string {
    const first = ended[0];
    if (first === undefined) return 'none of its records is open there';
    const number = this.#transactions.get(first.value);
    const within = number === undefined ? '' : ` of transaction ${number}`;
    const asked = number === undefined ? undefined : this.#asked.get(number);
    const wrong =
      asked === marker || (asked === undefined && marker === 'abort')
        ? ''
        : asked === undefined
          ? ', although no commit or abort of it was requested'
          : `, though its application asked for ${asked}`;
    return `${contents(ended, topic)}${within} ${ended.length === 1 ? 'counts' : 'count'} as ${marker === 'commit' ? 'committed' : 'aborted'}${wrong}`;
  }

  /** ", though …": the transaction that begins here will never be ended. */
  #isUnknownToCoordinator(producerId: number, place: string, before: ClusterState): string | null {
    const known = [...before.transactionalIds.values()].find(
      ({ transaction }) => transaction?.producerId === producerId,
    );
    const transaction = known?.transaction ?? null;
    if (known === undefined || transaction === null) return null;
    const { state, pending, partitions } = transaction;
    if (pending !== null || (state === 'Ongoing' && partitions.includes(place))) return null;
    if (state === 'PrepareCommit' || state === 'PrepareAbort') return null;
    return `, though its coordinator ${known.node} has nothing open there for ${shortValue(known.transactionalId)} (${state}), and so will never end it`;
  }

  // Coordinators.

  #decided(entry: StateEntry, before: ClusterState): TransactionSentence {
    const { node, transactionalId, transaction } = entry;
    if (!this.#transactionalIds.has(transactionalId)) return NOT_TOLD;
    const id = shortValue(transactionalId);
    if (transaction === null) return { relevance: 25, text: `${node} coordinates ${id} no more` };
    if (transaction.pending !== null) return NOT_TOLD;
    const { state, producerId, producerEpoch, partitions } = transaction;
    const old = before.transactionalIds.get(coordinatorKey(node, transactionalId))?.transaction ?? null;
    const who = `${node}, the coordinator of ${id},`;
    const identity = `producer ${producerId} in epoch ${producerEpoch}`;
    const where = partitions.length === 0 ? '' : ` (markers are due in ${partitions.join(', ')})`;
    if (old === null && state !== 'Empty') {
      const text = `${node} becomes the coordinator of ${id} and finds it in ${state}, with ${identity}`;
      return { relevance: hasEnded(state) ? 26 : 70, text };
    }
    // A new id is put in place before anything is written.
    if (
      producerEpoch < 0 ||
      old === null ||
      (old.state === state && old.producerEpoch === producerEpoch && old.pending === null)
    )
      return NOT_TOLD;
    const number = this.#current.get(transactionalId);
    const which = number === undefined ? 'its transaction' : `transaction ${number}`;
    const asked = number === undefined ? undefined : this.#asked.get(number);
    switch (state) {
      case 'Empty':
        return {
          relevance: 62,
          text: `${who} assigns it ${identity}`,
        };
      case 'Ongoing':
        return {
          relevance: 44,
          text: `${who} notes that ${which} of ${identity} writes to ${partitions.join(', ')}`,
        };
      case 'PrepareCommit': {
        const wrong =
          asked === 'commit'
            ? ''
            : asked === 'abort'
              ? ', though it was asked to abort it'
              : ', although no commit or abort of it was requested';
        return {
          relevance: 80,
          text: `${who} decides to commit ${which}${wrong}: ${state}, ${identity}${where}`,
        };
      }
      case 'PrepareAbort': {
        const itself = asked === undefined ? ' of its own accord' : '';
        return {
          relevance: 80,
          text: `${who} decides to abort ${which}${itself}: ${state}, ${identity}${where}`,
        };
      }
      default:
        return { relevance: 58, text: `${who} knows that every marker is written: ${state}, ${identity}` };
    }
  }

  #decisionOf({ node, probe, detail }: Extract<TraceEntry, { kind: 'probe' }>): TransactionSentence | null {
    if (probe === 'producer-expired') {
      const text = `${node} forgets ${count(Number.parseInt(detail, 10), 'producer')} that had written nothing for producer.id.expiration.ms`;
      return this.#once(79, text);
    }
    if (probe !== 'transaction-markers-given-up') return null;
    return this.#once(
      78,
      `${node} takes this as the decision of a newer coordinator and stops sending the marker: the transaction will never be ended`,
    );
  }

  // Clients.

  #clientSaid(event: HistoryEvent): TransactionSentence | null {
    if (event.type === 'cluster') return null;
    if (event.type === 'invoke') {
      if (event.f === 'init-transactions') this.#idOf.set(event.process, event.transactionalId);
      if (event.f === 'commit' || event.f === 'abort') this.#asked.set(event.transaction, event.f);
      if (!this.#isOfInterest(event.process)) return null;
      if (event.f === 'commit' || event.f === 'abort') return { relevance: 66, text: null };
      return event.f === 'send' && event.transaction !== undefined ? { relevance: 40, text: null } : null;
    }
    const id = this.#idOf.get(event.process);
    if (id !== undefined && event.type === 'ok' && event.f === 'begin') this.#current.set(id, event.op);
    if (!this.#isOfInterest(event.process)) return null;
    if (event.f === 'commit' || event.f === 'abort') {
      const invoked = this.#words.invocations.get(event.op);
      if (invoked?.type !== 'invoke' || (invoked.f !== 'commit' && invoked.f !== 'abort')) return null;
      if (event.type !== 'ok') return { relevance: 68, text: null };
      const text = `${event.process} receives the acknowledgement that transaction ${invoked.transaction} is ${event.f === 'commit' ? 'committed' : 'aborted'}`;
      return { relevance: 65, text };
    }
    return event.f === 'send' && event.type === 'ok' ? { relevance: 30, text: null } : null;
  }

  #isOfInterest(process: string): boolean {
    const id = this.#idOf.get(process);
    return id !== undefined && this.#transactionalIds.has(id);
  }

  // Messages.

  #strikes({ message, phase }: Extract<TraceEntry, { kind: 'fault' }>): void {
    const sent = message === undefined ? undefined : this.#words.messages.get(message);
    if (sent !== undefined && phase === 'begin' && TRANSACTION_APIS.has(sent.api)) {
      this.#struck.set(sent.message, { sent, open: new Map(this.#current), repeated: false });
    }
  }

  #sent(entry: MessageSent, before: ClusterState): TransactionSentence {
    if (entry.type === 'response') return this.#refused(entry, before);
    for (const struck of this.#struck.values()) {
      const { sent } = struck;
      const [client, server] = sent.type === 'request' ? [sent.from, sent.to] : [sent.to, sent.from];
      const isAgain = entry.api === sent.api && entry.from === client && entry.to === server;
      if (struck.repeated || !isAgain || (sent.type === 'request' && entry.summary !== sent.summary))
        continue;
      struck.repeated = true;
      const text = `${client} gets no answer and sends its ${entry.api} request to ${server} again: ${entry.summary}`;
      return { relevance: 77, text };
    }
    return NOT_TOLD;
  }

  /** What a retry of the same cannot change. */
  #refused(entry: MessageSent, before: ClusterState): TransactionSentence {
    const isFinal = /\bINVALID_[A-Z_]+\b|\b[A-Z_]*FENCED\b/.test(entry.summary);
    if (!isFinal || entry.timeUs < this.#trace.workloadStartUs) return NOT_TOLD;
    const what = `${entry.from} refuses the ${entry.api} request of ${entry.to}: ${entry.summary}`;
    if (entry.api === 'EndTxn') return this.#once(61, what);
    if (entry.api !== 'WriteTxnMarkers') return NOT_TOLD;
    return this.#once(82, `${what}${this.#presentEpoch(entry, before)}`);
  }

  /** ", for …": what the partition has of the producer whose marker it refuses. */
  #presentEpoch({ from, summary }: MessageSent, before: ClusterState): string {
    const replica = before.replicas.get(`${from}/${summary.split(' ')[0]}`);
    const last = replica?.log.findLast(
      ({ producerId }) => producerId !== undefined && this.#producers.has(producerId),
    );
    if (last === undefined) return '';
    const how =
      last.marker === undefined
        ? 'in a transaction'
        : `by ${last.marker === 'abort' ? 'an' : 'a'} ${last.marker} marker`;
    return `, for producer ${last.producerId} has come to epoch ${last.producerEpoch} there already, ${how} at offset ${last.offset}`;
  }

  #delivered(message: number, before: ClusterState): TransactionSentence {
    const struck = this.#struck.get(message);
    if (struck === undefined) return NOT_TOLD;
    const { sent } = struck;
    const sentMs = ((sent.timeUs - this.#trace.workloadStartUs) / 1000).toFixed(1);
    const text = `the ${messageName(sent)} that ${sent.from} sent at ${sentMs} ms reaches ${sent.to} only now: ${sent.summary}${this.#mistaken(struck, before)}`;
    return { relevance: 87, text };
  }

  /** "; by now …": what was meant for one transaction fits the next one, for both have the same epoch. */
  #mistaken({ sent, open }: Struck, before: ClusterState): string {
    if (sent.api !== 'EndTxn' && sent.api !== 'WriteTxnMarkers') return '';
    for (const { transactionalId, transaction } of before.transactionalIds.values()) {
      const number = this.#current.get(transactionalId);
      if (transaction?.state !== 'Ongoing' || number === undefined || number === open.get(transactionalId))
        continue;
      const identity = `producer ${transaction.producerId} in epoch ${transaction.producerEpoch}`;
      if (sent.summary.includes(identity)) return `; by now transaction ${number} is open, in the same epoch`;
    }
    return '';
  }

  #once(relevance: number, text: string): TransactionSentence {
    if (this.#said.has(text)) return NOT_TOLD;
    this.#said.add(text);
    return { relevance, text };
  }
}

/** The records of its producer that lie in this log before the marker, and after the one before it. */
function endedBy({ producerId }: TracedRecord, log: readonly TracedRecord[]): readonly TracedRecord[] {
  const own = log.filter((record) => record.producerId === producerId && record.transactional !== undefined);
  const last = own.findLastIndex(({ marker }) => marker !== undefined);
  return own.slice(last + 1);
}

/** In `__consumer_offsets` a value is where a group stands. */
function contents(records: readonly TracedRecord[], topic: string): string {
  return topic === CONSUMER_OFFSETS_TOPIC ? `the group's offset ${inWords(records)}` : inWords(records);
}
