import { describe, expect, test } from 'vitest';

import { type Edn, parseEdn } from './edn.ts';

test.each<[string, Edn]>([
  ['nil', null],
  ['[true, false]', [true, false]],
  [
    '{:index 0, :type :ok, :value [[:send 5 [10 1]]]}',
    { ':index': 0, ':type': ':ok', ':value': [[':send', 5, [10, 1]]] },
  ],
  ['{1 [[0 1]], nil 2}', { 1: [[0, 1]], null: 2 }],
  ['(1 -2 +3 4N 1.5M 1e3 1/2)', [1, -2, 3, 4, 1.5, 1000, 0.5]],
  ['#{1 2}', [1, 2]],
  ['"a \\"b\\" \\n \\u00e9"', 'a "b" \n é'],
  ['[\\a \\newline]', ['a', '\n']],
  ['#jepsen.history.Op{:a 1}', { ':a': 1 }],
  ['[1 #_ 2 3] ; the rest is a comment', [1, 3]],
  ['{:a #inst "2026-01-01"}', { ':a': '2026-01-01' }],
  ['clojure.lang/symbol', 'clojure.lang/symbol'],
])('%s', (text, form) => {
  expect(parseEdn(text)).toEqual(form);
});

describe('text that is not EDN is refused with its column:', () => {
  test.each([
    ['', 'column 1: expected a form, found the end: the text is cut off'],
    ['{:a 1', 'column 6: expected "}", found the end: the text is cut off'],
    ['{:a}', 'column 5: expected a value for every key of the map'],
    ['{:a 1}}', 'column 7: expected nothing more, found "}"'],
    ['[1 )', 'column 4: expected a form, found ")"'],
    ['"abc', 'column 5: expected the end of the string: the text is cut off'],
    ['['.repeat(300), 'column 202: expected at most 200 levels'],
  ])('%s', (text, message) => {
    expect(() => parseEdn(text)).toThrow(message);
  });
});
