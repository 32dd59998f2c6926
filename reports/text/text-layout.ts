/** How much room text takes on a terminal, and how to make it fit. All text is visible text. */

/** Columns that a terminal gives to one character: two for wide East Asian ones and emoji, none for marks. */
const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const MARK = /\p{M}/u;

export function columns(text: string): number {
  let sum = 0;
  for (const character of text) sum += MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return sum;
}

/** Breaks at spaces where it can and inside words where it must; no line is wider than `width`. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (columns(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = split(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

/** Cuts a word into pieces that fit; at least one character a piece. */
export function split(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece !== '' && columns(piece + character) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  pieces.push(piece);
  return pieces;
}

/** Cut or filled with spaces to exactly `width` columns. */
export function fitted(text: string, width: number): string {
  let shown = text;
  if (columns(text) > width) {
    shown = '';
    for (const character of text) {
      if (columns(shown + character) > width - 1) break;
      shown += character;
    }
    if (width > 0) shown += '…';
  }
  return shown + ' '.repeat(Math.max(0, width - columns(shown)));
}
