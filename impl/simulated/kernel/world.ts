import type { Catalogue } from './catalogue.ts';
import { Message } from './connection.ts';
import type { Context, Timer } from './context.ts';
import { IoError } from './disk.ts';
import { Draws, KernelPurpose } from './draws.ts';
import { Execution } from './execution.ts';
import { Host } from './host.ts';
import { keyOf, mix } from './mix.ts';
import { type MessageFault, Network } from './network.ts';
import { ProbeBoard } from './probe-board.ts';
import type { Process } from './process.ts';
import type { LatencyModel, WorldOptions } from './schedule.ts';
import { ScheduledEvent, Scheduler } from './scheduler.ts';
import type { Tracer } from './tracer.ts';

/** An event of the harness, not of a process: an operation or a fault begins or ends. */
export class HarnessEvent extends ScheduledEvent {
  readonly key: number;
  /** The only host that it concerns; null: it may concern all. */
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
    this.#world.beginHarnessCause(this.key);
    this.#action();
  }
}

/** The simulated world: time, hosts, network, randomness, and a hash of everything that happened. */
export class World {
  readonly catalogue: Catalogue;
  readonly scheduler: Scheduler;
  readonly draws: Draws;
  readonly network: Network;
  readonly hosts: Host[] = [];
  readonly trace: Tracer | null;
  readonly execution = new Execution();
  readonly probes: ProbeBoard;
  /** Events handled so far. */
  events = 0;
  #redrawAfterUs = Infinity;
  #redraw: () => void = () => {};
  #onOrderSensitiveEvent: ((a: number, b: number) => void) | null = null;
  #onHalt: (host: Host, reason: string) => void = (host) => this.crash(host);
  #onMessageFault: (fault: MessageFault, message: Message) => void = () => {};

  constructor(
    { seed, schedule, overrides }: WorldOptions,
    catalogue: Catalogue,
    trace: Tracer | null = null,
    scheduler: Scheduler = new Scheduler(),
  ) {
    this.catalogue = catalogue;
    this.scheduler = scheduler;
    this.draws = new Draws(seed);
    this.network = new Network(this, schedule, overrides);
    this.trace = trace;
    this.probes = new ProbeBoard(catalogue.probeCount);
  }

  get nowUs(): number {
    return this.scheduler.nowUs;
  }

  /** Key of the event that is being handled. */
  get cause(): number {
    return this.execution.cause;
  }

  /** Position in the trace of the event that is being handled; -1: none. */
  get causedBy(): number {
    return this.execution.causedBy;
  }

  /** How often each probe was hit, by its number. */
  get probeCounts(): Readonly<Float64Array> {
    return this.probes.counts;
  }

  addHost(name: string, role: string, boot: (context: Context) => Process, disks = 1): Host {
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
   * Schedules an event of the plan. `cause` names it for the draws that follow from it; `host` is the only one that it
   * concerns, if there is one.
   */
  at(timeUs: number, cause: string, action: () => void, host: Host | null = null): void {
    this.scheduler.schedule(new HarnessEvent(this, keyOf(cause), host, action), timeUs);
  }

  /** Schedules an action for the present instant, after the events already due. It keeps the present cause. */
  scheduleNow(action: () => void): void {
    this.scheduler.schedule(new HarnessEvent(this, this.execution.cause, null, action), this.nowUs);
  }

  /** Handles one event; false when no event is left. */
  step(): boolean {
    const event = this.scheduler.next();
    if (event === undefined) return false;
    this.events++;
    if (this.nowUs > this.#redrawAfterUs) this.#redraw();
    this.fire(event);
    return true;
  }

  /**
   * Handles one event. An IoError that the process did not catch came from the host's first disk, and the process ends
   * itself; a process that can go on without a disk catches the error itself.
   */
  fire(event: ScheduledEvent): void {
    try {
      event.fire();
    } catch (error) {
      const host = error instanceof IoError ? this.hosts.find(({ disk }) => disk === error.disk) : undefined;
      if (host === undefined || !host.isUp) throw error;
      this.#onHalt(host, this.catalogue.unhandledIoError);
    }
  }

  /** Makes events after `timeUs` draw under another seed, and messages take another latency if one is given. */
  redrawAfter(timeUs: number, seed: string, latency: LatencyModel | undefined): void {
    this.#redrawAfterUs = timeUs;
    this.#redraw = () => {
      this.#redrawAfterUs = Infinity;
      this.draws.redraw(seed);
      if (latency !== undefined) this.network.setLatency(latency);
    };
  }

  digest(): string {
    return this.execution.hash.digest();
  }

  // Each of these methods begins the handling of an event and sets the cause of all that follows.

  beginHarnessCause(key: number): void {
    this.execution.begin(this.scheduler.nowUs, key, key, -1);
  }

  beginDelivery(message: Message): void {
    const causedBy = this.trace === null ? -1 : this.trace.messageDelivered(message);
    this.execution.begin(this.scheduler.nowUs, message.key, message.key, causedBy);
  }

  beginReset(key: number, client: Host, causedBy: number): void {
    this.execution.begin(this.scheduler.nowUs, key, mix(key, client.index), causedBy);
  }

  timerFired(timer: Timer): void {
    const { context } = timer;
    if (!context.alive) return;
    if (context.host.defers(timer)) return;
    const causedBy = this.trace === null ? -1 : this.trace.timer(timer);
    this.execution.begin(this.scheduler.nowUs, timer.key, timer.key, causedBy);
    timer.action();
  }

  // Probes.

  /** `a` and `b` go into the run hash; their meaning depends on the probe. */
  probe(probe: number, host: Host, a: number, b: number): void {
    this.probes.hit(probe);
    const hashed = mix(probe, host.index);
    const values = mix(a, b);
    this.execution.hash.add(hashed, values);
    this.trace?.probe(probe, host, a, b);
    this.probes.fireTriggers(probe, host.index);
    if (this.#onOrderSensitiveEvent !== null && this.catalogue.orderSensitiveProbes.has(probe))
      this.#onOrderSensitiveEvent(hashed, values);
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
    this.probes.onHit(probe, host?.index ?? null, count, () => this.at(this.nowUs + plusUs, cause, action));
  }

  /** Calls the listener for each event whose order among hosts matters to a checker that sees all hosts. */
  onOrderSensitiveEvent(listener: (a: number, b: number) => void): void {
    this.#onOrderSensitiveEvent = listener;
  }

  get recordsOrderSensitiveEvents(): boolean {
    return this.#onOrderSensitiveEvent !== null;
  }

  orderSensitiveEvent(a: number, b: number): void {
    this.#onOrderSensitiveEvent?.(a, b);
  }

  onMessageFault(listener: (fault: MessageFault, message: Message) => void): void {
    this.#onMessageFault = listener;
  }

  onHalt(listener: (host: Host, reason: string) => void): void {
    this.#onHalt = listener;
  }

  /** Called when a process ends itself. After the event that it handles, the listener of `onHalt` takes it down. */
  halted(context: Context, reason: string): void {
    this.scheduleNow(() => {
      if (context.alive) this.#onHalt(context.host, reason);
    });
  }

  messageFaultFired(fault: MessageFault, message: Message): void {
    this.execution.hash.add(fault.fault, message.key);
    this.#onMessageFault(fault, message);
  }

  // Changes to hosts. The caller records the reason.

  start(host: Host): void {
    if (host.isUp) return;
    host.start();
  }

  /** Kills the process; what it wrote stays in the page cache. */
  crash(host: Host): void {
    if (!host.isUp) return;
    this.network.processGone(host, host.stop(), false);
  }

  /** Kills the process and drops the page cache. */
  losePower(host: Host, cause: number): void {
    const unread = host.stop();
    host.powered = false;
    this.network.processGone(host, unread, true);
    const key = mix(cause, host.index);
    host.disks.forEach((disk, index) => {
      const at = index === 0 ? key : mix(key, index);
      disk.losePower((file, n) =>
        this.draws.bits(n === 0 ? KernelPurpose.PowerLoss : KernelPurpose.TornWrite, at, keyOf(file)),
      );
    });
  }

  /** Kills the process and replaces its disks by empty ones. */
  loseDisk(host: Host): void {
    const unread = host.stop();
    host.powered = false;
    this.network.processGone(host, unread, true);
    for (const disk of host.disks) disk.wipe();
  }

  /** Kills the process and deletes all files of that name from its disks, in any folder. */
  loseFiles(host: Host, name: string): void {
    this.crash(host);
    for (const disk of host.disks) {
      for (const file of disk.names()) if (file === name || file.endsWith(`/${name}`)) disk.delete(file);
    }
  }

  pause(host: Host): void {
    if (host.isUp) host.paused = true;
  }

  /** Messages and timers that fell due during the pause are handled now, in their order. */
  resume(host: Host): void {
    if (!host.paused) return;
    host.paused = false;
    this.scheduleNow(() => {
      if (host.paused) return;
      // One of them may cancel another.
      for (const event of host.backlog.splice(0)) {
        if (event.cancelled) continue;
        if (event instanceof Message) this.probe(this.catalogue.staleMessageProcessed, host, event.api, 0);
        this.fire(event);
      }
    });
  }
}
