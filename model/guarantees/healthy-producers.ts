/**
 * progress, of transactional producers: nobody is fenced by nobody. A producer loses its transactional id to another
 * one that asks for it, and its transaction to `transaction.timeout.ms`; whoever has met neither may go on (KIP-98,
 * KIP-360, KIP-890).
 *
 * A request that its sender has given up may still arrive. An InitProducerId that does so fences even the producer
 * that sent it; so nothing is judged where the first call may have been sent twice, and before transaction.version=2,
 * where transactions share an epoch, where any request may have been.
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

/** Told to a producer whose epoch is not that of its transactional id any more. */
const FENCED = 'PRODUCER_FENCED';
/** Told to one whose producer id is not; also by a coordinator that was replaced before a producer got another id. */
const UNKNOWN = 'INVALID_PRODUCER_ID_MAPPING';

/** After these a request may arrive that nobody waits for any more, or somebody serve who has been replaced. */
const HOLDS_REQUESTS_BACK: readonly ClusterEvent['f'][] = [
  'pause',
  'partition',
  'message-delayed',
  'connection-broken',
  'slow-link',
];

/** Where there is no record to show it at. */
const TRANSACTION_LOG: TopicPartition = { topic: '__transaction_state', partition: 0 };

/** A process that has a transactional id. */
interface Producer {
  readonly transactionalId: string;
  readonly initialised: PositionedEvent;
  /** When it asked for its id: what it has not used since then may have expired. */
  readonly askedUs: number;
  /** The present transaction; null while there is none. */
  begun: PositionedEvent | null;
  /** What befell it allows that it is fenced; or it was, and that is told. */
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
  /** Calls under way, by their op. */
  private readonly calls = new Map<number, PositionedEvent>();
  private readonly producers = new Map<string, Producer>();
  /** How often somebody asked for a transactional id, successfully or not. */
  private readonly askedFor = new Map<string, number>();
  private requestsMayBeLate = false;
  private leadersMove = false;
  /** Nobody knows how long a transaction took for its coordinator. */
  private clocksWrong = false;

  /** `ledger` and `contract` have taken in an event before it is observed here. */
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
    // Whoever waited that long has sent it again.
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
        sentence: `${event.process} was told ${event.error}, though nobody else ever asked for its transactional id "${transactionalId}", and no transaction of it was open for transaction.timeout.ms.`,
        evidence: [initialised, begun, this.findings.current(event)],
      }),
    );
  }

  private mayHaveTimedOut({ begun }: Producer, nowUs: number): boolean {
    return begun !== null && nowUs - begun.event.timeUs >= this.timeoutUs;
  }
}
