import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { columns, fitted, wrap } from './text-layout.ts';

describe('columns', () => {
  test('counts what a terminal shows, not code units', () => {
    expect(columns('abc')).toBe(3);
    expect(columns('注文')).toBe(4);
    expect(columns('e\u0301')).toBe(1);
    expect(columns('😀')).toBe(2);
  });
});

describe('wrapping', () => {
  test('breaks at spaces', () => {
    expect(wrap('the controller elects broker-2', 16)).toEqual(['the controller', 'elects broker-2']);
  });

  test('breaks a word that fits nowhere', () => {
    expect(wrap('a bcdefgh', 3)).toEqual(['a', 'bcd', 'efg', 'h']);
  });

  test('no line is wider than asked, and no word is lost', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 40 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.every((line) => columns(line) <= width)).toBe(true);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

describe('fitting', () => {
  test('fills up and cuts off to the same width', () => {
    expect(fitted('ab', 4)).toBe('ab  ');
    expect(fitted('abcdef', 4)).toBe('abc…');
    expect(columns(fitted('注文注文', 4))).toBe(4);
  });
});
