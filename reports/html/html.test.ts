import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

import { exampleReport } from '../testing/example-run.ts';
import { hostileReport } from '../testing/hostile-run.ts';
import { renderHtml } from './html.ts';
import { transactionalReport } from '../testing/transactional-run.ts';

const bundle = { script: 'globalThis.started = "</script><!--"', style: 'body { color: red }' };

function dataIn(html: string): unknown {
  const [, attributes, text] = /<script type="[a-z/]+" id="data"([^>]*)>([^<]*)<\/script>/.exec(html) ?? [];
  if (text === undefined) throw new Error('no data in the page');
  const packed = attributes?.includes('gzip-base64') === true;
  return JSON.parse(packed ? gunzipSync(Buffer.from(text, 'base64')).toString('utf8') : text);
}

describe('the HTML file', () => {
  const html = renderHtml(exampleReport(), bundle);

  test('allows no script and no style but its own, and no network', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(html).not.toMatch(/(?:src|href)="(?!data:)/);
    const [, style] = /<style>(.*?)<\/style>/s.exec(html) ?? [];
    const [, script] = /<script>(.*?)<\/script>/s.exec(html) ?? [];
    for (const text of [style, script]) {
      const hash = createHash('sha256')
        .update(text ?? '')
        .digest('base64');
      expect(policy).toContain(`'sha256-${hash}'`);
    }
  });

  test('carries the verdict, the story and the command for those without a script', () => {
    const [, fallback] = /<noscript>(.*?)<\/noscript>/s.exec(html) ?? [];
    expect(fallback).toContain('lost-write: no-loss violated');
    expect(fallback).toContain('broker-1 (follower, epoch 1) truncates orders-0 to offset 3');
    expect(fallback).toContain('npx kafka-crucible replay');
  });

  test('carries the data', () => {
    expect(dataIn(html)).toMatchObject({
      violation: { anomaly: 'lost-write' },
      plan: { seed: 'night-7/1183' },
    });
  });

  test('is the same for the same report', () => {
    expect(renderHtml(exampleReport(), bundle) === html).toBe(true);
  });
});

test.each([
  ['a failure', exampleReport(), 'lost-write · failure report · '],
  ['a run that broke nothing', transactionalReport(), 'report of a run that kept every promise · '],
  [
    'a run that was staged to break something',
    { ...exampleReport(), scenario: { title: 'acks=1 loses a record', teaches: 'what acks=1 costs' } },
    'scenario: acks=1 loses a record · ',
  ],
])('%s is called what it is', (_what, report, title) => {
  const [, found] = /<title>([^<]*)<\/title>/.exec(renderHtml(report, bundle)) ?? [];
  expect(found?.slice(0, title.length)).toBe(title);
  expect(dataIn(renderHtml(report, bundle))).toMatchObject({ title: expect.not.stringContaining('·') });
});

test.each([
  [undefined, 'no-loss lost-write record'],
  ['new' as const, 'no-loss lost-write record (new: the triage file does not know it)'],
  [
    { reason: 'a wish', link: 'https://example.org/7', who: 'Ada', when: '2026-03-14' },
    'no-loss lost-write record (known: a wish; Ada, 2026-03-14, https://example.org/7)',
  ],
])('the failure class stands in the verdict, and whether it is known: %o', (triage, told) => {
  const failureClass = 'no-loss lost-write record';
  const report = { ...exampleReport(), failureClass, ...(triage === undefined ? {} : { triage }) };
  expect(dataIn(renderHtml(report, bundle))).toMatchObject({
    facts: expect.arrayContaining([['Failure class', told]]),
  });
});

test('long data is compressed', () => {
  const html = renderHtml(hostileReport('x'.repeat(20_000)), bundle);
  expect(html).toContain('data-encoding="gzip-base64"');
  expect(html.length).toBeLessThan(700_000);
  expect(dataIn(html)).toMatchObject({ violation: { guarantee: 'no-loss' } });
});

test('hostile data opens no element', () => {
  const html = renderHtml(hostileReport(), bundle);
  expect(html.match(/<script/g)).toHaveLength(2);
  // Compared as numbers: the page is too long to be printed.
  expect(html.indexOf('<img')).toBe(-1);
  expect(html.search(/[^\n\P{C}]/u)).toBe(-1);
});
