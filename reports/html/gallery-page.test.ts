import { describe, expect, test } from 'vitest';

import { exampleReport } from '../testing/example-run.ts';
import { type Exhibit, galleryPage } from './gallery-page.ts';
import { hostileReport } from '../testing/hostile-run.ts';

const report = exampleReport();
const passing = { ...report, result: { ...report.result, verdict: 'passed' as const, violations: [] } };
const exhibit: Exhibit = {
  name: 'acks-one-loses-a-record',
  title: 'With acks=1 a record can be lost',
  teaches: 'With acks=1 the leader alone answers.',
  outcome: 'v4 is lost.',
  report,
  complaints: [],
  pageFile: 'acks-one-loses-a-record.html',
};

async function read(...exhibits: readonly Exhibit[]): Promise<string> {
  return (await galleryPage(exhibits)).replace(/<style>.*?<\/style>/s, '');
}

describe('the gallery', () => {
  test('shows each story with its diagram, its outcome and a link to the whole run', async () => {
    const page = await read(exhibit);
    expect(page).toContain('With acks=1 the leader alone answers.');
    expect(page).toContain('<svg class="still"');
    expect(page).toContain('broker-1 crashes');
    expect(page).toContain('href="acks-one-loses-a-record.html"');
  });

  test('says whether a promise was kept, and if not, whether it was made', async () => {
    expect(await read(exhibit)).toContain('✕ never promised: acks=1');
    expect(await read({ ...exhibit, report: passing })).toContain('✓ kept');
  });

  test('admits what did not come out as told', async () => {
    expect(await read({ ...exhibit, complaints: ['v2 is at offset 3'] })).toContain(
      'Not as expected: v2 is at',
    );
  });

  test('runs nothing, whatever the run contains', async () => {
    const page = await galleryPage([{ ...exhibit, report: hostileReport() }]);
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img');
    expect(page.search(/[^\n\P{C}]/u)).toBe(-1);
  });
});
