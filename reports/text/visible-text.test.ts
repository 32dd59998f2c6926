import { describe, expect, test } from 'vitest';

import { HOSTILE } from '../testing/hostile-run.ts';
import { shortened, visible } from './visible-text.ts';

describe('visible text', () => {
  test('leaves what a person can read as it is', () => {
    expect(visible('orders-0 ✓ Größe 注文 😀')).toBe('orders-0 ✓ Größe 注文 😀');
  });

  test('spells out what moves the cursor, turns the text round or cannot be seen', () => {
    expect(visible('a\u001b[2Jb')).toBe('a\\u{1b}[2Jb');
    expect(visible('\u202eabc')).toBe('\\u{202e}abc');
    expect(visible('x\n\u0000\u200b')).toBe('x\\u{a}\\u{0}\\u{200b}');
  });

  test('spells out half a surrogate pair, which no file can hold', () => {
    expect(visible('\ud83d!')).toBe('\\u{d83d}!');
  });

  test('nothing invisible survives', () => {
    expect(visible(HOSTILE)).not.toMatch(/[\p{C}\u2028\u2029]/u);
  });
});

describe('shortening', () => {
  test('cuts between characters and says so', () => {
    expect(shortened('abcdef', 6)).toBe('abcdef');
    expect(shortened('abcdefg', 6)).toBe('abcde…');
    expect(shortened('😀😀😀', 2)).toBe('😀…');
  });

  test('takes no longer for a huge string', () => {
    expect(shortened('x'.repeat(5_000_000), 3)).toBe('xx…');
  });
});
