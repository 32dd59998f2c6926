import type { PartitionName } from '../../kafka/partition-name.ts';
import type { Context } from '../kernel/context.ts';
import { CheckpointFile } from '../kernel/disk.ts';
import type { Disk } from '../kernel/disk.ts';
import { Purpose } from '../catalogue/purposes.ts';

/** Kafka's reserved ids are below. */
const FIRST_ID = 100;

const NONE: readonly number[] = [];

/**
 * The log directories of a broker, each on a disk of its own, and which of them are offline (Kafka's LogManager,
 * KIP-112, KIP-858). The first is the metadata log's, too: a broker cannot be without it.
 */
export class LogDirs {
  readonly all: readonly Disk[];
  readonly #ids = new Map<Disk, number>();
  readonly #offline = new Set<Disk>();

  constructor(context: Context) {
    this.all = context.host.disks;
    this.all.forEach((disk, index) => {
      if (disk.takesWrites()) this.#ids.set(disk, idOf(disk, context, index));
      else this.#offline.add(disk);
    });
  }

  /** Whether there is more than one, so that the controller has to know about them. */
  get several(): boolean {
    return this.all.length > 1;
  }

  get online(): readonly Disk[] {
    return this.all.filter((disk) => !this.#offline.has(disk));
  }

  get anyOffline(): boolean {
    return this.#offline.size > 0;
  }

  /** Ids of those that are online, or that have gone offline since the broker started. */
  idsOf(state: 'online' | 'offline'): readonly number[] {
    if (state === 'offline' && this.#offline.size === 0) return NONE;
    return [...this.#ids].flatMap(([disk, id]) =>
      this.#offline.has(disk) === (state === 'offline') ? [id] : [],
    );
  }

  idOf(disk: Disk): number {
    const id = this.#ids.get(disk);
    if (id === undefined) throw new Error('a log directory without an id');
    return id;
  }

  isOffline(disk: Disk): boolean {
    return this.#offline.has(disk);
  }

  takeOffline(disk: Disk): void {
    this.#offline.add(disk);
  }

  /** Where a new replica goes: into the directory with that id, else into the one with the fewest. */
  forNewReplica(id: number): Disk {
    const { online } = this;
    const assigned = online.find((disk) => this.#ids.get(disk) === id);
    if (assigned !== undefined) return assigned;
    const [emptiest] = online.toSorted((a, b) => logsIn(a).length - logsIn(b).length);
    if (emptiest === undefined) throw new Error('a broker without a log directory');
    return emptiest;
  }
}

/** The partitions that have a log there. */
export function logsIn(disk: Disk): readonly PartitionName[] {
  return disk.names().flatMap((name) => (name.endsWith('/log') ? [name.slice(0, -'/log'.length)] : []));
}

/** From the directory's meta.properties, which is written when it is first used. */
function idOf(disk: Disk, { host, incarnation, world }: Context, index: number): number {
  const file = disk.open('meta.properties', () => new CheckpointFile<number>());
  const known = file.read();
  if (known !== undefined) return known;
  const id = FIRST_ID + world.draws.bits(Purpose.DirectoryId, host.index, incarnation * 16 + index);
  file.write(id);
  return id;
}
