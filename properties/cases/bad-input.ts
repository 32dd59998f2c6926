/** What the user gave is not what it should be. The message says what was expected; no stack is shown. */
export class BadInput extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'BadInput';
  }
}
