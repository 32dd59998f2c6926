import { assert } from '../../assert.ts';
import type { Body, Connection } from './connection.ts';
import type { Host } from './host.ts';
import type { Process } from './process.ts';
import { ScheduledEvent } from './scheduler.ts';
import type { World } from './world.ts';
import { mix } from './mix.ts';

/** A timer of a process. It fires unless cancelled, or its process has died. */
export class Timer extends ScheduledEvent {
  readonly context: Context;
  /** The number of its name in the catalogue. */
  readonly name: number;
  /** The key of the draws that it causes, made of where it was set and its name. */
  readonly key: number;
  readonly causedBy: number;
  readonly action: () => void;

  constructor(context: Context, name: number, key: number, causedBy: number, action: () => void) {
    super();
    this.context = context;
    this.name = name;
    this.key = key;
    this.causedBy = causedBy;
    this.action = action;
  }

  fire(): void {
    this.context.world.timerFired(this);
  }

  cancel(): void {
    this.cancelled = true;
  }
}

/** Everything that a process can do to the world. One incarnation of a process has one context, and both die together. */
export class Context {
  readonly world: World;
  readonly host: Host;
  /** Counts the incarnations on this host, from 1. */
  readonly incarnation: number;
  alive = true;
  /** See `finish`. */
  hasFinished = false;
  readonly #connections = new Set<Connection>();
  #process: Process | null = null;

  constructor(world: World, host: Host, incarnation: number) {
    this.world = world;
    this.host = host;
    this.incarnation = incarnation;
  }

  get process(): Process {
    assert(this.#process !== null, 'the process has started', this.host.name);
    return this.#process;
  }

  run(process: Process): void {
    assert(this.#process === null && this.alive, 'a context runs one process', this.host.name);
    this.#process = process;
    process.start();
  }

  monotonicMs(): number {
    return this.host.clock.monotonicMs(this.world.nowUs);
  }

  wallMs(): number {
    return this.host.clock.wallMs(this.world.nowUs);
  }

  /** Calls `action` after a delay on this host's monotonic clock. */
  after(delayMs: number, name: number, action: () => void): Timer {
    const world = this.world;
    const { execution } = world;
    assert(this.alive, 'only a process that is alive sets timers', this.host.name, name);
    assert(delayMs >= 0, 'a timer fires now or later', this.host.name, name, delayMs);
    const timer = new Timer(this, name, mix(execution.cause, name), execution.causedBy, action);
    world.scheduler.schedule(timer, world.nowUs + this.host.clock.worldDelayUs(delayMs));
    return timer;
  }

  /** Marks that the process has closed its files and will do nothing more; it ends at the next event. */
  finish(): void {
    this.hasFinished = true;
  }

  /** Ends the process at once, without a shutdown (Kafka's Exit.halt). */
  halt(reason: string): void {
    this.world.halted(this, reason);
  }

  /** Returns a new connection. It sends nothing; the first message shows whether a process listens. */
  connect<Request extends Body = Body, Response extends Body = Body>(
    to: Host,
  ): Connection<Request, Response> {
    assert(this.alive, 'only a process that is alive connects', this.host.name, to.name);
    const connection = this.world.network.connect<Request, Response>(this, to);
    this.#connections.add(connection);
    return connection;
  }

  forget(connection: Connection): void {
    this.#connections.delete(connection);
  }

  /** Ends the incarnation. What it sent is still under way; what is sent to it is lost. */
  die(): void {
    this.alive = false;
    for (const connection of this.#connections) connection.open = false;
    this.#connections.clear();
  }
}
