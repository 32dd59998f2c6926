import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { givenConfiguration, ignoredNotice } from './configuration-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('givenConfiguration', () => {
  test('reads properties as Java does, and gives them types', () => {
    const config = [file('server.properties', '# ours\nacks : 1\nmin.insync.replicas=\\\n  1\nretries 3\n')];
    expect(givenConfiguration({ config, set: [] }).values).toEqual({
      acks: '1',
      'min.insync.replicas': 1,
      retries: 3,
    });
  });

  test('a later file overrides an earlier one, and --set overrides both', () => {
    const config = [
      file('a.properties', 'acks=0\nretries=1\nlinger.ms=5'),
      file('b.properties', 'acks=1\nretries=2'),
    ];
    expect(givenConfiguration({ config, set: ['acks=all'] }).values).toEqual({
      acks: 'all',
      retries: 2,
      'linger.ms': 5,
    });
  });

  test('what changes nothing that is judged is left out, and named', () => {
    const given = givenConfiguration({
      config: [file('c.properties', 'log.dirs=/var/lib/kafka\nacks=1')],
      set: [],
    });
    expect(given.values).toEqual({ acks: '1' });
    expect(ignoredNotice(given.ignored)).toBe(
      'Not simulated, and without effect on what is judged: log.dirs',
    );
    expect(ignoredNotice([])).toBeNull();
  });

  test('a mistyped name is refused with file and line, and with what was meant', () => {
    const config = [file('d.properties', '\n\nmin.insync.replica=2\n')];
    expect(() => givenConfiguration({ config, set: [] })).toThrow(
      `${config[0]} line 3: min.insync.replica is not a property that kafka-crucible knows. Did you mean min.insync.replicas?`,
    );
  });

  test('a value that cannot be is refused with its origin', () => {
    expect(() => givenConfiguration({ config: [], set: ['acks=2'] })).toThrow('--set acks=2: acks must be');
    expect(() => givenConfiguration({ config: [], set: ['acks'] })).toThrow(
      '--set acks: expected name=value',
    );
    expect(() => givenConfiguration({ config: [join(folder, 'none')], set: [] })).toThrow(
      'there is no such file',
    );
    expect(() => givenConfiguration({ config: [folder], set: [] })).toThrow(
      'it is a folder, expected a file',
    );
  });
});
