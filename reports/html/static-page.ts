/** A page that needs no script at all: its policy allows none. */
import { createHash } from 'node:crypto';

import { escapeHtml, type Markup } from './markup.ts';
import { loadPageBundle } from './page-bundle.ts';
import { brief } from '../text/visible-text.ts';

/** The whole file. @throws what `loadPageBundle` throws. */
export async function staticPage(title: string, body: Markup): Promise<string> {
  const { style: written } = await loadPageBundle();
  const style = written.replaceAll('</style', '<\\/style');
  const digest = createHash('sha256').update(style, 'utf8').digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(brief(title, 120))}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main class="page">
${body.html}
</main>
</body>
</html>
`;
}
