/** Reads the data out of the document and shows it. */
import { render } from 'preact';

import type { PageData } from '../html/page-data.ts';
import { App } from './app.tsx';

async function readData(): Promise<PageData> {
  const element = document.getElementById('data');
  const text = element?.textContent ?? '';
  const json = element?.dataset['encoding'] === 'gzip-base64' ? await unzip(text) : text;
  // Written into this very file by the code that this type comes from.
  return JSON.parse(json) as PageData;
}

async function unzip(base64: string): Promise<string> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).text();
}

const root = document.getElementById('page');
if (root !== null) {
  readData().then(
    (data) => {
      root.textContent = '';
      render(<App data={data} />, root);
      // For measurements of the time until the page is on the screen, not only in the document.
      requestAnimationFrame(() => setTimeout(() => performance.mark('ready')));
    },
    (problem: unknown) => {
      const notice = document.createElement('p');
      notice.textContent = `The details of this report cannot be shown by this browser: ${String(problem)}`;
      root.append(notice);
    },
  );
}
