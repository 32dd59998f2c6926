/** Hosts that record the requests they receive and answer at once, for tests of the world. */
import type { Catalogue } from '../catalogue.ts';
import type { Body, Connection, Message } from '../connection.ts';
import type { Context } from '../context.ts';
import type { Host } from '../host.ts';
import type { Process } from '../process.ts';
import type { LatencyOverride, Schedule } from '../schedule.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Tracer } from '../tracer.ts';
import { World } from '../world.ts';

/** A request or its response: a number, which the response repeats. */
export interface Echo extends Body {
  readonly number: number;
}

export type EchoMessage = Message<Echo, Echo>;
export type EchoConnection = Connection<Echo, Echo>;

/** A probe of the catalogue below whose order among hosts matters. */
export const ORDER_SENSITIVE = 2;

/** Two kinds of request: the first writes if a client sends it, the second always. */
export const ECHO = 1000;
export const WRITE = 27;

export const SCRIPTED_CATALOGUE: Catalogue = {
  probeCount: 20,
  messageLost: 0,
  staleMessageProcessed: 1,
  orderSensitiveProbes: new Set([ORDER_SENSITIVE]),
  unhandledIoError: 'its disk cannot be written',
  mayWrite: (senderRole, api) => senderRole === 'client' || api === WRITE,
};

/** A request that a process received. */
export interface ReceivedRequest {
  readonly host: string;
  readonly incarnation: number;
  readonly timeUs: number;
  readonly number: number;
}

/** The response to a request: its number again, or null when the connection was gone. */
export interface Answer {
  readonly timeUs: number;
  readonly request: number;
  readonly number: number | null;
}

export interface Script {
  readonly seed?: string;
  readonly latency?: Schedule['latency'];
  readonly slowPair?: Schedule['slowPair'];
  readonly overrides?: readonly LatencyOverride[];
  readonly catalogue?: Catalogue;
  readonly trace?: Tracer;
  /** The number of disks of each host. */
  readonly disks?: number;
  readonly scheduler?: Scheduler;
}

const ONE_MILLISECOND: Schedule['latency'] = { model: 'uniform', minUs: 1000, maxUs: 1000 };

class ScriptedProcess implements Process {
  readonly #context: Context;
  readonly #hosts: ScriptedHosts;

  constructor(context: Context, hosts: ScriptedHosts) {
    this.#context = context;
    this.#hosts = hosts;
  }

  start(): void {
    this.#hosts.onStart(this.#context);
  }

  shutdown(done: (cleanly: boolean) => void): void {
    done(true);
  }

  onRequest(message: EchoMessage): void {
    const { host, incarnation, world } = this.#context;
    const { number } = message.body;
    this.#hosts.received.push({ host: host.name, incarnation, timeUs: world.nowUs, number });
    this.#hosts.onRequest(message, number, this.#context);
  }
}

/** Hosts by name; the part of a name before the hyphen is the role. Messages take 1 ms unless the script says otherwise. */
export class ScriptedHosts {
  readonly world: World;
  readonly received: ReceivedRequest[] = [];
  readonly answers: Answer[] = [];
  onStart: (context: Context) => void = () => {};
  onRequest: (message: EchoMessage, number: number, context: Context) => void = answer;

  constructor(names: readonly string[], script: Script = {}) {
    const {
      seed = 'scripted',
      latency = ONE_MILLISECOND,
      slowPair = null,
      overrides = [],
      catalogue = SCRIPTED_CATALOGUE,
      trace,
      disks = 1,
      scheduler,
    } = script;
    const schedule = { latency, slowPair };
    this.world = new World({ seed, schedule, overrides }, catalogue, trace ?? null, scheduler);
    for (const name of names) {
      this.world.addHost(name, roleOf(name), (context) => new ScriptedProcess(context, this), disks);
    }
    this.world.network.wire(this.world.hosts);
    for (const host of this.world.hosts) this.world.start(host);
  }

  host(name: string): Host {
    return this.world.host(name);
  }

  /** The running process's context. @throws Error when the host is down. */
  context(name: string): Context {
    const { context } = this.host(name);
    if (context === null) throw new Error(`${name} is down`);
    return context;
  }

  connect(from: string, to: string): EchoConnection {
    return this.context(from).connect<Echo, Echo>(this.host(to));
  }

  /** Sends a request with a number. */
  send(connection: EchoConnection, number: number): void {
    connection.send({ api: ECHO, number }, (response) => {
      this.answers.push({
        timeUs: this.world.nowUs,
        request: number,
        number: response === null ? null : response.number,
      });
    });
  }

  /** Schedules an action. */
  at(timeUs: number, action: () => void, cause = `at ${timeUs}`): void {
    this.world.at(timeUs, cause, action);
  }

  /** Handles all events until none is left. */
  run(): void {
    while (this.world.step());
  }

  /** Returns the numbers of the requests that a host received, in order. */
  receivedBy(host: string): number[] {
    return this.received.filter((request) => request.host === host).map((request) => request.number);
  }
}

export function answer(message: EchoMessage, number: number): void {
  message.connection.respond(message, { api: ECHO, number });
}

function roleOf(name: string): string {
  if (name.startsWith('broker')) return 'broker';
  return name.startsWith('controller') ? 'controller' : 'client';
}
