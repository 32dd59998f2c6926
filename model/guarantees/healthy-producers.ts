/**
 * progress, for transactional producers: no producer is fenced without a cause. A producer loses its transactional id
 * to another producer that requests it, and its transaction to `transaction.timeout.ms`; a producer that met neither can
 * continue (KIP-98, KIP-360, KIP-890).
 *
 * A request that its sender has given up may still arrive. A late InitProducerId fences even the producer that sent it.
 * So a producer is not judged where its first call may have been sent twice, nor before transaction.version=2, where
 * transactions share an epoch, where any of its requests may have been.
 */
import { Findings } from '../ledger/findings.ts';
import { type PositionedEvent } from '../ledger/positioned-event.ts';
import type { Guarantee, Violation } from '../guarantee.ts';
import type {
  ClusterEvent,
  Completion,
  HistoryEvent,
  Invocation,
  NotOk,
  TopicPartition,
} from '../history/history.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ContractInForce } from '../contract/in-force.ts';

const MOVES_LEADERS: readonly Invocation['f'][] = ['move-leader', 'elect-leader', 'reassign'];
const OF_PRODUCERS: readonly Invocation['f'][] = [
  'init-transactions',
  'begin',
  'send',
  'send-offsets',
  'commit',
  'abort',
];

/** The error of a producer whose epoch is not the current one of its transactional id. */
const FENCED = 'PRODUCER_FENCED';
/**
 * The error of a producer whose producer id is not the current one of its transactional id; a coordinator that was
 * replaced before the producer got a new id returns it, too.
 */
const UNKNOWN = 'INVALID_PRODUCER_ID_MAPPING';

/** After these a request may arrive that its sender has given up, or reach a broker that has been replaced. */
const HOLDS_REQUESTS_BACK: readonly ClusterEvent['f'][] = [
  'pause',
  'partition',
  'message-delayed',
  'connection-broken',
  'slow-link',
];

/** The place of a violation without a record. */
const TRANSACTION_LOG: TopicPartition = { topic: '__transaction_state', partition: 0 };

/** A process that has a transactional id. */
interface Producer {
  readonly transactionalId: string;
  readonly initialised: PositionedEvent;
  /** When it requested its id: an id that it has not used since then may have expired. */
  readonly askedUs: number;
  /** The `begin` of its current transaction; null while there is none. */
  begun: PositionedEvent | null;
  /** Whether an earlier event explains that it is fenced, or its fencing was reported already. */
  excused: boolean;
}

export class HealthyProducers implements Guarantee {
  readonly id = 'progress';
  readonly findings: Findings<'progress'>;
  private readonly ledger: Ledger;
  private readonly contract: ContractInForce;
  private readonly timeoutUs: number;
  private readonly patienceUs: number;
  private readonly expirationUs: number;
  private readonly epochPerTransaction: boolean;
  /** Pending calls, by their op. */
  private readonly calls = new Map<number, PositionedEvent>();
  private readonly producers = new Map<string, Producer>();
  /** How often each transactional id was requested, successfully or not. */
  private readonly askedFor = new Map<string, number>();
  private requestsMayBeLate = false;
  private leadersMove = false;
  /** The clock of a coordinator may have jumped, so the age of a transaction is not known. */
  private clocksWrong = false;

  /** `ledger` and `contract` must have observed an event before this guarantee does. */
  constructor(ledger: Ledger, contract: ContractInForce) {
    this.ledger = ledger;
    this.contract = contract;
    this.findings = new Findings(this.id, ledger);
    const { configuration } = contract;
    this.timeoutUs = configuration['transaction.timeout.ms'] * 1000;
    this.patienceUs = configuration['request.timeout.ms'] * 1000;
    this.expirationUs = configuration['transactional.id.expiration.ms'] * 1000;
    this.epochPerTransaction = configuration['transaction.version'] >= 2;
  }

  observe(event: HistoryEvent): readonly Violation[] {
    if (event.type === 'cluster') this.disturbed(event);
    else if (event.type === 'invoke') this.invoked(event);
    else this.completed(event);
    return this.findings.take();
  }

  conclude(): readonly Violation[] {
    return this.findings.take();
  }

  private disturbed({ f }: ClusterEvent): void {
    if (f === 'clock') this.clocksWrong = true;
    else if (HOLDS_REQUESTS_BACK.includes(f)) this.requestsMayBeLate = true;
    else this.leadersMove = true;
  }

  private invoked(event: Invocation): void {
    if (MOVES_LEADERS.includes(event.f)) this.leadersMove = true;
    if (!OF_PRODUCERS.includes(event.f)) return;
    this.calls.set(event.op, this.findings.current(event));
    if (event.f !== 'init-transactions') return;
    this.askedFor.set(event.transactionalId, 1 + (this.askedFor.get(event.transactionalId) ?? 0));
  }

  private completed(event: Completion): void {
    const call = this.calls.get(event.op);
    if (call === undefined) return;
    this.calls.delete(event.op);
    // A client that waited for this long has sent the request again.
    const sentTwice = event.timeUs - call.event.timeUs >= this.patienceUs;
    if (event.type === 'ok' && event.f === 'init-transactions') this.initialised(call, event, sentTwice);
    const producer = this.producers.get(event.process);
    if (producer === undefined) return;
    if (event.type !== 'ok') {
      if (event.error === FENCED || event.error === UNKNOWN) this.fenced(producer, event);
    } else if (event.f === 'begin') producer.begun = call;
    else if (event.f === 'commit' || event.f === 'abort') {
      if (this.mayHaveTimedOut(producer, event.timeUs)) producer.excused = true;
      producer.begun = null;
    }
    if (sentTwice && !this.epochPerTransaction) producer.excused = true;
  }

  private initialised({ event: call }: PositionedEvent, event: Completion, sentTwice: boolean): void {
    if (call.type !== 'invoke' || call.f !== 'init-transactions') return;
    this.producers.set(event.process, {
      transactionalId: call.transactionalId,
      initialised: this.findings.current(event),
      askedUs: call.timeUs,
      begun: null,
      excused: sentTwice || this.requestsMayBeLate,
    });
  }

  private fenced(producer: Producer, event: NotOk): void {
    const { transactionalId, initialised, askedUs, begun } = producer;
    const explained =
      producer.excused ||
      this.clocksWrong ||
      (this.requestsMayBeLate && !this.epochPerTransaction) ||
      ((this.requestsMayBeLate || this.leadersMove) && event.error === UNKNOWN) ||
      this.askedFor.get(transactionalId) !== 1 ||
      this.mayHaveTimedOut(producer, event.timeUs) ||
      event.timeUs - askedUs >= this.expirationUs;
    producer.excused = true;
    if (explained) return;
    const { transactions } = this.ledger;
    const place = (transactions.ending ?? transactions.openOf(event.process))?.firstPart ?? TRANSACTION_LOG;
    this.findings.note(
      { anomaly: 'fenced-by-nobody', place },
      this.contract.ofCluster('transactional-id'),
      () => ({
        sentence: `${event.process} was fenced with ${event.error}, although no other producer ever requested its transactional id "${transactionalId}", and none of its transactions was open for transaction.timeout.ms.`,
        evidence: [initialised, begun, this.findings.current(event)],
      }),
    );
  }

  private mayHaveTimedOut({ begun }: Producer, nowUs: number): boolean {
    return begun !== null && nowUs - begun.event.timeUs >= this.timeoutUs;
  }
}
