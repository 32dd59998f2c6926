import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { nightOf } from '../../reports/campaign/night-summary.ts';
import { nightContext } from './night-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'crucible-night-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('the data that a night is compared with is read as it was written', () => {
  const monday = nightOf('monday', []);
  expect(nightContext({ previous: file('monday.json', JSON.stringify(monday)) })).toEqual({
    previous: monday,
  });
  expect(nightContext({ detection: file('hunt.json', '{"bugs":[]}') })).toEqual({
    previous: null,
    detection: [],
  });
});

test.each([
  ['is not there', null, 'there is no such file'],
  ['is no JSON', '{', 'no JSON: '],
  ['is something else', '{"bugs":[]}', 'format: expected "kafka-crucible/night", found nothing'],
])('a night before that %s is refused with its option', (_what, text, why) => {
  const previous = text === null ? join(folder, 'nowhere.json') : file('other.json', text);
  expect(() => nightContext({ previous })).toThrow(
    `--previous: expected the night.json of a night; ${previous}: ${why}`,
  );
});

test('a measurement that is none is refused with its option', () => {
  const detection = file('night.json', '{"format":"kafka-crucible/night"}');
  expect(() => nightContext({ detection })).toThrow(
    `--detection: expected what hunt --json prints; ${detection}: bugs: expected `,
  );
});
