import { assert } from '../../assert.ts';
import type { Host } from './host.ts';
import { ConnectionReset, Message } from './connection.ts';
import type { Connection } from './connection.ts';
import { Timer } from './context.ts';
import { hex, keyOf, mix } from './mix.ts';
import type { ScheduledEvent } from './scheduler.ts';
import { Scheduler } from './scheduler.ts';
import { HarnessEvent } from './world.ts';

/** Something that may happen next. */
export interface Step {
  /** Its name in a plan: the key of the message, timer or harness event. */
  readonly key: number;
  /** Null: time passes. */
  readonly event: ScheduledEvent | null;
  /** Equal for the same step after other steps that commute with it. */
  readonly identity: number;
}

/** The hosts that a step concerned. */
export interface Footprint {
  /** The only host that it concerned; null: it may have concerned all. */
  readonly host: number | null;
  /** An event happened whose order among hosts matters. */
  readonly orderSensitive: boolean;
}

/** Whether the world is the same after the two steps in either order. */
export function commute(a: Footprint, b: Footprint): boolean {
  return a.host !== null && b.host !== null && a.host !== b.host && !(a.orderSensitive && b.orderSensitive);
}

/** Decides what comes next. */
export interface OrderOfSteps {
  /** Returns a position in `steps`, which is not empty. Position 0 is the default: the step that has waited longest. */
  choose(steps: readonly Step[], scheduler: OrderedScheduler): number;
  /**
   * Called when the workload is over and only the clock moves. Returns the position of the fault that begins, or null to
   * end the run here.
   */
  chooseAtEnd(faults: readonly Step[], scheduler: OrderedScheduler): number | null;
}

/** An event that has been scheduled and has not happened yet. */
interface Pending {
  readonly event: ScheduledEvent;
  readonly key: number;
  /** The index of the host that it concerns; -1: it may concern all. */
  readonly host: number;
  /** A hash of what its scheduling host had seen by then and of its ordinal, which together determine its contents. */
  readonly identity: number;
}

/** Limits on the orders that are explored. */
export interface OrderLimits {
  /** The number of faults that may begin. */
  readonly faults: number;
  /** How many times the clock may advance while messages are under way. */
  readonly late: number;
}

const TIME_PASSES = keyOf('time passes');

/**
 * A scheduler in which an `OrderOfSteps` decides what happens next. Messages and due timers take no time: any of them may
 * be next, as long as each direction of a connection, and each host's timers, keep their order. The clock advances to the
 * next timer when no other step is left, or earlier, while messages are under way, as often as the limits allow. A fault
 * of the plan may begin at any step.
 *
 * Hosts share nothing but messages, so that the sequence of steps that each host has seen determines the state of the
 * world; `digest` is a hash of these sequences. Steps at different hosts commute, and so do their digests.
 */
export class OrderedScheduler extends Scheduler {
  readonly #order: OrderOfSteps;
  readonly #limits: OrderLimits;
  #faultKeys: ReadonlySet<number> = new Set();
  #ordering = false;
  /** In the order of scheduling. */
  #pending: Pending[] = [];
  /** Faults of the plan that have not begun. */
  #faults: Pending[] = [];
  #chosenAtEnd: Step | null = null;
  #faultsBegun = 0;
  #late = 0;
  /** The steps that each host has seen, as two chains of hashes, so that a digest has 64 bits. */
  #seenA = new Int32Array(0);
  #seenB = new Int32Array(0);
  /** A hash over the order-sensitive events of all hosts: the history, elections and commits. */
  #orderSensitive = 0;
  /** The chain of the host that handles the present step, and the number of events scheduled during the step. */
  #acting = 0;
  #ordinal = 0;
  #concerned: number | null = null;
  #wasOrderSensitive = false;
  /** Steps taken since the order was taken over. */
  steps = 0;

  constructor(order: OrderOfSteps, limits: OrderLimits) {
    super();
    this.#order = order;
    this.#limits = limits;
  }

  /** Lets the `OrderOfSteps` decide from now on. `faultKeys`: keys of harness events that need not happen. */
  takeOver(hosts: readonly Host[], faultKeys: ReadonlySet<number>): void {
    this.#faultKeys = faultKeys;
    this.#seenA = Int32Array.from(hosts, (host) => keyOf(host.name));
    this.#seenB = Int32Array.from(hosts, (host) => ~keyOf(host.name));
    const nowUs = this.nowUs;
    this.#ordering = true;
    for (let event = super.next(); event !== undefined; event = super.next()) this.#add(event);
    this.nowUs = nowUs;
  }

  /** Lets latencies decide again. Pending events fall due at once if their time has passed; pending faults are dropped. */
  handBack(): void {
    this.#ordering = false;
    for (const { event } of this.#pending.splice(0)) {
      if (!event.cancelled) super.schedule(event, Math.max(this.nowUs, event.timeUs));
    }
    this.#faults.length = 0;
  }

  override schedule(event: ScheduledEvent, timeUs: number): void {
    if (!this.#ordering) {
      super.schedule(event, timeUs);
      return;
    }
    assert(timeUs >= this.nowUs, 'an event is scheduled for the present or the future', timeUs, this.nowUs);
    event.timeUs = timeUs;
    this.#add(event);
  }

  override next(): ScheduledEvent | undefined {
    if (!this.#ordering) return super.next();
    for (;;) {
      const step = this.#chosenAtEnd ?? this.#choose();
      this.#chosenAtEnd = null;
      if (step === null) return undefined;
      if (!this.#isOwn(step)) {
        this.steps++;
        this.#wasOrderSensitive = false;
      }
      this.#concerned = null;
      if (step.event !== null) return this.#take(step.event);
      if (this.#enabled().length > 0) this.#late++;
      this.nowUs = this.#nextTimeUs();
    }
  }

  /** Called when no operation is pending. Whether no step is left and no fault is chosen to begin. */
  endsHere(): boolean {
    if (this.#chosenAtEnd !== null) return false;
    this.#forgetCancelled();
    if (this.#enabled().length > 0 || this.#pending.some(({ event }) => event instanceof HarnessEvent))
      return false;
    const faults = this.#mayBegin();
    const chosen = this.#order.chooseAtEnd(faults, this);
    this.#chosenAtEnd = chosen === null ? null : faults[chosen]!;
    return this.#chosenAtEnd === null;
  }

  /** Adds an event whose order among hosts matters to a checker. */
  recordOrderSensitiveEvent(a: number, b: number): void {
    this.#wasOrderSensitive = true;
    this.#orderSensitive = mix(mix(this.#orderSensitive, a), b);
  }

  /** The footprint of the last step, including what the harness did at once because of it. */
  get footprint(): Footprint {
    return { host: this.#concerned, orderSensitive: this.#wasOrderSensitive };
  }

  /** Sixteen hexadecimal digits: equal for two worlds in which every host has seen the same, in the same order. */
  digest(): string {
    let a = mix(this.#orderSensitive, this.#late);
    let b = mix(this.nowUs, this.#orderSensitive);
    for (let host = 0; host < this.#seenA.length; host++) {
      a = mix(a, this.#seenA[host]!);
      b = mix(b, this.#seenB[host]!);
    }
    let underWay = 0;
    for (const { event, identity } of this.#pending)
      if (!event.cancelled) underWay = (underWay + identity) | 0;
    return hex(mix(a, underWay)) + hex(mix(b, underWay));
  }

  #add(event: ScheduledEvent): void {
    const pending = {
      event,
      key: keyOfEvent(event),
      host: hostOf(event),
      identity: mix(
        mix(this.#acting, this.#ordinal++),
        Math.floor(event instanceof Message ? 0 : event.timeUs),
      ),
    };
    (event instanceof HarnessEvent && this.#faultKeys.has(pending.key) ? this.#faults : this.#pending).push(
      pending,
    );
  }

  #choose(): Step | null {
    this.#forgetCancelled();
    const present = this.#enabled();
    // The harness's own events of an instant come before all others and are not chosen.
    const own = present.find((step) => this.#isOwn(step));
    if (own !== undefined) return own;
    const mayPass = this.#nextTimeUs() < Infinity && (present.length === 0 || this.#late < this.#limits.late);
    const steps: Step[] = [
      ...present,
      ...(mayPass ? [{ key: TIME_PASSES, event: null, identity: TIME_PASSES }] : []),
      ...this.#mayBegin(),
    ];
    return steps.length === 0 ? null : steps[this.#order.choose(steps, this)]!;
  }

  /** The events that can happen now: the first message of each direction of a connection, the first timer of each host. */
  #enabled(): Pending[] {
    const toServer = new Set<Connection>();
    const toClient = new Set<Connection>();
    const timers = new Set<number>();
    const acts = new Set<number>();
    const first = <T>(seen: Set<T>, lane: T): boolean => !seen.has(lane) && seen.add(lane) !== null;
    return this.#pending.filter(({ event, host }) => {
      if (event instanceof Message) return first(event.request ? toServer : toClient, event.connection);
      if (event instanceof ConnectionReset) return first(toClient, event.connection);
      return event.timeUs <= this.nowUs && first(event instanceof Timer ? timers : acts, host);
    });
  }

  #mayBegin(): readonly Step[] {
    return this.#faultsBegun < this.#limits.faults ? this.#faults : [];
  }

  #nextTimeUs(): number {
    let nextUs = Infinity;
    for (const { event } of this.#pending) {
      if (event instanceof Message || event instanceof ConnectionReset) continue;
      if (event.timeUs > this.nowUs && event.timeUs < nextUs) nextUs = event.timeUs;
    }
    return nextUs;
  }

  /** Timers of dead processes count as cancelled: they would do nothing. */
  #forgetCancelled(): void {
    this.#pending = this.#pending.filter(
      ({ event }) => !event.cancelled && !(event instanceof Timer && !event.context.alive),
    );
  }

  /** Whether the harness scheduled the event by itself, such as a broker's restart. */
  #isOwn({ event, key }: Step): boolean {
    return event instanceof HarnessEvent && event.host === null && !this.#faultKeys.has(key);
  }

  #take(event: ScheduledEvent): ScheduledEvent {
    let index = this.#pending.findIndex((pending) => pending.event === event);
    let taken = this.#pending[index];
    if (taken === undefined) {
      index = this.#faults.findIndex((fault) => fault.event === event);
      taken = this.#faults[index]!;
      this.#faults.splice(index, 1);
      this.#faultsBegun++;
    } else this.#pending.splice(index, 1);
    this.#see(taken);
    return event;
  }

  #see({ host, identity, key }: Pending): void {
    this.#ordinal = 0;
    const from = host < 0 ? 0 : host;
    const to = host < 0 ? this.#seenA.length : host + 1;
    for (let index = from; index < to; index++) {
      this.#seenA[index] = mix(mix(this.#seenA[index]!, identity), this.nowUs);
      this.#seenB[index] = mix(mix(this.#seenB[index]!, mix(identity, key)), this.nowUs);
    }
    this.#concerned = host < 0 ? null : host;
    this.#acting = host < 0 ? mix(identity, this.nowUs) : this.#seenA[host]!;
  }
}

function keyOfEvent(event: ScheduledEvent): number {
  if (event instanceof Timer) return mix(event.key, event.context.host.index);
  if (event instanceof Message || event instanceof ConnectionReset || event instanceof HarnessEvent)
    return event.key;
  throw new Error('an event of a kind that has no place in an order');
}

function hostOf(event: ScheduledEvent): number {
  if (event instanceof Message) return event.to.index;
  if (event instanceof ConnectionReset) return event.connection.clientHost.index;
  if (event instanceof Timer) return event.context.host.index;
  return event instanceof HarnessEvent ? (event.host?.index ?? -1) : -1;
}
