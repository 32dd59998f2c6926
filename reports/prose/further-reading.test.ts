import { expect, test } from 'vitest';

import { GUARANTEE_IDS, type Violation } from '../../model/guarantee.ts';
import { defects } from '../../impl/simulated/defects/index.ts';
import { furtherReading, referenceTo } from './further-reading.ts';

const violation = {
  anomaly: 'lost-write',
  sentence: '',
  timeUs: 0,
  evidence: [],
  place: { topic: 'orders', partition: 0 },
};

test.each([...GUARANTEE_IDS, 'invariant' as const])('there is something to read on %s', (guarantee) => {
  const references = furtherReading({ ...violation, guarantee } satisfies Violation);
  expect(references.length).toBeGreaterThan(0);
  for (const { url } of references) expect(url).toMatch(/^https:\/\/(kafka|cwiki|issues)\.apache\.org\//);
});

test('what goes wrong between controllers is told by another KIP', () => {
  const place = { topic: '__cluster_metadata', partition: 0 };
  expect(furtherReading({ ...violation, place, guarantee: 'invariant' })).toEqual([referenceTo('KIP-595')]);
});

test('every issue that tells of a historical bug has an address', () => {
  const issues = defects.flatMap(({ ids }) => ids).filter((id) => id.startsWith('KAFKA-'));
  expect(issues.length).toBeGreaterThan(5);
  for (const issue of issues) expect(referenceTo(issue)?.url).toContain(issue);
});

test('what is neither a KIP nor an issue has none', () => {
  expect(referenceTo('constructor')).toBeNull();
  expect(referenceTo('KAFKA-1 "onclick=')).toBeNull();
});

test('on a transaction that hangs there is more to read than on progress', () => {
  const titles = (anomaly: string): readonly string[] =>
    furtherReading({ ...violation, guarantee: 'progress', anomaly }).map(({ title }) => title);
  expect(titles('hanging-transaction')).toContain('KIP-890');
  expect(titles('no-leader')).toContain('KIP-841');
});
