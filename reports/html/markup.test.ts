import { expect, test } from 'vitest';

import { markup } from './markup.ts';

test('what is filled in is text, whatever it contains', () => {
  expect(markup`<p title="${'" onclick="alert(1)'}">${'<script>'} ${7}</p>`.html).toBe(
    '<p title="&quot; onclick=&quot;alert(1)">&lt;script&gt; 7</p>',
  );
});

test('markup stays what it is, lists are strung together, null is nothing', () => {
  const items = ['a', '<b>'].map((text) => markup`<li>${text}</li>`);
  expect(markup`<ul>${items}${null}</ul>`.html).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>');
});
