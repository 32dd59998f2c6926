/**
 * The offsets that groups have committed, as far as clients know: which of them the next answer may name.
 *
 * A group's offset in a partition is a register. Its writes are ordered as they are appended to the coordinator's log;
 * a write of a transaction is appended when it is sent, not when the transaction is committed, and visible from the
 * commit on (while one is pending the coordinator lets a reader wait, KIP-447). So an answer may name every write
 * that may be visible, unless another write was certainly appended after it and visible before the question.
 * Memory: the writes that an answer may still name, and each offset once.
 *
 * A client repeats a request that is not answered within request.timeout.ms, and a coordinator cannot distinguish the
 * second copy from the first. So a write that took so long may be appended once more, after other writes; a write of
 * a transaction until the marker of the transaction is appended, which may be long after the commit. An answer to a
 * question that was asked after the commit comes after the marker.
 *
 * A coordinator that was replaced and has not learnt of it answers from its own state: an OffsetFetch asks no other
 * replica. So once a coordinator may have changed, an answer may be stale, until the faults are over.
 */
import type { PositionedEvent } from './positioned-event.ts';
import type {
  CommitOffsetsInvoked,
  Completion,
  FetchOffsetsInvoked,
  FetchOffsetsOk,
  HistoryEvent,
  SendOffsetsInvoked,
} from '../history/history.ts';
import type { Ledger } from './ledger.ts';
import type { PartitionLedger } from './partition-ledger.ts';
import type { Transaction } from './transaction.ts';

export interface OffsetWrite {
  readonly group: string;
  readonly offset: number;
  readonly invoked: PositionedEvent & { readonly event: CommitOffsetsInvoked | SendOffsetsInvoked };
  /** Null for one outside of transactions. */
  readonly transaction: Transaction | null;
  /** Position in the history by which it was certainly appended; infinite while that is not known. */
  appendedBy: number;
  failed: boolean;
  /** The event that proves that it is visible. */
  certain: PositionedEvent | null;
}

/** An answer that no write explains. */
export interface Unexplained {
  readonly group: string;
  readonly place: PartitionLedger;
  readonly offset: number | null;
  readonly kind: 'lost' | 'aborted' | 'open' | 'phantom';
  /** The write with that offset that must not be visible; for `lost` the write that the answer had to name, or a later one. */
  readonly write: OffsetWrite | null;
}

/** An answer that named an offset which only one transaction wrote. */
export interface Named {
  readonly write: OffsetWrite & { readonly transaction: Transaction };
  readonly place: PartitionLedger;
}

/** A visible write: no answer to a later question may name an earlier one. */
interface Floor {
  readonly position: number;
  readonly write: OffsetWrite | null;
}

const NO_FLOOR: Floor = { position: 0, write: null };

/** One group's offset in one partition. */
class Register {
  /** Writes that an answer may still name, or could name if their transaction were committed. */
  writes: OffsetWrite[] = [];
  /** The most recent writes that failed or were aborted, to explain an answer that names one. */
  dead: OffsetWrite[] = [];
  /** Every offset that was ever written. */
  readonly offsets = new Set<number>();
  floor = NO_FLOOR;
  openQuestions = 0;

  settle(write: OffsetWrite, proof: PositionedEvent): void {
    if (write.certain !== null) return;
    write.certain = proof;
    const position = write.invoked.position;
    if (position > this.floor.position) this.floor = { position, write };
    this.prune();
  }

  /**
   * An answer waits for pending transactions (KIP-447): no write of a transaction that was committed before the question
   * is appended after the answer.
   */
  answered(asked: number, position: number): void {
    for (const write of this.writes) {
      const isOver = write.transaction !== null && write.certain !== null && write.certain.position < asked;
      if (isOver) write.appendedBy = Math.min(write.appendedBy, position);
    }
  }

  discard(write: OffsetWrite): void {
    write.failed = true;
    this.writes = this.writes.filter((kept) => kept !== write);
    this.dead.push(write);
    if (this.dead.length > MOST_DEAD) this.dead.shift();
  }

  prune(): void {
    if (this.openQuestions > 0) return;
    const { position } = this.floor;
    if (this.writes.some(({ appendedBy }) => appendedBy < position)) {
      this.writes = this.writes.filter(({ appendedBy }) => appendedBy >= position);
    }
  }
}

const MOST_DEAD = 32;

interface Question {
  readonly position: number;
  readonly event: FetchOffsetsInvoked;
  readonly registers: readonly { readonly register: Register; readonly floor: Floor }[];
}

interface Place {
  readonly register: Register;
  readonly write: OffsetWrite;
}

export class GroupOffsets {
  /** The answers of the current event that no write explains. */
  readonly unexplained: Unexplained[] = [];
  /** The answers of the current event that prove a transaction committed. */
  readonly named: Named[] = [];

  private readonly ledger: Ledger;
  private readonly groups = new Map<string, Map<PartitionLedger, Register>>();
  private readonly open = new Map<number, readonly Place[]>();
  private readonly undecided = new Map<Transaction, Place[]>();
  private readonly questions = new Map<number, Question>();

  /** Two brokers may both act as a group's coordinator. */
  private severalCoordinators = false;

  private readonly recordsCoordinatorChanges: boolean;

  private readonly requestTimeoutMs: number;

  /** `recordsCoordinatorChanges`: the history has an event for every change of a group's coordinator. */
  constructor(ledger: Ledger, requestTimeoutMs: number, recordsCoordinatorChanges = false) {
    this.ledger = ledger;
    this.requestTimeoutMs = requestTimeoutMs;
    this.recordsCoordinatorChanges = recordsCoordinatorChanges;
  }

  /** Observes an event; to be called for every event, after the ledger has observed it. */
  observe(event: HistoryEvent): void {
    // Setting a length would cost more than all other work for most events.
    if (this.unexplained.length > 0) this.unexplained.length = 0;
    if (this.named.length > 0) this.named.length = 0;
    if (event.type === 'cluster') {
      if (!this.recordsCoordinatorChanges || event.f === 'coordinator-change')
        this.severalCoordinators = true;
      return;
    }
    if (event.type === 'invoke') {
      if (event.f === 'commit-offsets') this.write(event, null);
      else if (event.f === 'send-offsets') {
        const transaction = this.ledger.transactions.find(event.transaction);
        if (transaction !== null) this.write(event, transaction);
      } else if (event.f === 'fetch-offsets') this.ask(event);
    } else if (event.f === 'fetch-offsets') this.answer(event);
    else if (event.f === 'commit-offsets' || event.f === 'send-offsets') this.written(event);
    else if (this.ledger.transactions.ending !== null) this.decided(this.ledger.transactions.ending);
  }

  /** Records the event that proves that the transaction is committed. */
  proven(transaction: Transaction, proof: PositionedEvent): void {
    const places = this.undecided.get(transaction);
    if (places === undefined) return;
    this.undecided.delete(transaction);
    for (const { register, write } of places) if (!write.failed) register.settle(write, proof);
  }

  private write(event: CommitOffsetsInvoked | SendOffsetsInvoked, transaction: Transaction | null): void {
    const places = event.offsets.map(({ topic, partition, offset }): Place => {
      const register = this.register(event.group, this.ledger.partition(topic, partition));
      const write: OffsetWrite = {
        group: event.group,
        offset,
        invoked: { position: this.ledger.position, event },
        transaction,
        appendedBy: Number.POSITIVE_INFINITY,
        failed: false,
        certain: null,
      };
      register.writes.push(write);
      register.offsets.add(offset);
      return { register, write };
    });
    this.open.set(event.op, places);
    if (transaction === null) return;
    const others = this.undecided.get(transaction) ?? [];
    this.undecided.set(transaction, [...others, ...places]);
  }

  private written(event: Completion): void {
    const places = this.open.get(event.op) ?? [];
    this.open.delete(event.op);
    if (event.type === 'unknown') return;
    const { position } = this.ledger;
    for (const { register, write } of places) {
      if (event.type === 'fail') register.discard(write);
      else {
        if (!this.mayBeUnderWay(write, event)) write.appendedBy = Math.min(write.appendedBy, position);
        if (write.transaction === null) register.settle(write, { position, event });
      }
    }
  }

  /** Whether a copy of the request may still arrive. */
  private mayBeUnderWay({ invoked }: OffsetWrite, { timeUs }: Completion): boolean {
    return timeUs - invoked.event.timeUs >= this.requestTimeoutMs * 1000;
  }

  private decided(transaction: Transaction): void {
    if (transaction.committed !== null) this.proven(transaction, transaction.committed);
    if (transaction.aborted === null) return;
    for (const { register, write } of this.undecided.get(transaction) ?? []) register.discard(write);
    this.undecided.delete(transaction);
  }

  private ask(event: FetchOffsetsInvoked): void {
    const registers = event.partitions.map(({ topic, partition }) => {
      const register = this.register(event.group, this.ledger.partition(topic, partition));
      register.openQuestions++;
      return { register, floor: register.floor };
    });
    this.questions.set(event.op, { position: this.ledger.position, event, registers });
  }

  private answer(event: Completion): void {
    const question = this.questions.get(event.op);
    if (question === undefined) return;
    this.questions.delete(event.op);
    if (event.type === 'ok' && event.f === 'fetch-offsets') this.judge(event, question);
    for (const { register } of question.registers) {
      register.openQuestions--;
      register.prune();
    }
  }

  private judge(event: FetchOffsetsOk, question: Question): void {
    const { group, final } = question.event;
    const mayFallBehind = this.severalCoordinators && final !== true;
    for (const { topic, partition, offset } of event.offsets) {
      const place = this.ledger.partition(topic, partition);
      const register = this.register(group, place);
      const asked = question.registers.find((candidate) => candidate.register === register);
      if (asked === undefined) continue;
      const { floor } = asked;
      if (!mayFallBehind) register.answered(question.position, this.ledger.position);
      if (offset === null) {
        if (floor.write !== null && !mayFallBehind) {
          this.unexplained.push({ group, place, offset, kind: 'lost', write: floor.write });
        }
        continue;
      }
      const named = register.writes.filter(
        (write) => write.offset === offset && write.appendedBy >= floor.position,
      );
      const visible = named.filter(({ transaction }) => transaction === null || transaction.mayBeCommitted);
      const [only] = visible;
      if (only === undefined) {
        const found = this.explain(group, place, offset, register, floor);
        if (found.kind !== 'lost' || !mayFallBehind) this.unexplained.push(found);
      } else if (visible.length === 1 && only.transaction !== null) {
        this.named.push({ write: { ...only, transaction: only.transaction }, place });
      }
    }
  }

  private explain(
    group: string,
    place: PartitionLedger,
    offset: number,
    register: Register,
    floor: Floor,
  ): Unexplained {
    const found = { group, place, offset };
    const isNamed = (write: OffsetWrite): boolean => write.offset === offset && write.transaction !== null;
    const open = register.writes.find((write) => isNamed(write) && write.appendedBy >= floor.position);
    if (open !== undefined) return { ...found, kind: 'open', write: open };
    const dead = register.dead.findLast(isNamed);
    if (dead !== undefined) return { ...found, kind: 'aborted', write: dead };
    if (register.offsets.has(offset)) return { ...found, kind: 'lost', write: floor.write };
    return { ...found, kind: 'phantom', write: null };
  }

  private register(group: string, place: PartitionLedger): Register {
    let registers = this.groups.get(group);
    if (registers === undefined) {
      registers = new Map();
      this.groups.set(group, registers);
    }
    let register = registers.get(place);
    if (register === undefined) {
      register = new Register();
      registers.set(place, register);
    }
    return register;
  }
}
