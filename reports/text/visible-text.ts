/**
 * Text from outside (keys, values, error messages, file names) made safe to show to a person:
 * what is invisible, moves the cursor or turns the direction of writing is spelt out.
 */

/**
 * Control characters, direction marks, zero-width and unassigned characters, private use, and
 * halves of surrogate pairs: Unicode's category C, and the line and paragraph separators.
 */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** One line of visible text: `"a\u202eb"` becomes `a\u{202e}b`, spelt out. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Visible text of at most `length` characters as given, for a place that a huge string would fill. */
export function brief(text: string, length: number): string {
  return visible(shortened(text, length));
}

/** A sentence longer than this is cut wherever it is shown. */
export const MAX_SENTENCE = 600;
/** The same for a name or a value. */
export const MAX_NAME = 60;

/** At most `length` characters, the last one an ellipsis if something was cut off. */
export function shortened(text: string, length: number): string {
  // A prefix of this many code units holds more than `length` characters, however long the text is.
  const characters = Array.from(text.slice(0, length * 2 + 2));
  if (characters.length <= length) return text;
  return `${characters.slice(0, Math.max(0, length - 1)).join('')}…`;
}
