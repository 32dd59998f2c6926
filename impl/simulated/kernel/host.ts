import { assert } from '../../assert.ts';
import { Clock } from './clock.ts';
import { Context } from './context.ts';
import { Disk } from './disk.ts';
import type { Connection } from './connection.ts';
import type { Process } from './process.ts';
import type { ScheduledEvent } from './scheduler.ts';
import type { World } from './world.ts';

/** A machine with a clock, a disk, and at most one process. */
export class Host {
  readonly index: number;
  readonly name: string;
  /** The program's name for the part that the host plays; the kernel only passes it on. */
  readonly role: string;
  readonly clock = new Clock();
  /** There is always at least one. */
  readonly disks: readonly Disk[];
  /** Connections accepted by the present process. */
  readonly accepted = new Set<Connection>();
  /** The events that wait for the end of a pause, in order. */
  readonly backlog: ScheduledEvent[] = [];
  paused = false;
  /** A host without power does not refuse connections: messages to it vanish. */
  powered = true;
  #context: Context | null = null;
  #incarnations = 0;
  readonly #boot: (context: Context) => Process;
  readonly #world: World;

  constructor(
    world: World,
    index: number,
    name: string,
    role: string,
    boot: (context: Context) => Process,
    disks = 1,
  ) {
    this.#world = world;
    this.index = index;
    this.name = name;
    this.role = role;
    this.#boot = boot;
    this.disks = Array.from({ length: disks }, () => new Disk());
  }

  /** The running incarnation, or null. */
  get context(): Context | null {
    return this.#context;
  }

  /** The first disk, or the only one. */
  get disk(): Disk {
    return this.disks[0]!;
  }

  get isUp(): boolean {
    return this.#context !== null;
  }

  /** Whether the event must wait: the host is paused, or has not yet handled the events of its pause. */
  defers(event: ScheduledEvent): boolean {
    if (!this.paused && this.backlog.length === 0) return false;
    this.backlog.push(event);
    return true;
  }

  start(): void {
    if (this.#context !== null) return;
    assert(this.backlog.length === 0, 'a process starts without messages of the one before', this.name);
    this.#incarnations++;
    this.powered = true;
    const context = new Context(this.#world, this, this.#incarnations);
    this.#context = context;
    context.run(this.#boot(context));
  }

  /** Ends the process and its memory. Returns the events that had arrived during a pause and will not be handled. */
  stop(): readonly ScheduledEvent[] {
    this.#context?.die();
    this.#context = null;
    this.paused = false;
    return this.backlog.splice(0);
  }
}
