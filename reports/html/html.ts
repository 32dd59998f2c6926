/**
 * A failure as one HTML file that can be opened from disk, mailed, or kept for years: it asks no server
 * for anything, and its policy would not let it. Whatever the history contains is data on this page.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import { type FailureReport } from '../analysis/failure-report.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';
import { escapeHtml } from './markup.ts';
import { pageData, pageTitle } from './page-data.ts';
import { loadPageBundle, type PageBundle } from './page-bundle.ts';
import { terminalReport } from '../terminal/terminal.ts';
import { headline } from '../prose/verdict.ts';
import { MAX_SENTENCE, brief } from '../text/visible-text.ts';

/** Data longer than this many characters is compressed. */
const COMPRESS_ABOVE = 30_000;

/** The whole file. @throws what `loadPageBundle` throws. */
export async function htmlReport(report: FailureReport): Promise<string> {
  return renderHtml(report, await loadPageBundle());
}

/** The same bytes for the same report. */
export function renderHtml(report: FailureReport, bundle: PageBundle): string {
  const script = bundle.script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const style = bundle.style.replaceAll('</style', '<\\/style');
  const sentence = escapeHtml(brief(headline(report), MAX_SENTENCE));
  const policy = [
    "default-src 'none'",
    `script-src '${digest(script)}'`,
    `style-src '${digest(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title(report))}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="page"><main class="page"><h1>${sentence}</h1></main></div>
<noscript><pre class="fallback">${escapeHtml(terminalReport(report, { width: 90 }))}</pre></noscript>
${dataElement(JSON.stringify(pageData(report)))}
<script>${script}</script>
</body>
</html>
`;
}

/** The anomaly first, for tabs are narrow; a run that is no failure is not called one. */
function title(report: FailureReport): string {
  const violation = primaryViolation(report.result);
  const isFailure = violation !== null && report.scenario === undefined;
  const what = isFailure ? `${violation.anomaly} · ${pageTitle(report)}` : pageTitle(report);
  const { hash } = report.result;
  const run = hash === undefined ? '' : ` · ${hash.slice(0, 8)}`;
  return brief(`${what}${run} · kafka-crucible`, 160);
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}

function dataElement(json: string): string {
  if (json.length <= COMPRESS_ABOVE) {
    return `<script type="application/json" id="data">${json.replace(UNSAFE_IN_ELEMENT, escapeUnits)}</script>`;
  }
  const compressed = gzipSync(json, { level: 9 });
  // The header names the operating system; "unknown" makes the file the same everywhere.
  compressed[9] = 0xff;
  return `<script type="text/plain" id="data" data-encoding="gzip-base64">${compressed.toString('base64')}</script>`;
}

/** With < written otherwise nothing can end the element or open a comment; the rest would mislead a reader. */
const UNSAFE_IN_ELEMENT = /[<\p{C}\p{Zl}\p{Zp}]/gu;

/** As JSON writes what it does not want to write plainly. */
function escapeUnits(text: string): string {
  return text
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
