/** Thrown for invalid input of the user. The message says what was expected; no stack is shown. */
export class BadInput extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'BadInput';
  }
}
