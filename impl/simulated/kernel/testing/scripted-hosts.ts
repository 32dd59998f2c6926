/** Hosts that write down what reaches them and answer at once: what the world itself is tested with. */
import type { Schedule } from '../../../plan/plan.ts';
import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { FetchMetadataRequest, FetchMetadataResponse } from '../../protocol/messages.ts';
import type { Connection, Message } from '../connection.ts';
import type { Context } from '../context.ts';
import type { Host, HostRole } from '../host.ts';
import type { Process } from '../process.ts';
import type { Scheduler } from '../scheduler.ts';
import type { TraceRecorder } from '../../../trace/trace-recorder.ts';
import { World } from '../world.ts';

/** A request that a process took up. */
export interface Heard {
  readonly host: string;
  readonly incarnation: number;
  readonly timeUs: number;
  readonly number: number;
}

/** What the sender of a request heard: its number again, or null when the connection was gone. */
export interface Answer {
  readonly timeUs: number;
  readonly request: number;
  readonly number: number | null;
}

export interface Script {
  readonly seed?: string;
  readonly latency?: Schedule['latency'];
  readonly slowPair?: Schedule['slowPair'];
  readonly overrides?: readonly { message: string; latencyUs: number }[];
  readonly trace?: TraceRecorder;
  /** How many each host has. */
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

  onRequest(message: Message): void {
    const { host, incarnation, world } = this.#context;
    // Nothing else is ever sent here.
    const { fetchOffset: number } = message.body as FetchMetadataRequest;
    this.#hosts.heard.push({ host: host.name, incarnation, timeUs: world.nowUs, number });
    this.#hosts.onRequest(message, number, this.#context);
  }
}

/** Hosts by name; the part of a name before the hyphen is the role. Messages take 1 ms unless the script says otherwise. */
export class ScriptedHosts {
  readonly world: World;
  readonly heard: Heard[] = [];
  readonly answers: Answer[] = [];
  onStart: (context: Context) => void = () => {};
  onRequest: (message: Message, number: number, context: Context) => void = answer;

  constructor(names: readonly string[], script: Script = {}) {
    const {
      seed = 'scripted',
      latency = ONE_MILLISECOND,
      slowPair = null,
      overrides = [],
      trace,
      disks = 1,
      scheduler,
    } = script;
    const schedule = { latency, slowPair };
    this.world = new World({ seed, schedule, overrides: [...overrides] }, trace ?? null, scheduler);
    trace?.attach(this.world);
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

  connect(from: string, to: string): Connection {
    return this.context(from).connect(this.host(to));
  }

  /** Sends a request that is known by its number. */
  send(connection: Connection, number: number): void {
    const request: FetchMetadataRequest = {
      api: Api.FetchMetadata,
      brokerId: 0,
      fetchOffset: number,
      maxWaitMs: 0,
    };
    connection.send(request, (response) => {
      // It answers a FetchMetadata.
      const echoed = response === null ? null : (response as FetchMetadataResponse).baseOffset;
      this.answers.push({ timeUs: this.world.nowUs, request: number, number: echoed });
    });
  }

  /** Has something done at a time. */
  at(timeUs: number, action: () => void, cause = `at ${timeUs}`): void {
    this.world.at(timeUs, cause, action);
  }

  /** Lets everything happen that is to happen. */
  run(): void {
    while (this.world.step());
  }

  /** Numbers of the requests that a host took up, in order. */
  heardBy(host: string): number[] {
    return this.heard.filter((heard) => heard.host === host).map((heard) => heard.number);
  }
}

export function answer(message: Message, number: number): void {
  message.connection.respond(message, {
    api: Api.FetchMetadata,
    error: Errors.NONE,
    leaderId: -1,
    leaderEpoch: 0,
    snapshotId: null,
    baseOffset: number,
    records: [],
  });
}

function roleOf(name: string): HostRole {
  if (name.startsWith('broker')) return 'broker';
  return name.startsWith('controller') ? 'controller' : 'client';
}
