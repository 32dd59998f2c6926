import type { LatencyModel, Plan } from '../../plan/plan.ts';
import type { Context, Timer } from './context.ts';
import { IoError } from './disk.ts';
import { Draws, Purpose } from './draws.ts';
import { Host } from './host.ts';
import type { HostRole } from './host.ts';
import { keyOf, mix } from './mix.ts';
import { Message } from './connection.ts';
import type { MessageFault } from './network.ts';
import { Network } from './network.ts';
import { Probe, PROBE_NAMES } from '../catalogue/probes.ts';
import type { Process } from './process.ts';
import { RunHash } from './run-hash.ts';
import { ScheduledEvent, Scheduler } from './scheduler.ts';
import type { TraceRecorder } from '../../trace/trace-recorder.ts';

/** Something that the plan, not a process, does at a time: an operation or a fault begins or ends. */
export class Act extends ScheduledEvent {
  readonly key: number;
  /** Whom alone it concerns; null: it may concern all. */
  readonly host: Host | null;
  readonly #world: World;
  readonly #action: () => void;

  constructor(world: World, key: number, host: Host | null, action: () => void) {
    super();
    this.#world = world;
    this.key = key;
    this.host = host;
    this.#action = action;
  }

  fire(): void {
    this.#world.acting(this.key);
    this.#action();
  }
}

/** What one host does is judged by what others have done before: who leads, and what is committed. */
const ORDER_MATTERS: ReadonlySet<number> = new Set([
  Probe['became-leader'],
  Probe['high-watermark-moved'],
  Probe['quorum-leader-elected'],
  Probe['quorum-high-watermark-moved'],
  Probe['quorum-log-truncated'],
  Probe['controller-activated'],
]);

/** Called when a probe has been hit as often as it was waited for. */
interface ProbeTrigger {
  readonly probe: number;
  readonly host: Host | null;
  remaining: number;
  readonly action: () => void;
}

/** The simulated world: time, hosts, network, randomness, and the account of what happened. */
export class World {
  readonly scheduler: Scheduler;
  readonly draws: Draws;
  readonly network: Network;
  readonly hosts: Host[] = [];
  readonly trace: TraceRecorder | null;
  readonly probeCounts = new Float64Array(PROBE_NAMES.length);
  /** Events handled so far. */
  events = 0;
  /** Key of what is being handled; everything drawn meanwhile is keyed by it. */
  cause = 0;
  /** Position in the trace of what is being handled; -1 for none or in a quiet run. */
  causedBy = -1;
  /** Counts messages sent while one event is handled. */
  ordinal = 0;
  readonly #hash = new RunHash();
  readonly #triggers: ProbeTrigger[] = [];
  #redrawAfterUs = Infinity;
  #redraw: () => void = () => {};
  #witness: ((a: number, b: number) => void) | null = null;
  #onFirstHit: (probe: number) => void = () => {};
  #onHalt: (host: Host, reason: string) => void = (host) => this.crash(host);
  #onMessageFault: (fault: MessageFault, message: Message) => void = () => {};

  constructor(
    plan: Pick<Plan, 'seed' | 'schedule' | 'overrides'>,
    trace: TraceRecorder | null,
    scheduler: Scheduler = new Scheduler(),
  ) {
    this.scheduler = scheduler;
    this.draws = new Draws(plan.seed);
    this.network = new Network(this, plan.schedule, plan.overrides);
    this.trace = trace;
  }

  get nowUs(): number {
    return this.scheduler.nowUs;
  }

  addHost(name: string, role: HostRole, boot: (context: Context) => Process, disks = 1): Host {
    const host = new Host(this, this.hosts.length, name, role, boot, disks);
    this.hosts.push(host);
    return host;
  }

  host(name: string): Host {
    const host = this.hosts.find((candidate) => candidate.name === name);
    if (host === undefined) throw new Error(`there is no host ${name}`);
    return host;
  }

  /**
   * Schedules something that the plan does. `cause` names it for the draws that follow from it; `host` is the only
   * one that it concerns, if there is one.
   */
  at(timeUs: number, cause: string, action: () => void, host: Host | null = null): void {
    this.scheduler.schedule(new Act(this, keyOf(cause), host, action), timeUs);
  }

  /** Schedules something for the present instant, after what is already due. It keeps the present cause. */
  soon(action: () => void): void {
    this.scheduler.schedule(new Act(this, this.cause, null, action), this.nowUs);
  }

  /** Handles one event; false when nothing is left to happen. */
  step(): boolean {
    const event = this.scheduler.next();
    if (event === undefined) return false;
    this.events++;
    if (this.nowUs > this.#redrawAfterUs) this.#redraw();
    this.fire(event);
    return true;
  }

  /**
   * Lets an event happen. What a voter writes to the metadata log it must not go on without: Kafka's fault handler
   * ends the process. A broker sees to its other log directories itself.
   */
  fire(event: ScheduledEvent): void {
    try {
      event.fire();
    } catch (error) {
      const host = error instanceof IoError ? this.hosts.find(({ disk }) => disk === error.disk) : undefined;
      if (host === undefined || !host.isUp) throw error;
      this.#onHalt(host, 'its metadata log cannot be written');
    }
  }

  /** The events after `timeUs` draw under another seed, and messages may then take longer. */
  redrawAfter(timeUs: number, seed: string, latency: LatencyModel | undefined): void {
    this.#redrawAfterUs = timeUs;
    this.#redraw = () => {
      this.#redrawAfterUs = Infinity;
      this.draws.redraw(seed);
      if (latency !== undefined) this.network.take(latency);
    };
  }

  digest(): string {
    return this.#hash.digest();
  }

  // What is being handled: each sets the cause of all that follows.

  acting(key: number): void {
    this.cause = key;
    this.ordinal = 0;
    this.causedBy = -1;
    this.#hash.add(this.scheduler.nowUs, key);
  }

  delivering(message: Message): void {
    this.cause = message.key;
    this.ordinal = 0;
    this.#hash.add(this.scheduler.nowUs, message.key);
    if (this.trace !== null) this.causedBy = this.trace.messageDelivered(message);
  }

  handling(key: number, host: Host, causedBy: number): void {
    this.cause = key;
    this.ordinal = 0;
    this.causedBy = causedBy;
    this.#hash.add(this.scheduler.nowUs, mix(key, host.index));
  }

  timerFired(timer: Timer): void {
    const { context } = timer;
    if (!context.alive) return;
    if (context.host.defers(timer)) return;
    this.cause = timer.key;
    this.ordinal = 0;
    this.#hash.add(this.scheduler.nowUs, timer.key);
    if (this.trace !== null) this.causedBy = this.trace.timer(timer);
    timer.action();
  }

  // Probes.

  /** `a` and `b` go into the run hash; what they are depends on the probe. */
  probe(probe: number, host: Host, a: number, b: number): void {
    const before = this.probeCounts[probe]!;
    this.probeCounts[probe] = before + 1;
    if (before === 0) this.#onFirstHit(probe);
    this.#hash.add(mix(probe, host.index), mix(a, b));
    this.trace?.probe(probe, host, a, b);
    if (this.#triggers.length > 0) this.#checkTriggers(probe, host);
    if (this.#witness !== null && ORDER_MATTERS.has(probe)) this.#witness(mix(probe, host.index), mix(a, b));
  }

  /** Calls the listener when a probe is hit for the first time, wherever. */
  onFirstHit(listener: (probe: number) => void): void {
    this.#onFirstHit = listener;
  }

  #checkTriggers(probe: number, host: Host): void {
    for (let i = this.#triggers.length - 1; i >= 0; i--) {
      const trigger = this.#triggers[i]!;
      if (trigger.probe !== probe || (trigger.host !== null && trigger.host !== host)) continue;
      trigger.remaining--;
      if (trigger.remaining > 0) continue;
      this.#triggers.splice(i, 1);
      trigger.action();
    }
  }

  /** Calls `action`, as an event of its own, once the probe has been hit `count` times more (on that host, if given). */
  onProbe(
    probe: number,
    host: Host | null,
    count: number,
    plusUs: number,
    cause: string,
    action: () => void,
  ): void {
    this.#triggers.push({
      probe,
      host,
      remaining: count,
      action: () => this.at(this.nowUs + plusUs, cause, action),
    });
  }

  /** Told of what happens in an order that those who see all hosts may judge. */
  onWitness(witness: (a: number, b: number) => void): void {
    this.#witness = witness;
  }

  get hasWitness(): boolean {
    return this.#witness !== null;
  }

  witness(a: number, b: number): void {
    this.#witness?.(a, b);
  }

  forgetTriggers(): void {
    this.#triggers.length = 0;
  }

  onMessageFault(listener: (fault: MessageFault, message: Message) => void): void {
    this.#onMessageFault = listener;
  }

  onHalt(listener: (host: Host, reason: string) => void): void {
    this.#onHalt = listener;
  }

  /** A process ends itself, after the event that it handles; `onHalt` takes it down. */
  halted(context: Context, reason: string): void {
    this.soon(() => {
      if (context.alive) this.#onHalt(context.host, reason);
    });
  }

  messageFaultFired(fault: MessageFault, message: Message): void {
    this.#hash.add(fault.fault, message.key);
    this.#onMessageFault(fault, message);
  }

  // What can be done to hosts. A caller records why.

  start(host: Host): void {
    if (host.isUp) return;
    host.start();
  }

  /** The process dies; what it wrote stays in the page cache. */
  crash(host: Host): void {
    if (!host.isUp) return;
    this.network.processGone(host, host.stop(), false);
  }

  /** The process dies and the page cache with it. */
  losePower(host: Host, cause: number): void {
    const unread = host.stop();
    host.powered = false;
    this.network.processGone(host, unread, true);
    const key = mix(cause, host.index);
    host.disks.forEach((disk, index) => {
      const at = index === 0 ? key : mix(key, index);
      disk.losePower((file, n) =>
        this.draws.bits(n === 0 ? Purpose.PowerLoss : Purpose.TornWrite, at, keyOf(file)),
      );
    });
  }

  /** The process dies and its disks are replaced by empty ones. */
  loseDisk(host: Host): void {
    const unread = host.stop();
    host.powered = false;
    this.network.processGone(host, unread, true);
    for (const disk of host.disks) disk.wipe();
  }

  /** The process dies, and files of that name are gone from its disk, in whatever folder. */
  loseFiles(host: Host, name: string): void {
    this.crash(host);
    for (const disk of host.disks) {
      for (const file of disk.names()) if (file === name || file.endsWith(`/${name}`)) disk.delete(file);
    }
  }

  pause(host: Host): void {
    if (host.isUp) host.paused = true;
  }

  /** What arrived and fell due meanwhile is handled now, in its order. */
  resume(host: Host): void {
    if (!host.paused) return;
    host.paused = false;
    this.soon(() => {
      if (host.paused) return;
      // One of them may call off another.
      for (const event of host.backlog.splice(0)) {
        if (event.cancelled) continue;
        if (event instanceof Message) this.probe(Probe['stale-message-processed'], host, event.api, 0);
        this.fire(event);
      }
    });
  }
}
