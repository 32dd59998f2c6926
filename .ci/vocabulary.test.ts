/** Words and openings that this project's prose has given up, for the reasons in the glossary of CONTRIBUTING.md. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;
const TEXTS = ['*.ts', '*.tsx', '*.mjs', '*.mts', '*.md', '*.css', '*.yml', '*.json'];

const RETIRED = [
  'told',
  'anew',
  'whoever',
  'whomever',
  'mend',
  'mends',
  'mended',
  'put back',
  'puts back',
  'curtain',
  'crew',
  'somebody',
  'nobody',
  'not to be believed',
];
const RETIRED_WORD = new RegExp(`\\b(${RETIRED.join('|')})\\b`, 'gi');
const HEADLESS_DOCSTRING = /\/\*\* (What|Who|Whoever|Whom|Whose|Of|As|Nobody) /g;

/**
 * Names in saved files, which may not change: a probe and the seed of a case, in plans; an anomaly, in failure classes;
 * and a value in the headers of earlier histories.
 */
const NAMES_IN_FILES = /log-begins-anew|made-anew|fenced-by-nobody|'recorded', 'told'/g;

/** The glossary names the words, and so does this check. Packages and saved plans are data. */
const EXEMPT = [
  /^CONTRIBUTING\.md$/,
  /^\.ci\/vocabulary\.test\.ts$/,
  /^package-lock\.json$/,
  /^properties\/corpus\//,
];

/** Folders whose prose is still to be rewritten. None may be added. */
const STILL_TO_REWRITE: readonly string[] = [
  'ARCHITECTURE.md',
  'docs/',
  'impl/simulated/broker/',
  'impl/simulated/run/',
  'reports/analysis/',
  'reports/campaign/',
  'reports/export/',
  'reports/html/',
  'reports/page/',
  'reports/prose/',
  'scenarios/',
];

/** The retired words and headless docstrings in a text. */
function findings(text: string): readonly string[] {
  const prose = text.replaceAll(NAMES_IN_FILES, '');
  return [...prose.matchAll(RETIRED_WORD), ...prose.matchAll(HEADLESS_DOCSTRING)].map(([found]) => found);
}

function files(): readonly string[] {
  const tracked = execFileSync('git', ['ls-files', ...TEXTS], { cwd: ROOT, encoding: 'utf8' });
  return tracked
    .split('\n')
    .filter((path) => path !== '' && !EXEMPT.some((pattern) => pattern.test(path)))
    .filter((path) => !STILL_TO_REWRITE.some((folder) => path.startsWith(folder)));
}

describe('prose', () => {
  test('has no retired word, and no docstring without a subject', () => {
    const found = files().flatMap((path) =>
      findings(readFileSync(join(ROOT, path), 'utf8')).map((words) => `${path}: ${words}`),
    );
    expect(found).toEqual([]);
  });

  test.each([
    ['a client is told so', ['told']],
    ['It begins Anew.', ['Anew']],
    ['the bug is put back', ['put back']],
    ['/** What a run tells. */', ['/** What ']],
    ['untold, mending, a screw', []],
    ["probe: 'log-begins-anew'", []],
    ['/** Returns what a run shows. */', []],
  ])('is checked: %s', (text, expected) => {
    expect(findings(text)).toEqual(expected);
  });
});
