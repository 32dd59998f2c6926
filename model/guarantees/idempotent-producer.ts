/**
 * idempotent-producer: a producer's own retries neither store a record twice nor out of order (KIP-98, KIP-360). A
 * broker remembers the last five batches of each producer in each partition; with more requests in flight it could not
 * recognise a retry, so Kafka refuses that setting together with idempotence.
 *
 * Every send has a value of its own, so a value at two offsets was stored twice by one send. Two sends of one payload
 * are two records, and nothing is promised about the sends of different producers.
 *
 * A producer recovers by itself from a sequence or an epoch that a broker refuses: it continues in a new epoch
 * (KIP-360). An application must not get such an error before `delivery.timeout.ms` is over. A transaction is aborted
 * with it instead, and its application gets the error.
 */
import { Findings } from '../ledger/findings.ts';
import type { Guarantee, Violation } from '../guarantee.ts';
import type { HistoryEvent, NotOk, PollOk } from '../history/history.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PartitionLedger } from '../ledger/partition-ledger.ts';
import type { LedgerRecord } from '../ledger/ledger-record.ts';
import type { ContractInForce } from '../contract/in-force.ts';
import { completionOf, firstReadOf, invocationOf } from './evidence.ts';
import { acknowledgedOffset, type Reordered, SendOrder } from './send-order.ts';

/**
 * The errors by which Kafka reports data loss or a zombie. Outside of transactions no other producer has the producer's
 * id, so neither can be the cause.
 */
const OWN_ERRORS: ReadonlySet<string> = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
]);

export class IdempotentProducer implements Guarantee {
  readonly id = 'idempotent-producer';
  readonly findings: Findings<'idempotent-producer'>;
  private readonly ledger: Ledger;
  private readonly contract: ContractInForce;
  private readonly acksAll: boolean;
  private readonly order: SendOrder;
  private readonly transactional = new Set<string>();
  /** A send that fails sooner than this did not time out: clocks drift, but do not run twice as fast. */
  private readonly wellBeforeUs: number;

  /** `ledger` and `contract` must have observed an event before this guarantee does. */
  constructor(ledger: Ledger, contract: ContractInForce) {
    this.ledger = ledger;
    this.contract = contract;
    this.findings = new Findings(this.id, ledger);
    this.acksAll = contract.configuration.acks === 'all';
    this.order = new SendOrder(ledger, contract.configuration);
    this.wellBeforeUs = 500 * contract.configuration['delivery.timeout.ms'];
  }

  observe(event: HistoryEvent): readonly Violation[] {
    if (event.type === 'ok') {
      if (event.f === 'poll') this.polled(event);
      else if (event.f === 'send' && this.ledger.send !== null) {
        this.inOrder(this.order.acknowledged(this.ledger.send));
      }
    } else if (event.type === 'invoke') {
      if (event.f === 'init-transactions') this.transactional.add(event.process);
    } else if (event.type !== 'cluster' && event.f === 'send' && OWN_ERRORS.has(event.error)) {
      this.failed(event);
    }
    return this.findings.take();
  }

  conclude(): readonly Violation[] {
    return this.findings.take();
  }

  private failed(event: NotOk): void {
    const record = this.ledger.send;
    const invoked = record?.invoked ?? null;
    if (record === null || invoked === null || invoked.op !== event.op) return;
    if (record.transaction !== null || this.transactional.has(invoked.process)) return;
    const afterUs = event.timeUs - invoked.timeUs;
    if (afterUs >= this.wellBeforeUs) return;
    const { topic } = invoked;
    const place = { topic, partition: event.partition ?? invoked.partition ?? 0 };
    const { 'delivery.timeout.ms': timeoutMs } = this.contract.configuration;
    this.findings.note(
      { anomaly: 'sequence-error', place },
      this.contract.inTopic(topic, 'producer-errors'),
      () => ({
        sentence: `The send of "${invoked.value}" to ${topic}-${place.partition} by ${invoked.process} failed with ${event.error} after ${Math.round(afterUs / 1000)} ms, although the producer had ${timeoutMs} ms (delivery.timeout.ms) to recover from that error.`,
        evidence: [invocationOf(record), this.findings.current(event)],
      }),
    );
  }

  private polled(event: PollOk): void {
    let next = 0;
    event.partitions.forEach((entry, index) => {
      const place = this.ledger.polledPartitions[index];
      for (const { offset } of entry.records) {
        const record = this.ledger.polled[next++];
        if (place === undefined || record === undefined) continue;
        if (record.readOffset !== offset && record.readIn === place) this.twice(record, place, offset, event);
        if (!this.acksAll) this.inOrder(this.order.read(record));
      }
    });
  }

  private twice(record: LedgerRecord, place: PartitionLedger, offset: number, event: PollOk): void {
    const judged = this.contract.ofSecondCopy(place, record.readOffset, offset);
    this.findings.note({ anomaly: 'duplicate', place, offset }, judged, () => ({
      sentence: `${record.invoked?.process ?? 'A producer'} sent "${record.value}" once, but ${place.name} holds it at offset ${record.readOffset} and at offset ${offset}.`,
      evidence: [
        invocationOf(record),
        completionOf(record),
        firstReadOf(record),
        this.findings.current(event),
      ],
    }));
  }

  private inOrder(reordered: Reordered | null): void {
    if (reordered === null) return;
    const { place, earlier, later } = reordered;
    const offset = acknowledgedOffset(later);
    this.findings.note(
      { anomaly: 'nonmonotonic-send', place, offset },
      this.contract.ofSendOrder(place, offset),
      () => ({
        sentence: `${earlier.invoked?.process} sent "${earlier.value}" before "${later.value}", but in ${place.name} they lie at offsets ${acknowledgedOffset(earlier)} and ${offset}.`,
        evidence: [earlier, later].flatMap((record) => [
          invocationOf(record),
          completionOf(record),
          this.acksAll ? null : firstReadOf(record),
        ]),
      }),
    );
  }
}
