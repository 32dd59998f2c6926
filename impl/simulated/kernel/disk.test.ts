import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { AppendFile, CheckpointFile, Disk, IoError } from './disk.ts';

const all = (unflushed: number): number => unflushed;
const none = (): number => 0;
const torn = (): boolean => true;
const whole = (): boolean => false;

function fileWith(flushed: readonly string[], unflushed: readonly string[]): AppendFile<string> {
  const file = new AppendFile<string>();
  for (const entry of flushed) file.append(entry);
  file.flush();
  for (const entry of unflushed) file.append(entry);
  return file;
}

describe('an append file', () => {
  test('loses a suffix of its unflushed entries and nothing else', () => {
    for (const survivors of [0, 1, 2]) {
      const file = fileWith(['a', 'b'], ['c', 'd']);
      file.losePower(() => survivors, whole);
      expect(file.entries).toEqual(['a', 'b', 'c', 'd'].slice(0, 2 + survivors));
      expect(file.flushed).toBe(file.entries.length);
    }
  });

  test('loses nothing when it is flushed, and nothing is drawn for it', () => {
    const file = fileWith(['a', 'b'], []);
    file.losePower(() => expect.unreachable(), torn);
    expect(file.entries).toEqual(['a', 'b']);
  });

  test('may keep half an entry, which recovery finds once', () => {
    const file = fileWith(['a'], ['b', 'c']);
    file.losePower(() => 1, torn);
    expect(file.entries).toEqual(['a', 'b']);
    expect(file.recoverTornTail()).toBe(true);
    expect(file.recoverTornTail()).toBe(false);
  });

  test('is not torn when all entries survived', () => {
    const file = fileWith(['a'], ['b']);
    file.losePower(all, torn);
    expect(file.entries).toEqual(['a', 'b']);
    expect(file.recoverTornTail()).toBe(false);
  });

  test('stays truncated below its flushed end after a loss of power', () => {
    const file = fileWith(['a', 'b', 'c'], []);
    file.truncate(1);
    file.append('x');
    expect(file.flushed).toBe(1);
    file.losePower(none, whole);
    expect(file.entries).toEqual(['a']);
  });

  test('is unchanged by a truncation beyond its end', () => {
    const file = fileWith(['a'], ['b']);
    file.truncate(5);
    expect(file.entries).toEqual(['a', 'b']);
    expect(file.flushed).toBe(1);
  });

  test('always keeps a prefix that contains all flushed entries', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), fc.nat(), (flushed, unflushed, drawn) => {
        const file = fileWith(flushed, unflushed);
        file.losePower((n) => drawn % (n + 1), whole);
        expect([...flushed, ...unflushed].slice(0, file.entries.length)).toEqual(file.entries);
        expect(file.entries.length).toBeGreaterThanOrEqual(flushed.length);
      }),
    );
  });
});

describe('a checkpoint file', () => {
  test('survives a loss of power when it was flushed', () => {
    const file = new CheckpointFile<number>();
    file.write(7);
    file.losePower(none);
    expect(file.read()).toBe(7);
  });

  test('has its old or its new contents after a loss of power when it was not flushed', () => {
    for (const [kept, expected] of [
      [none, 7],
      [all, 8],
    ] as const) {
      const file = new CheckpointFile<number>();
      file.write(7);
      file.writeUnflushed(8);
      expect(file.read()).toBe(8);
      file.losePower(kept);
      expect(file.read()).toBe(expected);
      file.losePower(none);
      expect(file.read()).toBe(expected);
    }
  });

  test('is gone when removed', () => {
    const file = new CheckpointFile<number>();
    file.write(7);
    file.remove();
    file.losePower(none);
    expect(file.read()).toBeUndefined();
  });
});

describe('a disk', () => {
  const log = () => new AppendFile<string>();

  test('opens the same file under the same name for the next process', () => {
    const disk = new Disk();
    disk.open('log', log).append('a');
    expect(disk.open('log', log).entries).toEqual(['a']);
    expect(disk.open('another', log).entries).toEqual([]);
    expect(disk.names()).toEqual(['log', 'another']);
  });

  test('forgets a deleted file', () => {
    const disk = new Disk();
    disk.open('log', log).append('a');
    disk.delete('log');
    expect(disk.has('log')).toBe(false);
    expect(disk.open('log', log).entries).toEqual([]);
  });

  test('loses the end of each file independently', () => {
    const disk = new Disk();
    for (const name of ['one', 'two'])
      for (const entry of ['a', 'b', 'c']) disk.open(name, log).append(entry);
    disk.losePower((file, n) => (n === 0 && file === 'one' ? 1 : 3));
    expect(disk.open('one', log).entries).toEqual(['a']);
    expect(disk.open('two', log).entries).toEqual(['a', 'b', 'c']);
  });

  test('that fails refuses writes until it is repaired and keeps its contents', () => {
    const disk = new Disk();
    const file = disk.open('log', log);
    const checkpoint = disk.open('checkpoint', () => new CheckpointFile<number>());
    file.append('a');
    disk.fail('every-write');
    expect(disk.writable).toBe(false);
    expect(() => file.append('b')).toThrow(IoError);
    expect(() => file.flush()).toThrow(IoError);
    expect(() => file.truncate(0)).toThrow(IoError);
    expect(() => checkpoint.write(1)).toThrow(IoError);
    disk.repair();
    file.append('c');
    checkpoint.write(2);
    expect([file.entries, checkpoint.read()]).toEqual([['a', 'c'], 2]);
  });

  test('may fail in the middle of an append, and recovery cuts off all entries behind it', () => {
    const disk = new Disk();
    const file = disk.open('log', log);
    file.append('a');
    disk.fail('torn-append');
    expect(() => file.append('b')).toThrow(IoError);
    file.append('c');
    expect(file.entries).toEqual(['a', 'c']);
    expect(file.recoverTornTail()).toBe(true);
    expect(file.entries).toEqual(['a']);
  });

  test('has no half entry after the file was cut below it or lost unflushed', () => {
    for (const cut of [
      (file: AppendFile<string>) => file.truncate(0),
      (file: AppendFile<string>) => file.losePower(none, whole),
    ]) {
      const disk = new Disk();
      const file = disk.open('log', log);
      file.append('a');
      disk.fail('torn-append');
      expect(() => file.append('b')).toThrow(IoError);
      cut(file);
      expect(file.recoverTornTail()).toBe(false);
    }
  });

  test('is writable after it was replaced', () => {
    const disk = new Disk();
    disk.fail('every-write');
    disk.wipe();
    expect(disk.writable).toBe(true);
  });

  test('is empty after it was wiped, flushed or not', () => {
    const disk = new Disk();
    disk.open('log', log).append('a');
    disk.open('log', log).flush();
    disk.wipe();
    expect(disk.names()).toEqual([]);
  });
});

describe('a file asserts', () => {
  const file = (): AppendFile<string> => {
    const opened = new Disk().open('log', () => new AppendFile<string>());
    opened.append('a');
    return opened;
  };

  test('that it keeps no negative number of entries', () => {
    expect(() => file().truncate(-1)).toThrow('a file keeps no negative number of entries');
  });

  test('that it has the entries that are deleted from its beginning', () => {
    expect(() => file().deleteFirst(2)).toThrow('deleted entries are there');
  });

  test('that a loss of power leaves no more entries than there were', () => {
    expect(() => file().losePower((unflushed) => unflushed + 1, whole)).toThrow('unflushed entries survive');
  });
});
