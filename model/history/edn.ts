/**
 * EDN, Clojure's notation, as plain data: a keyword `:ok` is the string ":ok", a map is an object under its keys'
 * text, vectors, lists and sets are arrays, and `nil` is null. Tags are dropped, and kinds of numbers are not
 * distinguished. Written for this program because existing readers accept `{:a` and `{:a 1}}` as maps.
 * https://github.com/edn-format/edn
 */
export type Edn = null | boolean | number | string | readonly Edn[] | { readonly [key: string]: Edn };

/** The text is not valid EDN; the message names the column, from 1, and what was expected there. */
export class EdnError extends Error {
  constructor(column: number, expected: string) {
    super(`column ${column}: ${expected}`);
    this.name = 'EdnError';
  }
}

/** @throws EdnError unless the text is exactly one form. */
export function parseEdn(text: string): Edn {
  const reader = new Reader(text);
  const form = reader.form();
  reader.end();
  return form;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const BLANK = /[\s,]/;
/** The characters that end a symbol, a keyword or a number. */
const DELIMITER = /[\s,()[\]{}";]/;
const NUMBER = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?[NM]?$/;
const RATIO = /^([+-]?\d+)\/(\d+)$/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' };
const CHARACTERS: Readonly<Record<string, string>> = {
  newline: '\n',
  space: ' ',
  tab: '\t',
  return: '\r',
};
const DEEPEST = 200;

class Reader {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  form(): Edn {
    this.skipBlanks();
    const start = this.text[this.at];
    if (start === undefined) throw this.expected('a form, found the end: the text is cut off');
    if (start === '"') return this.string();
    if (start === '\\') return this.character();
    if (start === '#') return this.dispatched();
    if (start === '{') return this.map();
    if (start === '(' || start === '[') return this.sequence(start);
    if (DELIMITER.test(start)) throw this.expected(`a form, found ${JSON.stringify(start)}`);
    return this.atom();
  }

  end(): void {
    this.skipBlanks();
    const left = this.text[this.at];
    if (left !== undefined) throw this.expected(`nothing more, found ${JSON.stringify(left)}`);
  }

  private sequence(open: string): readonly Edn[] {
    const close = CLOSING[open] ?? '';
    const forms: Edn[] = [];
    this.at++;
    if (++this.depth > DEEPEST) throw this.expected(`at most ${DEEPEST} levels`);
    for (;;) {
      this.skipBlanks();
      if (this.text[this.at] === close) break;
      if (this.text[this.at] === undefined)
        throw this.expected(`"${close}", found the end: the text is cut off`);
      forms.push(this.form());
    }
    this.at++;
    this.depth--;
    return forms;
  }

  private map(): Edn {
    const forms = this.sequence('{');
    if (forms.length % 2 !== 0) throw this.expected('a value for every key of the map');
    const entries: [string, Edn][] = [];
    for (let index = 0; index < forms.length; index += 2) {
      entries.push([ednText(forms[index] ?? null), forms[index + 1] ?? null]);
    }
    return Object.fromEntries(entries);
  }

  private dispatched(): Edn {
    const next = this.text[this.at + 1];
    this.at++;
    if (next === '{') return this.sequence('{');
    if (next === '#') {
      // `##Inf` and `##NaN` are neither offsets nor values.
      this.at++;
      return this.token();
    }
    this.token();
    return this.form();
  }

  private string(): string {
    let value = '';
    for (this.at++; ; this.at++) {
      const character = this.text[this.at];
      if (character === undefined) throw this.expected('the end of the string: the text is cut off');
      if (character === '"') break;
      if (character === '\\') value += this.escaped();
      else value += character;
    }
    this.at++;
    return value;
  }

  private escaped(): string {
    const character = this.text[++this.at] ?? '';
    if (character !== 'u') return ESCAPES[character] ?? character;
    const digits = this.text.slice(this.at + 1, this.at + 5);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.expected('four hexadecimal digits');
    this.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private character(): string {
    this.at++;
    const first = this.text[this.at] ?? '';
    this.at++;
    const name = first + this.token();
    return CHARACTERS[name] ?? name;
  }

  private atom(): Edn {
    const token = this.token();
    if (token === 'nil') return null;
    if (token === 'true') return true;
    if (token === 'false') return false;
    if (NUMBER.test(token)) return Number(token.replace(/[NM]$/, ''));
    const ratio = RATIO.exec(token);
    return ratio === null ? token : Number(ratio[1]) / Number(ratio[2]);
  }

  private token(): string {
    const start = this.at;
    for (let next = this.text[this.at]; next !== undefined && !DELIMITER.test(next);) {
      next = this.text[++this.at];
    }
    return this.text.slice(start, this.at);
  }

  private skipBlanks(): void {
    for (;;) {
      const next = this.text[this.at];
      if (next === ';') {
        const line = this.text.indexOf('\n', this.at);
        this.at = line === -1 ? this.text.length : line + 1;
      } else if (next === '#' && this.text[this.at + 1] === '_') {
        this.at += 2;
        this.form();
      } else if (next !== undefined && BLANK.test(next)) this.at++;
      else return;
    }
  }

  private expected(what: string): EdnError {
    return new EdnError(this.at + 1, `expected ${what}`);
  }
}

/** A key or a value as text: a string unchanged, any other form as JSON. */
export function ednText(form: Edn): string {
  return typeof form === 'string' ? form : JSON.stringify(form);
}
