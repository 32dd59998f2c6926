import { describe, expect, test } from 'vitest';

import { readTriage, triage } from './triage.ts';

const entry = {
  bucket: 'no-loss lost-write record, not promised: acks=1',
  reason: 'we chose acks=1 for metrics',
  link: 'https://example.org/issues/7',
  who: 'ada',
  when: '2026-03-14',
};

const file = (known: unknown): string =>
  JSON.stringify({ format: 'kafka-crucible/triage', version: 1, known });

describe('a triage file', () => {
  test('names buckets, with a reason, a link, who and when', () => {
    expect(readTriage(file([entry]), 'triage.json')).toEqual([entry]);
  });

  test.each<[string, string, string]>([
    ['that is no JSON', '{', 'no JSON'],
    [
      'of another format',
      '{"format":"x","version":1,"known":[]}',
      'format: expected "kafka-crucible/triage"',
    ],
    ['without a reason', file([{ ...entry, reason: '' }]), 'known[0].reason'],
    ['with a link that is none', file([{ ...entry, link: 'ask Bob' }]), 'known[0].link'],
    ['with a day that is none', file([{ ...entry, when: 'March' }]), 'known[0].when'],
    ['with a bucket twice', file([entry, entry]), 'stands there twice'],
  ])('%s is refused, and told what was expected', (_what, text, words) => {
    expect(() => readTriage(text, 'triage.json')).toThrow(words);
  });
});

test('failures are parted into known and fresh ones; what was not met is listed', () => {
  const other = { ...entry, bucket: 'budget' };
  const [known, fresh] = [{ signature: entry.bucket }, { signature: 'no-loss unseen record' }];
  expect(triage([known, fresh], [entry, other])).toEqual({
    known: [{ failure: known, entry }],
    fresh: [fresh],
    unmet: [other],
  });
});
