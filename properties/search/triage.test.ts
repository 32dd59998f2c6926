import { describe, expect, test } from 'vitest';

import { readTriage, triage } from './triage.ts';

const entry = {
  failureClass: 'no-loss lost-write record, not promised: acks=1',
  reason: 'we chose acks=1 for metrics',
  link: 'https://example.org/issues/7',
  who: 'ada',
  when: '2026-03-14',
};

const file = (known: unknown): string =>
  JSON.stringify({ format: 'kafka-crucible/triage', version: 1, known });

describe('a triage file', () => {
  test('lists failure classes with a reason, a link, a person and a day', () => {
    expect(readTriage(file([entry]), 'triage.json')).toEqual([entry]);
  });

  test('of an earlier version, which says `bucket`, is read as before', () => {
    const { failureClass: bucket, ...rest } = entry;
    expect(readTriage(file([{ bucket, ...rest }]), 'triage.json')).toEqual([entry]);
  });

  test.each<[string, string, string]>([
    ['that is not JSON', '{', 'no JSON'],
    [
      'of another format',
      '{"format":"x","version":1,"known":[]}',
      'format: expected "kafka-crucible/triage"',
    ],
    ['without a reason', file([{ ...entry, reason: '' }]), 'known[0].reason'],
    ['with an invalid link', file([{ ...entry, link: 'ask Bob' }]), 'known[0].link'],
    ['with an invalid day', file([{ ...entry, when: 'March' }]), 'known[0].when'],
    ['with a failure class twice', file([entry, entry]), 'has two entries'],
  ])('%s is refused, and the message says what was expected', (_what, text, words) => {
    expect(() => readTriage(text, 'triage.json')).toThrow(words);
  });
});

test('triage separates known failures from new ones, and lists entries that were not met', () => {
  const other = { ...entry, failureClass: 'budget' };
  const [known, fresh] = [{ failureClass: entry.failureClass }, { failureClass: 'no-loss unseen record' }];
  expect(triage([known, fresh], [entry, other])).toEqual({
    known: [{ failure: known, entry }],
    fresh: [fresh],
    unmet: [other],
  });
});
