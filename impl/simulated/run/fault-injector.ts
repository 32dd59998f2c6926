import { faultKind } from '../../plan/kinds/faults/index.ts';
import type { Fault } from '../../plan/plan.ts';
import type { HistoryRecorder } from '../../trial/history-recorder.ts';
import type { ReplicationObserver } from '../observe/replication-observer.ts';
import { apiByName, apiName } from '../../kafka/api.ts';
import { describeBody } from '../protocol/describe.ts';
import type { Message } from '../kernel/connection.ts';
import type { Disk } from '../kernel/disk.ts';
import type { Host } from '../kernel/host.ts';
import { keyOf } from '../kernel/mix.ts';
import type { MessageFault } from '../kernel/network.ts';
import { PROBE_NAMES } from '../catalogue/probes.ts';
import type { World } from '../kernel/world.ts';
import type { WorldTracer } from '../observe/world-tracer.ts';

const NOBODY: readonly Host[] = [];
const TAKEN_DOWN = { crash: 'crashes', 'power-loss': 'loses power', 'disk-loss': 'loses its disk' } as const;

/** Injects the faults of a plan, and heals them when the liveness phase begins. */
export class FaultInjector {
  readonly #world: World;
  readonly #history: HistoryRecorder;
  readonly #observer: Pick<ReplicationObserver, 'brokerStopped'>;
  readonly #trace: WorldTracer | null;
  /** The faults in force and how to end each, in the order in which they began. */
  readonly #inForce = new Map<number, { readonly hosts: readonly Host[]; readonly end: () => void }>();
  readonly #leaving = new Set<Host>();
  /** Not to be started again. */
  readonly #gone = new Set<Host>();
  /** Hosts whose process halted because of its disk. */
  readonly #halted = new Set<Host>();
  #over = false;

  constructor(
    world: World,
    history: HistoryRecorder,
    observer: Pick<ReplicationObserver, 'brokerStopped'>,
    trace: WorldTracer | null = null,
  ) {
    this.#world = world;
    this.#trace = trace;
    this.#history = history;
    this.#observer = observer;
    world.onHalt((host, reason) => this.#halts(host, reason));
    world.onMessageFault((fault, message) => {
      const { from, to } = message;
      const what = `the next message from ${from.name} to ${to.name} is ${fault.effect === 'lose' ? 'lost' : 'late'}`;
      this.#noteMessage(fault, message);
      this.#history.cluster(fault.effect === 'lose' ? 'message-lost' : 'message-delayed', undefined, what);
    });
  }

  /** Arms a fault; its times count from `startUs`. */
  schedule(fault: Fault, startUs: number): void {
    const cause = `fault ${fault.id}`;
    const { at } = fault;
    if ('ms' in at) {
      this.#world.at(startUs + at.ms * 1000, cause, () => this.#begin(fault));
      return;
    }
    const node = at.node === undefined ? null : this.#world.host(at.node);
    const probe = PROBE_NAMES.findIndex((name) => name === at.probe);
    if (probe < 0) throw new RangeError(`there is no probe ${at.probe}`);
    this.#world.onProbe(probe, node, at.count, at.plusMs * 1000, cause, () => this.#begin(fault));
  }

  /** Whether the host is down, stopped, or cut off from others. */
  holds(host: Host): boolean {
    return !host.isUp || host.paused || [...this.#inForce.values()].some(({ hosts }) => hosts.includes(host));
  }

  /**
   * Ends every fault, and starts whatever is down; but hosts that are `gone` stay away for good: down if they
   * are, else cut off from all other hosts. A host that was gone before and is not now comes back.
   */
  healAll(gone: readonly Host[] = []): void {
    this.#over = true;
    this.#world.probes.forgetTriggers();
    this.#world.network.disarmAll();
    const ends = [...this.#inForce.values()];
    this.#inForce.clear();
    for (const { end } of ends) end();
    this.#gone.clear();
    for (const host of this.#world.hosts) {
      if (host.role === 'client') continue;
      for (const disk of host.disks) if (!gone.includes(host)) this.#repair(host, disk);
      if (this.#leaving.has(host)) this.#stop(host, 'crash', 'is killed, for its shutdown does not end');
      if (gone.includes(host)) this.#keepAway(host);
      else this.#start(host);
    }
  }

  #keepAway(host: Host): void {
    this.#gone.add(host);
    const how = host.isUp ? 'cut off' : 'down';
    this.#note(null, 'begin', [host], `${host.name} stays ${how} for good`);
    if (!host.isUp) return;
    const cut = (begin: boolean): void => {
      for (const other of this.#world.hosts) {
        if (other === host) continue;
        this.#world.network.cut(host, other, 'lose', begin);
        this.#world.network.cut(other, host, 'lose', begin);
      }
    };
    this.#history.cluster('partition', host.name, 'cut off for good');
    cut(true);
    for (const other of this.#world.hosts) {
      if (other === host) continue;
      this.#world.network.loseHeld(host, other);
      this.#world.network.loseHeld(other, host);
    }
    this.#inForce.set(-1 - host.index, { hosts: [host], end: () => cut(false) });
  }

  #begin(fault: Fault): void {
    // It fired in the fault phase and came too late for it.
    if (this.#over) return;
    switch (fault.kind) {
      case 'crash':
      case 'power-loss':
      case 'disk-loss':
      case 'file-loss':
        this.#takeDown(fault);
        return;
      case 'disk-error':
        this.#failDisk(fault);
        return;
      case 'shutdown':
        this.#shutDown(fault);
        return;
      case 'pause':
        this.#pause(fault);
        return;
      case 'partition':
        this.#partition(fault);
        return;
      case 'message':
        this.#arm(fault);
        return;
      case 'break-connections': {
        const [from, to] = [this.#world.host(fault.from), this.#world.host(fault.to)];
        this.#noteBegin(fault, [from, to]);
        this.#history.cluster('connection-broken', undefined, faultKind(fault).sentence(fault, 1));
        this.#world.network.breakConnections(from, to);
        return;
      }
      case 'slow-link':
        this.#slowLink(fault);
        return;
      case 'clock':
        this.#clock(fault);
        return;
    }
  }

  #takeDown(fault: Fault & { kind: 'crash' | 'power-loss' | 'disk-loss' | 'file-loss' }): void {
    const host = this.#world.host(fault.node);
    // Power and disks can also be lost while the process is down.
    if (!host.isUp && (fault.kind === 'crash' || fault.kind === 'file-loss')) return;
    if (fault.kind === 'file-loss') this.#loseFile(host, fault.file, fault.id);
    else this.#stop(host, fault.kind, TAKEN_DOWN[fault.kind], fault.id);
    this.#startLater(host, fault.id, fault.restartAfterMs);
  }

  #stop(
    host: Host,
    how: 'crash' | 'power-loss' | 'disk-loss',
    what: string,
    fault: number | null = null,
  ): void {
    const world = this.#world;
    this.#leaving.delete(host);
    this.#halted.delete(host);
    this.#note(fault, 'begin', [host], `${host.name} ${what}`);
    this.#trace?.add({ kind: 'node', node: host.name, change: how });
    if (how === 'crash') world.crash(host);
    else if (how === 'power-loss') world.losePower(host, keyOf(`fault ${fault}`));
    else world.loseDisk(host);
    this.#stopped(host, how !== 'crash');
    this.#history.cluster(how, host.name, what);
  }

  #loseFile(host: Host, file: string, fault: number): void {
    this.#leaving.delete(host);
    this.#note(fault, 'begin', [host], `${host.name} crashes and loses its ${file}`);
    this.#trace?.add({ kind: 'node', node: host.name, change: 'file-loss' });
    this.#world.loseFiles(host, file);
    // It may die between its last word to the disk and its end: a disk that lost a file was not left cleanly.
    host.disk.delete('.kafka_cleanshutdown');
    this.#stopped(host);
    this.#history.cluster('file-loss', host.name, `loses its ${file}`);
  }

  /** Until the disk is repaired; then a broker that it has brought down is started again. */
  #failDisk(fault: Fault & { kind: 'disk-error' }): void {
    const host = this.#world.host(fault.node);
    const what =
      fault.error === 'every-write' ? 'takes no more writes' : 'fails in the middle of the next append';
    const disk = host.disks[(fault.logDir ?? 1) - 1];
    if (disk === undefined) throw new RangeError(`${host.name} has no log directory ${fault.logDir}`);
    this.#noteBegin(fault, [host]);
    this.#history.cluster('disk-error', host.name, what);
    disk.fail(fault.error);
    if (fault.restartAfterMs === null) return;
    this.#world.at(this.#world.nowUs + fault.restartAfterMs * 1000, `repair ${fault.id}`, () => {
      if (this.#gone.has(host)) return;
      this.#repair(host, disk);
      if (this.#halted.has(host)) this.#start(host, fault.id);
    });
  }

  /** A broker that goes on without the disk takes it up again with a new process only. */
  #repair(host: Host, disk: Disk): void {
    const noticed = disk.repair();
    if (!noticed || disk === host.disk || !host.isUp) return;
    this.#stop(host, 'crash', 'is killed, to be started with its repaired disk');
    this.#start(host);
  }

  #halts(host: Host, reason: string): void {
    this.#stop(host, 'crash', `halts: ${reason}`);
    this.#halted.add(host);
    // A disk that failed in the fault phase, and was noticed in the liveness phase, has been repaired by then.
    if (this.#over && !this.#gone.has(host)) this.#start(host);
  }

  /** `lossy`: its disk has lost all, or some, of its content. */
  #stopped(host: Host, lossy = false): void {
    if (host.role === 'broker')
      this.#observer.brokerStopped(Number(host.name.slice('broker-'.length)), lossy);
  }

  #shutDown(fault: Fault & { kind: 'shutdown' }): void {
    const host = this.#world.host(fault.node);
    const { context } = host;
    if (context === null || this.#leaving.has(host)) return;
    this.#noteBegin(fault, [host]);
    this.#leaving.add(host);
    context.process.shutdown((cleanly) => {
      context.finish();
      // From within the process: its end is an event of its own.
      this.#world.at(this.#world.nowUs, `end of ${host.name}`, () => {
        if (host.context !== context) return;
        this.#leaving.delete(host);
        this.#trace?.add({ kind: 'node', node: host.name, change: 'shutdown' });
        this.#world.crash(host);
        this.#stopped(host);
        if (cleanly) this.#history.cluster('shutdown', host.name, 'has shut down cleanly');
        else
          this.#history.cluster(
            'crash',
            host.name,
            'has shut down before it was registered, or without a disk to note it on, which counts as unclean',
          );
      });
    });
    this.#startLater(host, fault.id, fault.restartAfterMs);
  }

  #startLater(host: Host, fault: number, afterMs: number | null): void {
    if (afterMs === null) return;
    this.#world.at(this.#world.nowUs + afterMs * 1000, `restart ${fault}`, () => {
      if (this.#gone.has(host)) return;
      if (this.#leaving.has(host)) this.#stop(host, 'crash', 'is killed, for its shutdown does not end');
      this.#start(host, fault);
    });
  }

  #start(host: Host, fault: number | null = null): void {
    if (host.isUp) return;
    this.#halted.delete(host);
    this.#note(fault, 'end', [host], `${host.name} starts`);
    this.#trace?.add({ kind: 'node', node: host.name, change: 'start' });
    this.#history.cluster('start', host.name, 'starts');
    this.#world.start(host);
  }

  #pause(fault: Fault & { kind: 'pause' }): void {
    const host = this.#world.host(fault.node);
    if (!host.isUp || host.paused) return;
    this.#noteBegin(fault, [host]);
    this.#trace?.add({ kind: 'node', node: host.name, change: 'pause' });
    this.#history.cluster('pause', host.name, `for ${fault.forMs} ms`);
    this.#world.pause(host);
    const { context } = host;
    this.#endLater(fault, [host], () => {
      // Another process, in another pause, goes on in its own time.
      if (!host.paused || host.context !== context) return;
      this.#note(fault.id, 'end', [host], `${host.name} goes on`);
      this.#trace?.add({ kind: 'node', node: host.name, change: 'resume' });
      this.#history.cluster('resume', host.name, 'goes on');
      this.#world.resume(host);
    });
  }

  #partition(fault: Fault & { kind: 'partition' }): void {
    const side = fault.side.map((name) => this.#world.host(name));
    const other = fault.other.map((name) => this.#world.host(name));
    const both = fault.direction === 'both';
    const cut = (begin: boolean): void => {
      for (const from of side) {
        for (const to of other) {
          if (from === to) continue;
          this.#world.network.cut(from, to, fault.effect, begin);
          if (both) this.#world.network.cut(to, from, fault.effect, begin);
        }
      }
    };
    const ends = `${fault.side.join(', ')} ${both ? 'and' : 'to'} ${fault.other.join(', ')}`;
    const how = fault.effect === 'lose' ? 'cut' : 'held up';
    this.#noteBegin(fault, [...side, ...other]);
    this.#history.cluster('partition', undefined, `${ends}, ${how}, for ${fault.forMs} ms`);
    cut(true);
    this.#endLater(fault, [...side, ...other], () => {
      this.#note(
        fault.id,
        'end',
        [...side, ...other],
        `the network ${both ? 'between' : 'from'} ${ends} heals`,
      );
      this.#history.cluster('heal', undefined, ends);
      cut(false);
    });
  }

  #arm(fault: Fault & { kind: 'message' }): void {
    const api = apiByName(fault.api);
    if (api === undefined) throw new RangeError(`there is no API ${fault.api}`);
    this.#world.network.arm({
      fault: fault.id,
      from: this.#world.host(fault.from),
      to: this.#world.host(fault.to),
      api,
      request: fault.type === 'request',
      effect: fault.effect,
      delayUs: fault.delayMs * 1000,
    });
  }

  #slowLink(fault: Fault & { kind: 'slow-link' }): void {
    const [from, to] = [this.#world.host(fault.from), this.#world.host(fault.to)];
    this.#noteBegin(fault, [from, to]);
    const what = faultKind(fault).sentence(fault, 1);
    this.#history.cluster('slow-link', undefined, `${what}, for ${fault.forMs} ms`);
    this.#world.network.slow(from, to, fault.extraMs * 1000);
    this.#endLater(fault, NOBODY, () => {
      this.#note(
        fault.id,
        'end',
        [from, to],
        `messages from ${from.name} to ${to.name} are as fast as before`,
      );
      this.#world.network.slow(from, to, -fault.extraMs * 1000);
    });
  }

  #clock(fault: Fault & { kind: 'clock' }): void {
    const host = this.#world.host(fault.node);
    const what = `clock jumps by ${fault.jumpMs} ms and drifts by ${fault.driftPpm} ppm`;
    this.#noteBegin(fault, [host]);
    this.#history.cluster('clock', host.name, `${what}, for ${fault.forMs} ms`);
    host.clock.jump(fault.jumpMs);
    host.clock.drift(fault.driftPpm, this.#world.nowUs);
    this.#endLater(fault, NOBODY, () => {
      this.#note(fault.id, 'end', [host], `${host.name}: its clock is set right`);
      host.clock.jump(-fault.jumpMs);
      host.clock.drift(-fault.driftPpm, this.#world.nowUs);
    });
  }

  /** `held`: hosts that it keeps from the others. */
  #endLater(fault: Fault & { forMs: number }, held: readonly Host[], end: () => void): void {
    this.#inForce.set(fault.id, { hosts: held, end });
    this.#world.at(this.#world.nowUs + fault.forMs * 1000, `end of fault ${fault.id}`, () => {
      // Unless the liveness phase has ended it already.
      if (this.#inForce.delete(fault.id)) end();
    });
  }

  #noteBegin(fault: Fault, hosts: readonly Host[]): void {
    this.#note(fault.id, 'begin', hosts, faultKind(fault).sentence(fault, hosts[0]?.disks.length ?? 1));
  }

  #note(fault: number | null, phase: 'begin' | 'end', hosts: readonly Host[], sentence: string): void {
    const trace = this.#trace;
    if (trace === null) return;
    const nodes = hosts.map((host) => host.name);
    const seq = trace.add({ kind: 'fault', fault, phase, nodes, sentence });
    this.#world.execution.causedBy = seq;
  }

  /** Adds the message and its content to the trace; the history has neither. */
  #noteMessage({ fault, effect, delayUs }: MessageFault, message: Message): void {
    const trace = this.#trace;
    if (trace === null) return;
    const { from, to, api, body, request } = message;
    const name = `the ${apiName(api)} ${request ? 'request' : 'response'} from ${from.name} to ${to.name}`;
    const how = effect === 'lose' ? 'is lost' : `takes ${delayUs / 1000} ms longer`;
    trace.add({
      kind: 'fault',
      fault,
      phase: 'begin',
      nodes: [from.name, to.name],
      sentence: `${name} ${how}: ${describeBody(body, request)}`,
      message: trace.numberOf(message),
    });
  }
}
