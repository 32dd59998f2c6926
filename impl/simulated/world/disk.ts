/**
 * A disk with a page cache. A crash of the process loses nothing that was written; a loss of power
 * drops an unflushed suffix of each file, each file for itself. A file outlives the process that
 * wrote it: the next incarnation opens it by name.
 */
export interface DiskFile {
  /** `kept` says how much of n unflushed entries survives, `torn` whether half of the next one does. */
  losePower(kept: (unflushed: number) => number, torn: () => boolean): void;
}

/** A file of entries that is appended to and truncated: a log. */
export class AppendFile<T> implements DiskFile {
  readonly entries: T[] = [];
  #flushed = 0;
  #torn = false;

  /** How many entries are durable. */
  get flushed(): number {
    return this.#flushed;
  }

  append(entry: T): void {
    this.entries.push(entry);
  }

  flush(): void {
    this.#flushed = this.entries.length;
  }

  /** Keeps the first `count` entries. Truncation is metadata of the file system and taken to be durable at once. */
  truncate(count: number): void {
    if (count < this.entries.length) this.entries.length = count;
    if (this.#flushed > count) this.#flushed = count;
  }

  /** Drops the first `count` entries, at once and for good: segments of a log are deleted so. */
  deleteFirst(count: number): void {
    this.entries.splice(0, count);
    this.#flushed = Math.max(0, this.#flushed - count);
  }

  losePower(kept: (unflushed: number) => number, torn: () => boolean): void {
    const unflushed = this.entries.length - this.#flushed;
    if (unflushed === 0) return;
    const survivors = kept(unflushed);
    this.entries.length = this.#flushed + survivors;
    this.#torn = survivors < unflushed && torn();
    this.#flushed = this.entries.length;
  }

  /** True once after a power loss that left half an entry at the end; whoever recovers the file cuts it off. */
  recoverTornTail(): boolean {
    const torn = this.#torn;
    this.#torn = false;
    return torn;
  }
}

/** A small file that is replaced as a whole (write to a temporary file, then rename): a checkpoint. */
export class CheckpointFile<T> implements DiskFile {
  #cached: T | undefined;
  #durable: T | undefined;

  read(): T | undefined {
    return this.#cached;
  }

  write(value: T): void {
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

  /** Opens the file of that name, or makes it. One name is always one kind of file. */
  open<F extends DiskFile>(name: string, make: () => F): F {
    const existing = this.#files.get(name);
    // The name decides the type: each name is opened by one piece of code only.
    if (existing !== undefined) return existing as F;
    const file = make();
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

  wipe(): void {
    this.#files.clear();
  }
}
