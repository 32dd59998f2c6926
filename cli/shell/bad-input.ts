/** What the user gave is not what it should be. The message says what was expected; no stack is shown. */
export class BadInput extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'BadInput';
  }
}

/** @throws BadInput that names the option, where the action refuses what was given with it. */
export function forOption(option: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw error instanceof BadInput ? new BadInput(`${option} ${error.message}`) : error;
  }
}
