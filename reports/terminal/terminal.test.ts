import { describe, expect, test } from 'vitest';

import { exampleReport } from '../testing/example-run.ts';
import { hostileReport } from '../testing/hostile-run.ts';
import { terminalReport } from './terminal.ts';
import { columns } from '../text/text-layout.ts';

describe('the page of text', () => {
  const page = terminalReport(exampleReport(), { htmlFile: 'out/report.html' });

  test('says first what is broken and how', () => {
    const [title, , sentence] = page.split('\n');
    expect(title).toBe('lost-write: no-loss violated');
    expect(sentence).toMatch(/^producer-1 received the acknowledgement that v4 is at orders-0 offset 3/);
  });

  test('is honest about what the configuration promises', () => {
    expect(page).toContain('Not guaranteed with acks=1;');
  });

  test('has sizes, hash, seed, files and the command', () => {
    expect(page).toContain('5 operations and 1 fault, shrunk from 214 operations and 7 faults in 388 runs');
    expect(page).toContain('5a1c09e27bd4f310');
    expect(page).toContain('night-7/1183');
    expect(page).toContain('out/report.html');
    expect(page).toContain('\nnpx kafka-crucible replay crucible-out/lost-write-5a1c09e2.json\n');
  });

  test('draws messages between hosts, and the one that was lost', () => {
    expect(page).toMatch(/│<─+Produce─+│/);
    expect(page).toMatch(/x─+Fetch─+│/);
  });

  test('has colours only when asked', () => {
    expect(page).not.toContain('\u001b');
    expect(terminalReport(exampleReport(), { colours: true })).toContain('\u001b[31m');
  });
});

describe.each([40, 60, 80, 100, 200])('at a width of %i', (width) => {
  test('no line is wider, whatever the history holds', () => {
    for (const report of [exampleReport(), hostileReport(), hostileReport('注'.repeat(3000))]) {
      const wide = terminalReport(report, { width })
        .split('\n')
        .filter((line) => columns(line) > width);
      expect(wide).toEqual([]);
    }
  });
});

test('nothing from the history drives the terminal', () => {
  expect(terminalReport(hostileReport())).not.toMatch(/[^\n\P{C}]/u);
});

test('a command that has to be broken can still be pasted', () => {
  const report = exampleReport();
  const page = terminalReport(report, { width: 40 });
  const command = page.split('Replay\n')[1] ?? '';
  expect(command.replaceAll('\\\n', '').trimEnd()).toBe(report.replayCommand);
});

test('a run that never converged is reported without a violation', () => {
  const report = exampleReport();
  const page = terminalReport({ ...report, result: { ...report.result, verdict: 'budget', violations: [] } });
  expect(page).toContain('used up its budget of 131 events');
});
