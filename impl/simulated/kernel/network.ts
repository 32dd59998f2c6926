import { assert } from '../../assert.ts';
import { type Body, Connection, ConnectionReset, Message } from './connection.ts';
import type { Context } from './context.ts';
import type { Host } from './host.ts';
import { latencyUs } from './latency.ts';
import { hex, keyOf, mix } from './mix.ts';
import type { LatencyModel, LatencyOverride, Schedule, Strategy } from './schedule.ts';
import type { ScheduledEvent } from './scheduler.ts';
import { arrivalUs } from './strategy.ts';
import type { World } from './world.ts';

/** A fault that strikes the next message of a kind over a link. */
export interface MessageFault {
  readonly fault: number;
  readonly from: Host;
  readonly to: Host;
  readonly api: number;
  readonly request: boolean;
  readonly effect: 'lose' | 'delay';
  readonly delayUs: number;
}

const NOTHING: readonly never[] = [];

/** One direction between two hosts. A run has a hundred links and cuts a few, so only cut links allocate lists. */
class Link {
  /** The number of partitions in force that lose (hold) messages on this link. */
  losing = 0;
  holding = 0;
  extraUs: number;
  held: readonly Message[] = NOTHING;
  /** Connections that lost a message here and whose client has received no reset yet. */
  #silentlyBroken: readonly Connection[] = NOTHING;

  constructor(extraUs: number) {
    this.extraUs = extraUs;
  }

  hold(message: Message): void {
    this.held = [...this.held, message];
  }

  takeHeld(): readonly Message[] {
    const { held } = this;
    this.held = NOTHING;
    return held;
  }

  breakSilently(connection: Connection): void {
    this.#silentlyBroken = [...this.#silentlyBroken, connection];
  }

  takeSilentlyBroken(): readonly Connection[] {
    const broken = this.#silentlyBroken;
    this.#silentlyBroken = NOTHING;
    return broken;
  }
}

function hasClosed({ name }: Host): string {
  return `${name} has closed its files`;
}

/**
 * The network between hosts. Messages of one direction of a connection arrive in order. When a message is lost, the
 * connection is broken in that direction, as with TCP: no later message passes either.
 */
export class Network {
  readonly #world: World;
  #schedule: Schedule;
  readonly #links: Link[] = [];
  readonly #armed: MessageFault[] = [];
  readonly #overrides = new Map<string, number>();
  #hosts = 0;
  #isCalm = false;
  /** Null before the workload begins, after `calm`, and in a run without a strategy. */
  #strategy: Strategy | null = null;
  #strategySinceUs = 0;
  /** The key of each host, by its index. */
  #keys: readonly number[] = [];
  #writesUnderWay = 0;

  constructor(world: World, schedule: Schedule, overrides: readonly LatencyOverride[]) {
    this.#world = world;
    this.#schedule = schedule;
    for (const override of overrides) this.#overrides.set(override.message, override.latencyUs);
  }

  /** Creates the links. Call it once, when all hosts exist. */
  wire(hosts: readonly Host[]): void {
    assert(this.#links.length === 0, 'the network is wired once');
    this.#hosts = hosts.length;
    this.#keys = hosts.map(({ name }) => keyOf(name));
    for (const from of hosts) {
      for (const to of hosts) {
        const pair = this.#schedule.slowPair;
        const slow = pair !== null && pair.from === from.name && pair.to === to.name;
        this.#links.push(new Link(slow ? pair.extraUs : 0));
      }
    }
  }

  /** The number of requests that may write (`Catalogue.mayWrite`) and have neither arrived nor been lost. */
  get writesUnderWay(): number {
    return this.#writesUnderWay;
  }

  connect<Request extends Body, Response extends Body>(
    client: Context,
    server: Host,
  ): Connection<Request, Response> {
    return new Connection<Request, Response>(this, client, server);
  }

  send(connection: Connection, request: boolean, body: Body): void {
    const world = this.#world;
    const { execution } = world;
    const from = request ? connection.clientHost : connection.serverHost;
    const to = request ? connection.serverHost : connection.clientHost;
    assert(
      request ? connection.client.alive : connection.server?.alive === true,
      'only a process that is alive sends',
      from.name,
      body.api,
    );
    const linkIndex = from.index * this.#hosts + to.index;
    const key = mix(
      mix(execution.cause, linkIndex * 2 + (request ? 1 : 0)),
      body.api + (execution.ordinal++ << 16),
    );
    const message = new Message(connection, request, body, key);
    if (request && this.#mayWrite(message)) this.#writesUnderWay++;
    if (world.trace !== null) message.tracedAs = world.trace.messageSent(message);
    if (request ? connection.brokenToServer : connection.brokenToClient) {
      return this.#lose(message, 'the connection is broken');
    }
    const link = this.#linkAt(linkIndex);
    if (link.losing > 0) return this.#loseOnLink(message, link, 'the link is cut');
    const delayUs = this.#armed.length > 0 ? this.#applyMessageFault(message, from, to) : 0;
    if (delayUs < 0) return;
    this.#post(message, link, delayUs);
  }

  /** Handles a message that has reached the end of its link, or that waited for the end of its host's pause. */
  arrive(message: Message): void {
    const world = this.#world;
    const { connection, to } = message;
    if (message.arrivedUs === 0 && !this.#passes(message)) return;
    if (to.defers(message)) return;
    if (!message.request && to.context?.hasFinished === true) return this.#lose(message, hasClosed(to));
    if (message.request) this.#arriveAtServer(message, connection, to);
    else if (!connection.open || !connection.client.alive) this.#lose(message, 'its connection is closed');
    else {
      world.beginDelivery(message);
      connection.responseArrived(message.body);
    }
  }

  /** Whether the message leaves its link now; if not, it is lost or held. */
  #passes(message: Message): boolean {
    const { connection } = message;
    if (message.request ? connection.brokenToServer : connection.brokenToClient) {
      this.#lose(message, 'the connection is broken');
      return false;
    }
    const link = this.#link(message.from, message.to);
    if (link.losing > 0) {
      this.#loseOnLink(message, link, 'the link is cut');
      return false;
    }
    // A message does not overtake those that are still held.
    if (link.holding > 0 || link.held.length > 0) {
      link.hold(message);
      return false;
    }
    message.arrivedUs = this.#world.nowUs;
    return true;
  }

  #arriveAtServer(message: Message, connection: Connection, to: Host): void {
    const context = to.context;
    if (context === null) {
      // A machine without a process refuses the connection; a machine without power does not answer at all.
      this.#lose(message, to.powered ? `no process listens on ${to.name}` : `${to.name} has no power`);
      connection.brokenToServer = true;
      if (to.powered) this.#reset(connection);
      return;
    }
    if (connection.server === null) {
      connection.server = context;
      to.accepted.add(connection);
    } else if (connection.server !== context) {
      this.#lose(message, `${to.name} has restarted and knows no such connection`);
      connection.brokenToServer = true;
      this.#reset(connection);
      return;
    }
    // The connection is bound to this process and ends with it: a later process does not answer it.
    if (context.hasFinished) return this.#lose(message, hasClosed(to));
    if (this.#mayWrite(message)) this.#writeIsOver();
    this.#world.beginDelivery(message);
    connection.requestArrived(message);
  }

  resetArrived(reset: ConnectionReset): void {
    const { connection } = reset;
    const { clientHost, serverHost } = connection;
    if (!connection.open || !connection.client.alive) return;
    if (clientHost.defers(reset)) return;
    const link = this.#link(serverHost, clientHost);
    if (link.losing > 0 || link.holding > 0) {
      link.breakSilently(connection);
      return;
    }
    this.#world.beginReset(reset.key, clientHost, reset.causedBy);
    connection.close();
  }

  /**
   * Loses the messages that a process which has died had not read, and resets its connections. `silent`: the power is gone
   * too, so that clients receive no reset.
   */
  processGone(host: Host, unread: readonly ScheduledEvent[], silent: boolean): void {
    for (const event of unread) {
      if (!(event instanceof Message)) continue;
      this.#lose(event, `${host.name} went down before it read it`);
      if (!event.request) continue;
      event.connection.brokenToServer = true;
      if (!silent) this.#reset(event.connection);
    }
    const accepted = [...host.accepted];
    host.accepted.clear();
    for (const connection of accepted) {
      // Responses that were sent before still arrive; the reset comes after them.
      if (!silent && connection.open) this.#reset(connection);
    }
  }

  /** Begins or ends a cut of one direction, which loses or holds the messages sent over it. */
  cut(from: Host, to: Host, effect: 'lose' | 'hold', begin: boolean): void {
    const link = this.#link(from, to);
    if (effect === 'lose') link.losing += begin ? 1 : -1;
    else link.holding += begin ? 1 : -1;
    assert(link.losing >= 0 && link.holding >= 0, 'a cut ends once', from.name, to.name);
    if (begin || link.losing > 0 || link.holding > 0) return;
    this.#world.scheduleNow(() => {
      if (link.losing > 0 || link.holding > 0) return;
      for (const message of link.takeHeld()) this.#world.fire(message);
    });
    for (const connection of link.takeSilentlyBroken()) this.#reset(connection);
  }

  /** Loses the messages that are held on a link: it will not open again. */
  loseHeld(from: Host, to: Host): void {
    const link = this.#link(from, to);
    for (const message of link.takeHeld()) this.#loseOnLink(message, link, 'the link is cut');
  }

  /** Begins to order arrivals by the schedule's strategy, if it has one. */
  followStrategy(): void {
    this.#strategy = this.#schedule.strategy ?? null;
    this.#strategySinceUs = this.#world.nowUs;
  }

  /** Makes latencies uniform: no tail, no strategy, no slow pair. */
  calm(): void {
    this.#isCalm = true;
    this.#strategy = null;
    const { latency, slowPair } = this.#schedule;
    const { minUs, maxUs } = latency;
    this.#schedule = { latency: { model: 'uniform', minUs, maxUs }, slowPair: null };
    if (slowPair === null) return;
    const { hosts } = this.#world;
    const [from, to] = [slowPair.from, slowPair.to].map((name) => hosts.find((host) => host.name === name));
    if (from !== undefined && to !== undefined) this.slow(from, to, -slowPair.extraUs);
  }

  /** Sets the latency of messages sent from now on. */
  setLatency(latency: LatencyModel): void {
    this.#schedule = { ...this.#schedule, latency };
    if (this.#isCalm) this.calm();
  }

  slow(from: Host, to: Host, extraUs: number): void {
    const link = this.#link(from, to);
    link.extraUs += extraUs;
    assert(link.extraUs >= 0, 'a slow link becomes normal once', from.name, to.name, link.extraUs);
  }

  breakConnections(between: Host, and: Host): void {
    for (const [client, server] of [
      [between, and],
      [and, between],
    ] as const) {
      for (const connection of [...server.accepted]) {
        if (connection.clientHost !== client || !connection.open) continue;
        connection.brokenToServer = true;
        connection.brokenToClient = true;
        this.#reset(connection);
      }
    }
  }

  arm(fault: MessageFault): void {
    this.#armed.push(fault);
  }

  disarmAll(): void {
    this.#armed.length = 0;
  }

  #linkAt(index: number): Link {
    const link = this.#links[index];
    assert(link !== undefined, 'the network is wired', index);
    return link;
  }

  #link(from: Host, to: Host): Link {
    return this.#linkAt(from.index * this.#hosts + to.index);
  }

  /** Returns the extra delay in microseconds, or -1 when the message was lost. */
  #applyMessageFault(message: Message, from: Host, to: Host): number {
    const fault = this.#armed.find(
      (armed) =>
        armed.from === from &&
        armed.to === to &&
        armed.api === message.api &&
        armed.request === message.request,
    );
    if (fault === undefined) return 0;
    this.#armed.splice(this.#armed.indexOf(fault), 1);
    this.#world.messageFaultFired(fault, message);
    if (fault.effect === 'delay') return fault.delayUs;
    this.#lose(message, 'a fault');
    if (message.request) message.connection.brokenToServer = true;
    else message.connection.brokenToClient = true;
    this.#reset(message.connection);
    return -1;
  }

  #post(message: Message, link: Link, delayUs: number): void {
    const world = this.#world;
    const override = this.#overrides.size > 0 ? this.#overrides.get(hex(message.key)) : undefined;
    const latency = override ?? latencyUs(this.#schedule.latency, world.draws, message.key) + link.extraUs;
    const connection = message.connection;
    let arrival = world.nowUs + latency + delayUs;
    if (this.#strategy !== null && override === undefined)
      arrival = this.#byStrategy(this.#strategy, message, arrival);
    if (message.request) {
      if (arrival < connection.nextArrivalAtServerUs) arrival = connection.nextArrivalAtServerUs;
      connection.nextArrivalAtServerUs = arrival;
    } else {
      if (arrival < connection.nextArrivalAtClientUs) arrival = connection.nextArrivalAtClientUs;
      connection.nextArrivalAtClientUs = arrival;
    }
    world.scheduler.schedule(message, arrival);
  }

  #byStrategy(strategy: Strategy, { from, to, key }: Message, dueUs: number): number {
    const since = this.#strategySinceUs;
    const passage = { from: this.#keys[from.index]!, to: this.#keys[to.index]!, message: key };
    return since + arrivalUs(strategy, this.#world.draws, passage, dueUs - since);
  }

  #loseOnLink(message: Message, link: Link, reason: string): void {
    this.#lose(message, reason);
    const connection = message.connection;
    if (message.request) connection.brokenToServer = true;
    else connection.brokenToClient = true;
    link.breakSilently(connection);
  }

  #lose(message: Message, reason: string): void {
    if (message.request && this.#mayWrite(message)) this.#writeIsOver();
    this.#world.probe(this.#world.catalogue.messageLost, message.to, message.api, message.request ? 1 : 0);
    this.#world.trace?.messageLost(message, reason);
  }

  #reset(connection: Connection): void {
    const world = this.#world;
    const link = connection.clientHost.index * this.#hosts + connection.serverHost.index;
    const { execution } = world;
    const key = mix(mix(execution.cause, link), execution.ordinal++);
    const { extraUs } = this.#link(connection.serverHost, connection.clientHost);
    const at = world.nowUs + latencyUs(this.#schedule.latency, world.draws, key) + extraUs;
    world.scheduler.schedule(
      new ConnectionReset(connection, key, execution.causedBy),
      Math.max(at, connection.nextArrivalAtClientUs),
    );
  }

  #writeIsOver(): void {
    this.#writesUnderWay--;
    assert(this.#writesUnderWay >= 0, 'a write arrives or is lost once', this.#writesUnderWay);
  }

  #mayWrite({ from, api }: Message): boolean {
    return this.#world.catalogue.mayWrite(from.role, api);
  }
}
