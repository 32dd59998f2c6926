import { BadInput } from '../../properties/cases/bad-input.ts';

/** @throws BadInput that names the option, where the action refuses what was given with it. */
export function forOption(option: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw error instanceof BadInput ? new BadInput(`${option} ${error.message}`) : error;
  }
}
