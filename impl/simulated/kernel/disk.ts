import { assert } from '../../assert.ts';

/** The disk did not take what was written. */
export class IoError extends Error {
  readonly disk: Disk;

  constructor(disk: Disk) {
    super('the disk did not take what was written');
    this.disk = disk;
  }
}

/** The ways in which a disk fails: every write, or one append, of which half is written. */
export type DiskError = 'every-write' | 'torn-append';

/**
 * A disk with a page cache. A crash of the process loses nothing that was written; a loss of power
 * drops an unflushed suffix of each file, each file for itself. A file outlives the process that
 * wrote it: the next incarnation opens it by name.
 */
export interface DiskFile {
  /** The disk that it lies on; null: one that never fails. */
  disk: Disk | null;
  /** `kept` says how much of n unflushed entries survives, `torn` whether half of the next one does. */
  losePower(kept: (unflushed: number) => number, torn: () => boolean): void;
}

/** A file of entries that is appended to and truncated: a log. */
export class AppendFile<T> implements DiskFile {
  readonly entries: T[] = [];
  disk: Disk | null = null;
  #flushed = 0;
  /** The number of entries before the half entry, if there is one. */
  #tornAt: number | null = null;

  /** The number of durable entries. */
  get flushed(): number {
    return this.#flushed;
  }

  /** @throws IoError */
  append(entry: T): void {
    if (this.disk?.takesAppend() === false) {
      if (this.disk.writable) this.#tornAt ??= this.entries.length;
      throw new IoError(this.disk);
    }
    this.entries.push(entry);
  }

  /** @throws IoError */
  flush(): void {
    this.disk?.expectWritable();
    assert(this.#flushed <= this.entries.length, 'entries are there before they are durable', this.#flushed);
    this.#flushed = this.entries.length;
  }

  /**
   * Keeps the first `count` entries. Truncation is metadata of the file system and taken to be durable at once.
   * @throws IoError
   */
  truncate(count: number): void {
    assert(count >= 0, 'a file keeps no negative number of entries', count);
    this.disk?.expectWritable();
    if (count < this.entries.length) this.#cut(count);
  }

  #cut(count: number): void {
    this.entries.length = count;
    if (this.#tornAt !== null && this.#tornAt >= count) this.#tornAt = null;
    if (this.#flushed > count) this.#flushed = count;
  }

  /** Deletes the first `count` entries, durably and at once, as segments of a log are deleted. */
  deleteFirst(count: number): void {
    assert(
      count >= 0 && count <= this.entries.length,
      'deleted entries are there',
      count,
      this.entries.length,
    );
    this.entries.splice(0, count);
    this.#flushed = Math.max(0, this.#flushed - count);
  }

  losePower(kept: (unflushed: number) => number, torn: () => boolean): void {
    const unflushed = this.entries.length - this.#flushed;
    if (unflushed === 0) return;
    const survivors = kept(unflushed);
    assert(survivors >= 0 && survivors <= unflushed, 'unflushed entries survive', survivors, unflushed);
    if (survivors < unflushed) {
      this.#cut(this.#flushed + survivors);
      if (torn()) this.#tornAt ??= this.entries.length;
    }
    this.#flushed = this.entries.length;
  }

  /**
   * Cuts off the half entry that a loss of power or a failed append has left, and all entries behind it, whose beginning
   * cannot be found. Returns whether there was one.
   */
  recoverTornTail(): boolean {
    const at = this.#tornAt;
    if (at === null) return false;
    this.#cut(at);
    return true;
  }
}

/** A small file that is replaced as a whole (write to a temporary file, then rename): a checkpoint. */
export class CheckpointFile<T> implements DiskFile {
  disk: Disk | null = null;
  #cached: T | undefined;
  #durable: T | undefined;

  read(): T | undefined {
    return this.#cached;
  }

  /** @throws IoError */
  write(value: T): void {
    this.disk?.expectWritable();
    this.#cached = value;
    this.#durable = value;
  }

  /** Written but not flushed: a power loss may bring the old contents back. */
  writeUnflushed(value: T): void {
    this.#cached = value;
  }

  remove(): void {
    this.#cached = undefined;
    this.#durable = undefined;
  }

  losePower(kept: (unflushed: number) => number): void {
    if (this.#cached === this.#durable) return;
    if (kept(1) === 0) this.#cached = this.#durable;
    else this.#durable = this.#cached;
  }
}

export class Disk {
  readonly #files = new Map<string, DiskFile>();
  #error: DiskError | null = null;
  #refused = false;

  /** Makes writes fail from now on: all of them, or the next append. */
  fail(error: DiskError): void {
    this.#error = error;
  }

  /** Ends the failure. Returns whether a write was refused meanwhile. */
  repair(): boolean {
    const noticed = this.#refused;
    this.#error = null;
    this.#refused = false;
    return noticed;
  }

  /** @throws IoError while every write fails. */
  expectWritable(): void {
    if (!this.takesWrites()) throw new IoError(this);
  }

  /** False while every write fails. The caller has noticed the failure then. */
  takesWrites(): boolean {
    this.#refused ||= !this.writable;
    return this.writable;
  }

  /** False while every write fails. */
  get writable(): boolean {
    return this.#error !== 'every-write';
  }

  /** False while every write fails, and for the one append that does. */
  takesAppend(): boolean {
    if (this.#error === null) return true;
    if (this.#error === 'torn-append') this.#error = null;
    this.#refused = true;
    return false;
  }

  /** Opens the file of that name, or makes it. A name always stands for the same kind of file. */
  open<F extends DiskFile>(name: string, make: () => F): F {
    const existing = this.#files.get(name);
    // The name decides the type: each name is opened by one piece of code only.
    if (existing !== undefined) return existing as F;
    const file = make();
    file.disk = this;
    this.#files.set(name, file);
    return file;
  }

  has(name: string): boolean {
    return this.#files.has(name);
  }

  delete(name: string): void {
    this.#files.delete(name);
  }

  names(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** `bits(name, n)`: 32 random bits for that file. */
  losePower(bits: (file: string, n: number) => number): void {
    for (const [name, file] of this.#files) {
      file.losePower(
        (unflushed) => bits(name, 0) % (unflushed + 1),
        () => bits(name, 1) % 2 === 0,
      );
    }
  }

  /** Replaces the disk by a new one. */
  wipe(): void {
    this.repair();
    this.#files.clear();
  }
}
